/** The tenant's own time: the machine's, moved by an offset that tests advance. */
export type MovableClock = {
  /** Milliseconds since 1970. */
  now(): number
  advance(seconds: number): void
}

export function createClock(): MovableClock {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    advance(seconds) {
      offset += seconds * 1000
    },
  }
}

import type { Clock } from '../../src/shared/index.ts'

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  move(milliseconds: number): void
}

export function movableClock(start = Date.UTC(2026, 0, 2, 3, 4, 5)): MovableClock {
  let time = start
  return {
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds
    },
    move: (milliseconds) => {
      time += milliseconds
    },
  }
}

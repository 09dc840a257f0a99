/** Work that must not overlap itself: who asks for it while it is under way gets that, and no second one begins. */
export interface OneAtATime {
  readonly run: () => Promise<void>
  /** When nothing is under way, however it ended. */
  readonly settled: () => Promise<void>
}

export function oneAtATime(work: () => Promise<void>): OneAtATime {
  let current: Promise<void> | undefined
  return {
    run: () => {
      current ??= work().finally(() => {
        current = undefined
      })
      return current
    },
    settled: async () => {
      await current?.catch(() => undefined)
    },
  }
}

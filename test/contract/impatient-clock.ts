import type { Clock } from '../../src/shared/index.ts'

/**
 * A clock on which whoever waits has waited at once: the time that was slept is added to what the machine's clock says. Limits of time still
 * hold as they would, whatever the speed of the machine.
 */
export function impatientClock(): Clock {
  let ahead = 0
  const now = () => Date.now() + ahead
  return {
    now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      const end = now() + milliseconds
      await new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5)))
      signal?.throwIfAborted()
      ahead = Math.max(ahead, end - Date.now())
    },
  }
}

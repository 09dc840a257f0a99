/** The time limit of one exchange, joined with the caller's own signal. */
export interface Deadline {
  /** Fires at the time limit or when the caller gives up. */
  readonly signal: AbortSignal
  /** True once the time limit has passed. */
  readonly passed: boolean
  /** The exchange is over: lets go of the timer and of the caller's signal. May be called more than once. */
  end(): void
}

/**
 * Own code instead of `AbortSignal.timeout` and `AbortSignal.any`: those hold their timer to its end, and a backup makes
 * thousands of exchanges that each allow ten minutes and take a moment.
 */
export function startDeadline(caller: AbortSignal | undefined, milliseconds: number): Deadline {
  const controller = new AbortController()
  let passed = false
  const timer = setTimeout(() => {
    passed = true
    controller.abort(new Error('time limit'))
  }, milliseconds)
  timer.unref()
  const giveUp = () => controller.abort(caller?.reason)
  caller?.addEventListener('abort', giveUp, { once: true })
  if (caller?.aborted) giveUp()
  return {
    signal: controller.signal,
    get passed() {
      return passed
    },
    end() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', giveUp)
    },
  }
}

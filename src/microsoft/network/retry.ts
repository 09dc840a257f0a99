/**
 * When to try again. Microsoft's `Retry-After` is honoured to the second; without it waits grow from 2 s to 5 min with
 * jitter, so that many servers do not come back at the same moment.
 */
import type { Clock } from '../../shared/index.ts'
import { isMicrosoftError } from '../failures/microsoft-error.ts'

export interface RetryOptions {
  readonly clock: Clock
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  /** For all attempts and waits together, in milliseconds. */
  readonly budgetMs: number
  readonly signal?: AbortSignal | undefined
  /** Whether this error of attempt n (1, 2, …) is worth another attempt. */
  readonly mayRetry: (error: unknown, attempt: number) => boolean
  readonly onWait?: (error: unknown, attempt: number, milliseconds: number) => void
}

/** Calls `attempt` until it succeeds, an error is final, or the budget would be overdrawn: then that error is thrown. */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  { clock, random, budgetMs, signal, mayRetry, onWait }: RetryOptions,
): Promise<T> {
  const startedAt = clock.now()
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted()
    try {
      return await attempt(number)
    } catch (error) {
      if (signal?.aborted || !mayRetry(error, number)) throw error
      const wait = retryDelay(error, number, random)
      if (clock.now() - startedAt + wait > budgetMs) throw error
      onWait?.(error, number, wait)
      await clock.sleep(wait, signal)
    }
  }
}

/** Milliseconds before attempt number + 1. */
export function retryDelay(error: unknown, number: number, random: () => number): number {
  if (isMicrosoftError(error) && error.retryAfterMs !== undefined) {
    // "Come back at once", said again and again, must not become a tight loop.
    return Math.max(error.retryAfterMs, number > 3 ? 1_000 : 0)
  }
  const full = Math.min(300_000, 2_000 * 2 ** Math.min(number - 1, 10))
  return Math.round(full * (0.5 + random() / 2))
}

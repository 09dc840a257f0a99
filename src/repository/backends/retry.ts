/**
 * Trying again with growing waits. Only `STO_STORAGE_FAILED` may pass by itself; everything else is an answer. An error that this
 * gave up on is not tried again by an outer one, so that waits never multiply.
 */
import { isAppError } from '../../errors/index.ts'
import { type Clock, systemClock } from '../../shared/index.ts'
import { fail } from '../errors.ts'

/** How often and how long an operation is tried. */
export interface RetryOptions {
  /** Times one operation is tried; default 8, which with the default waits is about half a minute. */
  readonly attempts?: number
  /** Milliseconds before the second attempt, doubled for each further one; default 250. */
  readonly firstWait?: number
  /** Milliseconds that no wait exceeds; default 20,000. */
  readonly longestWait?: number
  /** Milliseconds that one attempt may take (of a listing: until its next file); default 300,000. */
  readonly timeLimit?: number
  readonly clock?: Clock
  /** A number from 0 up to 1, which spreads the waits of many callers. */
  readonly random?: () => number
}

const givenUp = new WeakSet<object>()

export type Attempt<T> = (attempt: number, signal: AbortSignal) => Promise<T>

/** Does `work`, again after failures that may pass. Rejects with the last failure, or the reason of `signal`. */
export async function withRetries<T>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  work: Attempt<T>,
): Promise<T> {
  const { attempts = 8, timeLimit = 300_000 } = options
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted()
    try {
      return await withTimeLimit(timeLimit, signal, (limited) => work(attempt, limited))
    } catch (cause) {
      signal?.throwIfAborted()
      if (attempt >= attempts && isAppError(cause)) givenUp.add(cause)
      if (!mayPass(cause) || attempt >= attempts) throw cause
      await waitBefore(options, attempt, signal)
    }
  }
}

export function mayPass(cause: unknown): boolean {
  return isAppError(cause, 'STO_STORAGE_FAILED') && !givenUp.has(cause)
}

/** Sleeps before the attempt after `attempt` (from 1): between half and all of a wait that doubles. */
export async function waitBefore(
  options: RetryOptions,
  attempt: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { firstWait = 250, longestWait = 20_000, clock = systemClock, random = Math.random } = options
  const wait = Math.min(longestWait, firstWait * 2 ** (attempt - 1))
  await clock.sleep(wait * (0.5 + random() / 2), signal)
}

/** Rejects with `STO_STORAGE_FAILED` when `work` takes longer than `limit` milliseconds, also when it ignores its signal. */
export async function withTimeLimit<T>(
  limit: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    reject(reason)
    controller.abort(reason)
  }
  const onAbort = () => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop(noAnswer(limit)), limit)
  try {
    return await Promise.race([work(controller.signal), stopped])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function noAnswer(limit: number): Error {
  const reason = `no answer within ${limit / 1000} seconds`
  return fail('STO_STORAGE_FAILED', { action: 'answer for', type: 'any', name: 'file', reason })
}

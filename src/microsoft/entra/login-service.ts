/** One exchange with the login service: JSON answers, our errors, retries where a repetition is harmless. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/index.ts'
import type { Cloud } from '../clouds/cloud.ts'
import { isTransient, localFailure } from '../failures/microsoft-error.ts'
import { entraFailure } from '../failures/read-failure.ts'
import type { HttpAnswer, MicrosoftNetwork } from '../network/network.ts'
import { withRetries } from '../network/retry.ts'

export interface LoginServiceOptions {
  readonly network: MicrosoftNetwork
  readonly cloud: Cloud
  readonly clock: Clock
  readonly random?: (() => number) | undefined
  /** For all attempts and waits of one question together, in milliseconds. Default 90 s, for runs that nobody watches. */
  readonly retryBudgetMs?: number | undefined
}

/** The same where a person looks at a spinner meanwhile. */
export const personWaitsMs = 20_000

export interface LoginRequest {
  readonly url: string
  /** Form fields of a POST; without them it is a GET. */
  readonly form?: Readonly<Record<string, string>> | string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Default 30 s. */
  readonly timeoutMs?: number
}

export interface LoginAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Record<string, unknown>
}

const maxBytes = 1024 * 1024
const usualTimeoutMs = 30_000
const defaultBudgetMs = 90_000

/** One attempt. @throws MicrosoftError for every status but 2xx */
export async function askLoginService(
  { network, cloud, clock }: LoginServiceOptions,
  { url, form, headers, signal, timeoutMs = usualTimeoutMs }: LoginRequest,
): Promise<LoginAnswer> {
  const answer = await network.exchange(cloud, {
    url,
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      // Microsoft's support finds a request by it, also one of which the answer was lost.
      'client-request-id': randomUUID(),
      'return-client-request-id': 'true',
      ...headers,
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body:
      form === undefined ? undefined : typeof form === 'string' ? form : new URLSearchParams(form).toString(),
    signal,
    timeoutMs,
  })
  const body = await jsonObject(answer)
  if (answer.status >= 200 && answer.status < 300 && body) {
    return { status: answer.status, headers: answer.headers, body }
  }
  if (answer.status >= 200 && answer.status < 300) {
    throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: `${new URL(url).host} sent no JSON object` })
  }
  throw entraFailure({ status: answer.status, headers: answer.headers, body: body ?? {}, now: clock.now() })
}

async function jsonObject(answer: HttpAnswer): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse((await answer.read(maxBytes)).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Repeats what failed in passing, within the budget. */
export function withLoginRetries<T>(
  { clock, random = Math.random, retryBudgetMs = defaultBudgetMs }: LoginServiceOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  return withRetries(attempt, { clock, random, budgetMs: retryBudgetMs, signal, mayRetry: isTransient })
}

import Type from 'typebox'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { isThrottled, isTransient, type MicrosoftError } from '../failures/microsoft-error.ts'
import { graphFailure } from '../failures/read-failure.ts'
import { retryDelay } from '../network/retry.ts'
import { mayRepeat } from './graph-retry-policy.ts'
import type { GraphBatchOptions, GraphBatchRequest, GraphBatchResponse, GraphClient } from './graph-types.ts'

interface BatchSurroundings {
  readonly request: GraphClient['request']
  readonly clock: Clock
  readonly random: () => number
  readonly fence: (mailbox: string | undefined, until: number) => void
}

const Answer = Type.Object({
  responses: Type.Array(
    Type.Object({
      id: Type.String(),
      status: Type.Integer(),
      headers: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      body: Type.Optional(Type.Unknown()),
    }),
  ),
})

/**
 * Sends up to 20 requests in one (Microsoft Graph, "JSON batching"). Items that were limited or failed in passing are sent again as a
 * smaller batch, under the same rules as single requests; an item that waits for such an item goes with it.
 */
export async function sendBatch(
  { request, clock, random, fence }: BatchSurroundings,
  items: readonly GraphBatchRequest[],
  options: GraphBatchOptions,
): Promise<GraphBatchResponse[]> {
  if (items.length === 0) return []
  if (items.length > 20) throw fail('MSG_REQUEST_INVALID', { reason: 'a batch holds at most 20 requests' })
  if (new Set(items.map((item) => item.id)).size < items.length) {
    throw fail('MSG_REQUEST_INVALID', { reason: 'two requests of a batch share an id' })
  }
  const budgetMs = options.retryBudgetMs ?? 10 * 60_000
  const startedAt = clock.now()
  const done = new Map<string, GraphBatchResponse>()
  let open = [...items]
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const responses = await sendOnce(request, open, options, done)
    for (const item of open) {
      const response = responses.find((candidate) => candidate.id === item.id)
      if (!response) throw fail('MSG_UNEXPECTED_ANSWER', { reason: 'it lacks an entry of the batch' })
      done.set(item.id, toResponse(response, clock.now()))
    }
    const again = repeatable(open, done, attempt)
    if (again.length === 0) break
    const wait = Math.max(...again.map(({ id }) => retryDelay(done.get(id)?.error, attempt, random)))
    if (again.some(({ id }) => isThrottled(done.get(id)?.error))) fence(options.mailbox, clock.now() + wait)
    if (clock.now() - startedAt + wait > budgetMs) break
    await clock.sleep(wait, options.signal)
    open = again
  }
  return items.flatMap((item) => done.get(item.id) ?? [])
}

interface RawResponse {
  readonly id: string
  readonly status: number
  readonly headers?: Record<string, unknown>
  readonly body?: unknown
}

async function sendOnce(
  request: GraphClient['request'],
  open: readonly GraphBatchRequest[],
  options: GraphBatchOptions,
  done: ReadonlyMap<string, GraphBatchResponse>,
): Promise<RawResponse[]> {
  const succeeded = (id: string) => (done.get(id)?.status ?? 500) < 400
  const { body } = await request<{ responses: RawResponse[] }>({
    method: 'POST',
    path: '/$batch',
    body: {
      requests: open.map((item) => {
        const dependsOn = item.dependsOn?.filter((id) => !succeeded(id)) ?? []
        return {
          id: item.id,
          method: item.method ?? 'GET',
          url: item.path,
          ...(item.body === undefined ? {} : { body: item.body }),
          ...(item.body === undefined && item.headers === undefined
            ? {}
            : {
                headers: {
                  ...(item.body === undefined ? {} : { 'content-type': 'application/json' }),
                  ...item.headers,
                },
              }),
          ...(dependsOn.length > 0 ? { dependsOn } : {}),
        }
      }),
    },
    schema: Answer,
    weight: open.length,
    // A batch of reads does no harm twice.
    idempotent: open.every((item) => (item.method ?? 'GET') === 'GET'),
    ...options,
  })
  return body.responses
}

function toResponse({ id, status, headers = {}, body }: RawResponse, now: number): GraphBatchResponse {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
  const error = status >= 400 ? graphFailure({ status, headers: plain, body, now }) : null
  return { id, status, headers: plain, body, error }
}

/** Items worth another attempt, and those that were not run because of them (424). */
function repeatable(
  open: readonly GraphBatchRequest[],
  done: ReadonlyMap<string, GraphBatchResponse>,
  attempt: number,
): GraphBatchRequest[] {
  const again = new Set(
    open
      .filter((item) => {
        const error = done.get(item.id)?.error as MicrosoftError | null | undefined
        return (
          isTransient(error) && mayRepeat({ method: item.method ?? 'GET', path: item.path }, error, attempt)
        )
      })
      .map((item) => item.id),
  )
  for (const item of open) {
    const skipped = done.get(item.id)?.status === 424
    if (skipped && item.dependsOn?.some((id) => again.has(id))) again.add(item.id)
  }
  return open.filter((item) => again.has(item.id))
}

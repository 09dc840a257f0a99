/**
 * Microsoft Graph over plain HTTP: one client per application, tenant and token provider. Every attempt takes a place of its key
 * in the pacer (application + mailbox, or application + tenant for the directory) and gives it back when its body has been read.
 *
 * Invariants: the token goes to the cloud's Graph only; a link from an answer is followed only there; a write is repeated only
 * when that is harmless; waiting ends with the caller's signal or the time budget.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/index.ts'
import type { Cloud } from '../clouds/cloud.ts'
import type { TokenProvider } from '../entra/credential.ts'
import { isMicrosoftError, isThrottled } from '../failures/microsoft-error.ts'
import { graphFailure } from '../failures/read-failure.ts'
import type { HttpAnswer, MicrosoftLogger, MicrosoftNetwork } from '../network/network.ts'
import { retryDelay, withRetries } from '../network/retry.ts'
import { parseRateLimitPause } from '../network/retry-after.ts'
import { sendBatch } from './graph-batch.ts'
import { readJson } from './graph-body.ts'
import { readPages } from './graph-pages.ts'
import { mayRepeat } from './graph-retry-policy.ts'
import type { GraphClient, GraphObservation, GraphRequest, GraphResponse } from './graph-types.ts'
import { requestBody, requestUrl } from './graph-url.ts'
import { filesBudget, type Pacer } from './pacer.ts'

export interface GraphClientOptions {
  readonly network: MicrosoftNetwork
  readonly cloud: Cloud
  readonly tokens: TokenProvider
  /** Application and, where it serves several, tenant: the owner of the pacing budgets. */
  readonly clientId: string
  readonly tenantId?: string
  readonly pacer: Pacer
  readonly clock: Clock
  readonly logger: MicrosoftLogger
  readonly onRequest?: (observation: GraphObservation) => void
  readonly random?: () => number
}

const mebibyte = 1024 * 1024
const errorBodyBytes = 256 * 1024
const defaultBudgetMs = 10 * 60_000

export function createGraphClient(options: GraphClientOptions): GraphClient {
  const { network, cloud, tokens, clientId, tenantId = '', pacer, clock, logger, onRequest } = options
  const random = options.random ?? Math.random
  const statistics = { requests: 0, throttled: 0, bytes: 0 }

  const owner = `${clientId}|${tenantId}|`
  const keyOf = ({ mailbox, service }: Pick<GraphRequest, 'mailbox' | 'service'>) =>
    `${owner}${mailbox === undefined ? (service ?? 'directory') : `mailbox:${mailbox.toLowerCase()}`}`

  async function attemptOnce<T>(
    request: GraphRequest,
    number: number,
    refreshed: boolean,
  ): Promise<GraphResponse<T>> {
    const key = keyOf(request)
    const release = await pacer.acquire({
      key,
      priority: request.priority,
      signal: request.signal,
      weight: request.weight,
      budget: request.service === 'files' ? filesBudget : undefined,
    })
    let used: string | undefined
    let held = false // by a stream that is still to be read
    try {
      const clientRequestId = randomUUID()
      const token = request.anonymous ? undefined : (await tokens.token(request.signal)).accessToken
      used = token
      const answer = await send(request, number, clientRequestId, token)
      const isRedirect = request.as === 'location' && answer.status === 302
      const location = isRedirect ? answer.headers['location'] : undefined
      if (answer.status >= 300 && location === undefined) {
        // No redirects: following one could lead anywhere. Where one is expected its address is the answer.
        const body = (await answer.read(errorBodyBytes)).toString('utf8')
        const failure = graphFailure({
          status: answer.status,
          headers: answer.headers,
          body,
          now: clock.now(),
        })
        const wait = failure.retryAfterMs
        if (isThrottled(failure) || (answer.status === 503 && wait !== undefined)) {
          statistics.throttled += 1
          if (!request.anonymous)
            pacer.fence(key, clock.now() + (wait ?? retryDelay(failure, number, random)))
        }
        throw failure
      }
      const pause = parseRateLimitPause(answer.headers)
      if (pause > 0) pacer.fence(key, clock.now() + pause)
      const result = {
        status: answer.status,
        headers: answer.headers,
        requestId: answer.headers['request-id'] ?? null,
        clientRequestId,
      }
      if (request.as === 'stream') {
        const stream = answer.stream(request.maxBytes ?? 256 * mebibyte, (bytes) => {
          statistics.bytes += bytes
        })
        held = true
        stream.once('close', release)
        return { ...result, body: stream as T }
      }
      const body = await readAs(request, answer)
      return { ...result, body: (location ?? body) as T }
    } catch (error) {
      if (isTokenRefused(error) && !refreshed && !request.anonymous) {
        // A valid token is sporadically refused, and one may be older than a grant: once more with a fresh one.
        tokens.invalidate(used)
        release()
        return await attemptOnce<T>(request, number, true)
      }
      throw error
    } finally {
      if (!held) release()
    }
  }

  async function send(
    request: GraphRequest,
    attempt: number,
    clientRequestId: string,
    token: string | undefined,
  ): Promise<HttpAnswer> {
    const method = request.method ?? 'GET'
    const kind = request.as ?? 'json'
    const { body, contentType } = requestBody(request)
    const url = requestUrl(cloud, request)
    const startedAt = clock.now()
    let status: number | null = null
    statistics.requests += 1
    try {
      const answer = await network.exchange(cloud, {
        method,
        url,
        headers: {
          accept: kind === 'json' ? 'application/json' : '*/*',
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
          ...(request.prefer && request.prefer.length > 0 ? { prefer: request.prefer.join(', ') } : {}),
          ...(request.anonymous ? {} : ownHeaders(request, clientRequestId)),
          ...request.headers,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body,
        signal: request.signal,
        timeoutMs: request.timeoutMs ?? (kind === 'json' ? 60_000 : 600_000),
        anonymous: request.anonymous,
      })
      status = answer.status
      return answer
    } finally {
      onRequest?.({
        method,
        path: new URL(url).pathname,
        status,
        milliseconds: clock.now() - startedAt,
        attempt,
        bytes: typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0),
      })
    }
  }

  async function readAs(request: GraphRequest, answer: HttpAnswer): Promise<unknown> {
    const kind = request.as ?? 'json'
    const limit = request.maxBytes ?? (kind === 'json' ? 64 : 256) * mebibyte
    const bytes = await answer.read(limit)
    statistics.bytes += bytes.length
    if (kind === 'bytes') return bytes
    if (kind === 'none' || kind === 'location') return undefined
    return readJson(bytes, answer, request.schema)
  }

  async function request<T>(asked: GraphRequest): Promise<GraphResponse<T>> {
    return await withRetries((number) => attemptOnce<T>(asked, number, false), {
      clock,
      random,
      budgetMs: asked.retryBudgetMs ?? defaultBudgetMs,
      signal: asked.signal,
      mayRetry: (error, attempt) => mayRepeat(asked, error, attempt),
      onWait: (error, attempt, milliseconds) => {
        logger.debug(
          {
            method: asked.method ?? 'GET',
            attempt,
            milliseconds,
            ...(isMicrosoftError(error) ? { code: error.code, microsoft: error.microsoft } : {}),
          },
          'Microsoft Graph: trying again later',
        )
      },
    })
  }

  return {
    request,
    pages: (asked) => readPages(request, asked),
    batch: (requests, batchOptions = {}) =>
      sendBatch(
        {
          request,
          clock,
          random,
          fence: (mailbox, until) => pacer.fence(keyOf({ ...(mailbox && { mailbox }) }), until),
        },
        requests,
        batchOptions,
      ),
    get statistics() {
      return { ...statistics, budgetUsed: pacer.used(owner) }
    },
  }
}

function ownHeaders({ priority }: GraphRequest, clientRequestId: string): Record<string, string> {
  return {
    'client-request-id': clientRequestId,
    // The directory lets others go first when it must choose. (Microsoft Graph throttling guidance, 2026)
    ...(priority === 'high' ? {} : { 'x-ms-throttle-priority': 'low' }),
  }
}

function isTokenRefused(error: unknown): boolean {
  return isMicrosoftError(error) && error.code === 'MSG_TOKEN_REFUSED'
}

/**
 * What clients asked for: counts by method and route, and the last requests one by one. Tests prove with it how many
 * requests a client made.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'

export type LoggedRequest = {
  readonly at: string
  readonly server: string
  readonly method: string
  /** The route's template, such as `/v1.0/users/:id/messages`. */
  readonly route: string
  readonly url: string
  /** 0 while there is no answer, and for ever when the connection broke first. */
  status: number
  readonly requestId: string
  appId?: string
  /** True for an item of a `$batch`. */
  readonly batched: boolean
}

const KEPT = 10_000

export type RequestLog = {
  add(entry: LoggedRequest): void
  /** Counts by `METHOD template`, and the newest 10,000 requests, oldest first. */
  read(): { total: number; counts: Record<string, number>; requests: LoggedRequest[] }
  reset(): void
}

export function createRequestLog(): RequestLog {
  let counts = new Map<string, number>()
  let requests: LoggedRequest[] = []
  let total = 0
  return {
    add(entry) {
      total += 1
      const key = `${entry.method} ${entry.route}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      requests.push(entry)
      if (requests.length > KEPT * 2) requests = requests.slice(-KEPT)
    },
    read: () => ({ total, counts: Object.fromEntries(counts), requests: requests.slice(-KEPT) }),
    reset() {
      counts = new Map()
      requests = []
      total = 0
    },
  }
}

type Observed = {
  readonly server: string
  readonly log: RequestLog
  /** Milliseconds of the tenant's clock. */
  now(): number
  batched(request: FastifyRequest): boolean
  /** Asked after the answer, when the token has been read. */
  appId(request: FastifyRequest): string | undefined
}

/** Logs each request of a server as it arrives, so that cut and abandoned ones count too. Register before other hooks. */
export function logRequests(app: FastifyInstance, observed: Observed): void {
  const entries = new WeakMap<FastifyRequest, LoggedRequest>()
  app.addHook('onRequest', async (request) => {
    const entry: LoggedRequest = {
      at: new Date(observed.now()).toISOString(),
      server: observed.server,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      url: request.originalUrl,
      status: 0,
      requestId: request.id,
      batched: observed.batched(request),
    }
    entries.set(request, entry)
    observed.log.add(entry)
  })
  app.addHook('onResponse', async (request, reply) => {
    const entry = entries.get(request)
    if (entry === undefined) return
    const appId = observed.appId(request)
    if (reply.raw.headersSent) entry.status = reply.statusCode
    if (appId !== undefined) entry.appId = appId
  })
}

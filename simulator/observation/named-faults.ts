/**
 * Troubles by name, each in the words of the service that was asked: what a walk over every request of a client needs.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { type EntraErrorEntry, entraErrors } from '../entra/error-table.ts'
import { graphErrors } from '../graph/error-table.ts'

export const faultKinds = [
  'throttled',
  'server-error',
  'unavailable',
  'reset',
  'timeout',
  'replication',
] as const
/** One of the kinds, `AADSTS` and a number of the sign-in service, or the name of an error of Graph. */
export type FaultKind = (typeof faultKinds)[number] | `AADSTS${number}` | (string & {})

/** Whether there is such a fault. */
export function isFaultKind(name: unknown): name is FaultKind {
  if (typeof name !== 'string') return false
  return faultKinds.some((kind) => kind === name) || entraEntry(name) !== undefined || name in graphErrors
}

/** The error of the sign-in service that a fault names. */
export function entraEntry(name: string): (EntraErrorEntry & { readonly number: number }) | undefined {
  const number = Number(/^AADSTS(\d+)$/.exec(name)?.[1])
  const entry = entraErrors[number]
  return entry && { ...entry, number }
}

type Respond = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const RETRY_AFTER = '2'

function graph(
  request: FastifyRequest,
  status: number,
  code: string,
  message: string,
  details?: unknown,
  inner?: object,
): Respond {
  return {
    status,
    ...(status === 429 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    body: {
      error: {
        code,
        message,
        ...(details === undefined ? {} : { details }),
        innerError: {
          ...inner,
          date: new Date().toISOString().slice(0, 19),
          'request-id': request.id,
          'client-request-id': String(request.headers['client-request-id'] ?? request.id),
        },
      },
    },
  }
}

/** Text, ids and time as the sign-in service puts them into one sentence for people. */
export function entraDescription(number: number, text: string, trace: string, correlation: string): string {
  return `AADSTS${number}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${entraTime()}`
}

function entraTime(): string {
  return `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`
}

function login(
  request: FastifyRequest,
  { number, status = 400, error, suberror, text }: EntraErrorEntry & { readonly number: number },
): Respond {
  const trace = randomUUID()
  const sent = request.headers['client-request-id']
  const correlation = typeof sent === 'string' ? sent : randomUUID()
  return {
    status,
    ...(status === 429 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    body: {
      error,
      error_description: entraDescription(number, text, trace, correlation),
      error_codes: [number],
      timestamp: entraTime(),
      trace_id: trace,
      correlation_id: correlation,
      ...(suberror === undefined ? {} : { suberror }),
    },
  }
}

/** What another replica, which has not heard of the object yet, would answer to this request. */
function replication(server: string, request: FastifyRequest): Respond {
  if (server === 'login') {
    return login(request, known(700016))
  }
  if (request.method === 'POST' && /\/servicePrincipals(\?|$)/.test(request.originalUrl)) {
    const message = 'The appId of the service principal does not reference a valid application object.'
    return graph(request, 400, 'Request_BadRequest', message, [
      { code: 'NoBackingApplicationObject', message, target: 'appId' },
    ])
  }
  return graph(
    request,
    404,
    'Request_ResourceNotFound',
    'Resource does not exist or one of its queried reference-property objects are not present.',
  )
}

function known(number: number): EntraErrorEntry & { readonly number: number } {
  const entry = entraEntry(`AADSTS${number}`)
  if (entry === undefined) throw new Error(`No text for AADSTS${number}`)
  return entry
}

function byName(name: string, request: FastifyRequest): Respond | undefined {
  const entry = entraEntry(name)
  if (entry !== undefined) return login(request, entry)
  const error = graphErrors[name]
  if (error === undefined) return undefined
  const { status, code = name, text, details, inner, headers } = error
  return { ...graph(request, status, code, text, details, inner), ...(headers && { headers }) }
}

/** The answer that stands for the trouble; undefined where there is none. */
export function namedFault(kind: FaultKind, server: string, request: FastifyRequest): Respond | undefined {
  const onLogin = server === 'login'
  switch (kind) {
    case 'throttled':
      return onLogin
        ? login(request, known(90055))
        : graph(request, 429, 'TooManyRequests', 'Too many requests.')
    case 'server-error':
      return onLogin
        ? login(request, { ...known(90033), status: 500 })
        : graph(request, 500, 'InternalServerError', 'The server encountered an internal error.')
    case 'unavailable':
      return { status: 503 }
    case 'replication':
      return replication(server, request)
    default:
      return byName(kind, request)
  }
}

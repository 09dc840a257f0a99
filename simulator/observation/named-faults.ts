/**
 * Troubles by name, each in the words of the service that was asked: what a walk over every request of a client needs.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

export const faultKinds = [
  'throttled',
  'server-error',
  'unavailable',
  'reset',
  'timeout',
  'replication',
] as const
export type FaultKind = (typeof faultKinds)[number]

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
          date: new Date().toISOString().slice(0, 19),
          'request-id': request.id,
          'client-request-id': request.id,
        },
      },
    },
  }
}

function login(status: number, number: number, error: string, text: string): Respond {
  const trace = randomUUID()
  const correlation = randomUUID()
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`
  return {
    status,
    ...(status === 429 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    body: {
      error,
      error_description: `AADSTS${number}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  }
}

/** What another replica, which has not heard of the object yet, would answer to this request. */
function replication(server: string, request: FastifyRequest): Respond {
  if (server === 'login') {
    return login(
      400,
      700016,
      'unauthorized_client',
      'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
    )
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

/** The answer that stands for the trouble; undefined where there is none. */
export function namedFault(kind: FaultKind, server: string, request: FastifyRequest): Respond | undefined {
  const onLogin = server === 'login'
  switch (kind) {
    case 'throttled':
      return onLogin
        ? login(429, 90055, 'temporarily_unavailable', 'The server is busy processing too many requests.')
        : graph(request, 429, 'TooManyRequests', 'Too many requests.')
    case 'server-error':
      return onLogin
        ? login(500, 90033, 'temporarily_unavailable', 'A transient error has occurred. Please try again.')
        : graph(request, 500, 'InternalServerError', 'The server encountered an internal error.')
    case 'unavailable':
      return { status: 503 }
    case 'replication':
      return replication(server, request)
    default:
      return undefined
  }
}

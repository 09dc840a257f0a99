import { localFailure, type MicrosoftError, MicrosoftError as OwnError } from '../failures/microsoft-error.ts'

/** Words for the codes that people meet; anything else is shown as it is. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'the name cannot be resolved',
  EAI_AGAIN: 'the name cannot be resolved at the moment',
  ENETUNREACH: 'the network is unreachable',
  EHOSTUNREACH: 'the host is unreachable',
  EPIPE: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired (or the clock of this server is wrong)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by a known authority',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is not signed by a known authority (a proxy that opens traffic?)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by a known authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by a known authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

const timeouts = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
])

/**
 * Turns what the HTTP library threw into our own error. When the caller gave up, his own reason comes back unchanged.
 */
export function networkFailure(
  error: unknown,
  host: string,
  exchange: {
    readonly signal?: AbortSignal | undefined
    readonly timeoutMs: number
    readonly headers: Readonly<Record<string, string>>
  },
  deadline: { readonly passed: boolean },
): unknown {
  if (error instanceof OwnError) return error satisfies MicrosoftError
  if (exchange.signal?.aborted) return exchange.signal.reason
  const code = codeOf(error)
  const facts = {
    correlationId: exchange.headers['client-request-id'] ?? null,
    time: new Date().toISOString(),
  }
  if (deadline.passed || timeouts.has(code)) {
    return localFailure('MSG_TIMEOUT', { host, seconds: Math.round(exchange.timeoutMs / 1000) }, facts, error)
  }
  const reason = reasons[code] ?? (code || 'the connection failed')
  return localFailure('MSG_UNREACHABLE', { host, reason }, facts, error)
}

function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code
  }
  return ''
}

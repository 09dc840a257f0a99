/** What goes wrong on the way to Microsoft, in words: who could not be reached, why, and what to do about it. */
import { AppError } from '../../errors/index.ts'
import { localFailure, MicrosoftError } from '../failures/microsoft-error.ts'
import type { SeenCertificate } from './certificate-probe.ts'

interface Trouble {
  readonly reason: string
  readonly remedy: string
}

const checkAddress =
  'Check the address configured for the cloud, the firewall, and whether this server has to go through a proxy (--proxy).'
const cut: Trouble = {
  reason: 'the connection was cut',
  remedy: 'Try again; if it stays so, look at the firewall or proxy between this server and Microsoft.',
}

/** Words for the codes that people meet; anything else is shown as it is. */
const troubles: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: { reason: 'the connection is refused', remedy: checkAddress },
  ECONNRESET: cut,
  UND_ERR_SOCKET: cut,
  EPIPE: cut,
  ENOTFOUND: {
    reason: 'its name cannot be resolved',
    remedy:
      'Check the DNS settings of this server and the address configured for the cloud; where only a proxy resolves names, set it (--proxy).',
  },
  EAI_AGAIN: {
    reason: 'its name cannot be resolved at the moment',
    remedy:
      'Check that the DNS server of this machine answers; where only a proxy resolves names, set it (--proxy).',
  },
  ENETUNREACH: { reason: 'the network is unreachable', remedy: 'Check the network of this server.' },
  EHOSTUNREACH: { reason: 'the host is unreachable', remedy: checkAddress },
}

const timeouts = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
])
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
])
const outOfTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])
const otherName = 'ERR_TLS_CERT_ALTNAME_INVALID'

export interface FailedExchange {
  readonly host: string
  /** The proxy, when one is set; whether the host is exempt from it is not known here. */
  readonly proxy: URL | undefined
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs: number
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Turns what the HTTP library threw into our own error. When the caller gave up, his own reason comes back unchanged.
 * @param certificate what the host shows, asked for only when `isCertificateTrouble`
 */
export function networkFailure(
  error: unknown,
  exchange: FailedExchange,
  deadline: { readonly passed: boolean },
  certificate?: SeenCertificate,
): unknown {
  if (error instanceof MicrosoftError) return error
  if (exchange.signal?.aborted) return exchange.signal.reason
  // What refuses an address says why by itself.
  const refusal = everyCause(error).find((one) => one instanceof AppError)
  if (refusal) return refusal
  const code = codeOf(error)
  const { host, proxy } = exchange
  const facts = {
    correlationId: exchange.headers['client-request-id'] ?? null,
    time: new Date().toISOString(),
  }
  if (deadline.passed || timeouts.has(code)) {
    return localFailure('MSG_TIMEOUT', { host, seconds: Math.round(exchange.timeoutMs / 1000) }, facts, error)
  }
  if (untrusted.has(code)) {
    const issuer = certificate?.issuer ?? 'somebody who could not be found out'
    return localFailure('MSG_CERTIFICATE_UNTRUSTED', { host, issuer }, facts, error)
  }
  if (outOfTime.has(code)) {
    const { validFrom = 'unknown', validTo = 'unknown' } = certificate ?? {}
    return localFailure(
      'MSG_CERTIFICATE_TIME',
      { host, from: validFrom, to: validTo, now: facts.time },
      facts,
      error,
    )
  }
  if (code === otherName) {
    const subject = certificate?.subject ?? 'another host'
    return localFailure('MSG_CERTIFICATE_NAME', { host, subject }, facts, error)
  }
  const status = proxyStatus(error)
  if (proxy !== undefined && status !== undefined)
    return proxyFailure(status, { host, proxy: proxy.host }, facts, error)
  const { reason, remedy } = troubles[code] ?? {
    reason: code || 'the connection failed',
    remedy: checkAddress,
  }
  if (proxy === undefined || !concerns(error, proxy))
    return localFailure('MSG_UNREACHABLE', { host, reason, remedy }, facts, error)
  return localFailure(
    'MSG_UNREACHABLE',
    {
      host,
      reason: `the proxy ${proxy.host} cannot be reached: ${reason}`,
      remedy:
        'Check that the proxy runs and that its address is right (--proxy, BDRCLOUD_PROXY or HTTPS_PROXY), or exempt the host from it (--no-proxy).',
    },
    facts,
    error,
  )
}

/** Whether the certificate of the other side is at fault. */
export function isCertificateTrouble(error: unknown): boolean {
  const code = codeOf(error)
  return untrusted.has(code) || outOfTime.has(code) || code === otherName
}

const proxyReasons: Readonly<Record<number, { readonly why: string; readonly remedy: string }>> = {
  407: {
    why: 'It wants a user name and a password, or does not accept those that were given.',
    remedy:
      'Give them in the environment or in the configuration file, not on the command line: BDRCLOUD_PROXY=http://user:password@host:port. The server signs in with Basic only.',
  },
  403: {
    why: 'Its rules do not allow the address.',
    remedy: "Have the addresses of Microsoft's sign-in and Graph of this cloud allowed, port 443.",
  },
  405: {
    why: 'It offers no tunnels (CONNECT).',
    remedy: 'Have CONNECT to port 443 allowed, or use another proxy.',
  },
}

function proxyFailure(
  status: number,
  { host, proxy }: { host: string; proxy: string },
  facts: object,
  error: unknown,
): MicrosoftError {
  if (status >= 500) {
    return localFailure(
      'MSG_UNREACHABLE',
      {
        host,
        reason: `the proxy ${proxy} answers ${status}, so it does not reach the host itself`,
        remedy: 'Look at the log of the proxy, and at its network and DNS settings.',
      },
      facts,
      error,
    )
  }
  const { why, remedy } = proxyReasons[status] ?? { why: '', remedy: 'Look at the log of the proxy.' }
  return localFailure('MSG_PROXY_REFUSED', { proxy, host, status, why, remedy }, facts, error)
}

/** The HTTP library says it in words only. */
function proxyStatus(error: unknown): number | undefined {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const status = /Proxy response \((\d{3})\)/.exec(current.message)?.[1]
    if (status !== undefined) return Number(status)
  }
  return undefined
}

/** Whether a failed connection was one to the proxy: Node names host or port. */
function concerns(error: unknown, proxy: URL): boolean {
  const port = Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80))
  return everyCause(error).some(
    (one) =>
      ('hostname' in one && one.hostname === proxy.hostname) || ('port' in one && Number(one.port) === port),
  )
}

function everyCause(error: unknown): Error[] {
  if (!(error instanceof Error)) return []
  const parts = error instanceof AggregateError ? error.errors.flatMap(everyCause) : []
  return [error, ...parts, ...everyCause(error.cause)]
}

function codeOf(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code
  }
  return ''
}

/**
 * The one way out to places that an operator typed (webhooks, mail servers, providers of single sign-on). Every connection passes the address
 * guard, redirects are answers like any other and never followed, every exchange has a time limit and every answer a longest length. What
 * goes to Microsoft has its own network in `src/microsoft`, and vaults have theirs in `src/repository`.
 */
import { connect, isIP, type Socket } from 'node:net'
import { getCACertificates } from 'node:tls'
import { Agent, buildConnector, request as send } from 'undici'
import { isAppError } from '../errors/index.ts'
import { type AddressGuard, createAddressGuard } from './address-guard.ts'
import { fail } from './errors.ts'

export interface EgressRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The whole exchange, in milliseconds; 15 seconds where nothing is said. */
  readonly limitMs?: number
  /** Bytes of the answer's body; 64 KiB where nothing is said. */
  readonly longestAnswer?: number
  readonly signal?: AbortSignal
}

export interface EgressAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Egress {
  readonly guard: AddressGuard
  /**
   * One exchange. Answers with any status, redirects included.
   * @throws AppError NET_ADDRESS_INVALID, NET_ADDRESS_REFUSED, NET_NOT_ENCRYPTED, NET_UNREACHABLE, NET_TIME_LIMIT, NET_ANSWER_TOO_LONG
   */
  request(url: string | URL, request?: EgressRequest): Promise<EgressAnswer>
  /** The same for libraries that want a `fetch`; the answer is whole in memory when it is given. */
  readonly fetch: (url: string | URL, init?: EgressFetchInit) => Promise<Response>
  /**
   * A connection for other protocols, to be ended by the caller.
   * @throws AppError NET_ADDRESS_REFUSED, NET_UNREACHABLE, NET_TIME_LIMIT
   */
  connect(to: { host: string; port: number; limitMs: number; signal?: AbortSignal }): Promise<Socket>
  close(): Promise<void>
}

export interface EgressFetchInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams | Uint8Array | null | undefined
  readonly signal?: AbortSignal | null | undefined
}

const usualLimitMs = 15_000
const usualLongestAnswer = 65_536

export interface EgressOptions {
  /** Addresses and networks that may be connected to though they are internal. */
  readonly allowedNetworks: readonly string[]
  /** Certificate authorities (PEM) beside those of Node and the system. */
  readonly certificateAuthorities?: readonly string[]
  /** Instead of one made from the allowed networks. */
  readonly guard?: AddressGuard
}

/** @throws AppError NET_NETWORK_INVALID for something in `allowedNetworks` that is no address or network */
export function createEgress(options: EgressOptions): Egress {
  const guard = options.guard ?? createAddressGuard(options.allowedNetworks)
  const ca = [
    ...getCACertificates('default'),
    ...getCACertificates('system'),
    ...(options.certificateAuthorities ?? []),
  ]
  const dial = buildConnector({ timeout: usualLimitMs, lookup: guard.lookup, ca, allowH2: false })
  const agent = new Agent({
    pipelining: 1,
    connections: 8,
    keepAliveTimeout: 1_000,
    connect: (to, callback) => {
      const host = bare(to.hostname)
      try {
        // An address is not looked up, so `lookup` does not see it.
        if (isIP(host) !== 0) guard.check(host)
      } catch (refusal) {
        return callback(refusal as Error, null)
      }
      dial(to, (error, socket) => {
        if (error) return callback(error, null)
        if (to.protocol === 'https:' || guard.isAllowed(socket.remoteAddress ?? ''))
          return callback(null, socket)
        socket.destroy()
        callback(fail('NET_NOT_ENCRYPTED', { host }), null)
      })
    },
  })

  const request = async (address: string | URL, wanted: EgressRequest = {}): Promise<EgressAnswer> => {
    const url = parse(address)
    const { limitMs = usualLimitMs, longestAnswer = usualLongestAnswer } = wanted
    const limit = AbortSignal.timeout(limitMs)
    const signal = wanted.signal ? AbortSignal.any([wanted.signal, limit]) : limit
    try {
      const answer = await send(url, {
        dispatcher: agent,
        method: wanted.method ?? 'GET',
        headers: { ...wanted.headers },
        body: wanted.body ?? null,
        signal,
        headersTimeout: limitMs,
        bodyTimeout: limitMs,
      })
      const parts: Buffer[] = []
      let length = 0
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        length += part.length
        if (length > longestAnswer) {
          answer.body.destroy()
          throw fail('NET_ANSWER_TOO_LONG', { host: url.host, bytes: longestAnswer })
        }
        parts.push(part)
      }
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
      )
      return { status: answer.statusCode, headers, body: Buffer.concat(parts) }
    } catch (error) {
      wanted.signal?.throwIfAborted()
      throw explained(error, url.host, limit.aborted, limitMs)
    }
  }

  return {
    guard,
    request,
    fetch: async (url, init = {}) => {
      const { status, headers, body } = await request(url, {
        method: init.method === 'POST' ? 'POST' : 'GET',
        ...(init.headers && { headers: init.headers }),
        ...(init.body === undefined || init.body === null
          ? {}
          : { body: init.body instanceof Uint8Array ? init.body : init.body.toString() }),
        ...(init.signal && { signal: init.signal }),
        longestAnswer: 1_048_576,
      })
      const empty = status === 204 || status === 205 || status === 304
      return new Response(empty ? null : new Uint8Array(body), { status, headers })
    },
    connect: async ({ host, port, limitMs, signal }) => {
      const limit = AbortSignal.timeout(limitMs)
      const either = signal ? AbortSignal.any([signal, limit]) : limit
      try {
        if (isIP(bare(host)) !== 0) guard.check(bare(host))
        return await open(bare(host), port, guard, either)
      } catch (error) {
        signal?.throwIfAborted()
        throw explained(error, `${host}:${port}`, limit.aborted, limitMs)
      }
    },
    close: () => agent.destroy(),
  }
}

function open(host: string, port: number, guard: AddressGuard, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guard.lookup })
    const giveUp = () => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    const settle = () => {
      signal.removeEventListener('abort', giveUp)
      socket.removeListener('error', failed)
    }
    const failed = (error: Error) => {
      settle()
      reject(error)
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
    if (signal.aborted) giveUp()
  })
}

const bare = (host: string) => host.replace(/^\[(.*)\]$/, '$1')

function parse(address: string | URL): URL {
  const url = URL.parse(String(address))
  if (!url) throw fail('NET_ADDRESS_INVALID', { reason: 'it cannot be read' })
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw fail('NET_ADDRESS_INVALID', { reason: 'it does not begin with https://' })
  if (url.username !== '' || url.password !== '')
    throw fail('NET_ADDRESS_INVALID', { reason: 'it holds a user name or password' })
  return url
}

function explained(error: unknown, host: string, late: boolean, limitMs: number): Error {
  // The refusal of the guard may be the cause of what undici throws.
  for (let one = error; one instanceof Error; one = one.cause) if (isAppError(one)) return one
  if (late) return fail('NET_TIME_LIMIT', { host, seconds: Math.ceil(limitMs / 1000) }, error)
  return fail('NET_UNREACHABLE', { host, reason: reasonOf(error) }, error)
}

const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name cannot be looked up now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
  UND_ERR_SOCKET: 'the connection was broken off',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** Why a connection failed, in words, without anything that the other side said. */
export function reasonOf(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as NodeJS.ErrnoException
    if (code !== undefined) return words[code] ?? code
    if (one instanceof AggregateError && one.errors.length > 0) return reasonOf(one.errors[0])
  }
  return error instanceof Error ? error.name : 'unknown'
}

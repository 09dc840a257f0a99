/**
 * The only way out to Microsoft: one connection pool per cloud, with the cloud's own certificate authority beside the
 * system's, limits on time and size of every answer, and no redirects followed.
 *
 * Invariant: a request goes to the login service or the Graph of its cloud, or, marked `anonymous`, to any https address without
 * an Authorization header and to no internal one. So neither a token nor a request can be led astray by an address inside an answer.
 */
import { isIP, type LookupFunction } from 'node:net'
import { pipeline, Readable, Transform } from 'node:stream'
import type { SecureContext } from 'node:tls'
import { createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import type { Cloud } from '../clouds/cloud.ts'
import { fail } from '../errors.ts'
import { localFailure } from '../failures/microsoft-error.ts'
import { seenCertificate } from './certificate-probe.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { isCertificateTrouble, networkFailure } from './network-failure.ts'
import { createDispatcher, type OutboundOptions, proxyUrl, readTrust } from './outbound.ts'

/** What of a logger is used; a pino logger fits. */
export interface MicrosoftLogger {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

export interface HttpExchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** Time limit for the whole exchange, body included, in milliseconds. */
  readonly timeoutMs: number
  readonly anonymous?: boolean | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Reads the whole body. @throws MicrosoftError MSG_ANSWER_TOO_LARGE, MSG_UNREACHABLE, MSG_TIMEOUT */
  read(maxBytes: number): Promise<Buffer>
  /** The body as it arrives, unpacked; the stream fails as `read` does. `onBytes` hears the size of each piece. */
  stream(maxBytes: number, onBytes?: (bytes: number) => void): Readable
}

export interface MicrosoftNetwork {
  /** One attempt. @throws MicrosoftError MSG_UNREACHABLE, MSG_TIMEOUT, MSG_FOREIGN_ADDRESS; the signal's reason */
  exchange(cloud: Cloud, exchange: HttpExchange): Promise<HttpAnswer>
  close(): Promise<void>
}

export interface MicrosoftNetworkOptions extends OutboundOptions {
  readonly clouds: readonly Cloud[]
  readonly logger: MicrosoftLogger
  /** See `productUserAgent`. */
  readonly userAgent: string
  /**
   * Resolves the names that answers give for content, at the moment of connecting, and fails for those that lead to this machine or its
   * neighbours. Not asked for the hosts of the clouds themselves, which the configuration names, nor where a proxy resolves names.
   */
  readonly contentLookup?: LookupFunction
}

/** Microsoft serves undecorated traffic last. ("Avoid getting throttled or blocked in SharePoint Online", 2026) */
export function productUserAgent(version: string): string {
  return `NONISV|BDRCloud|BDRCloudServer/${version}`
}

/** @throws AppError MSG_CERTIFICATE_AUTHORITY_UNUSABLE, MSG_PROXY_ADDRESS_INVALID */
export function createMicrosoftNetwork(options: MicrosoftNetworkOptions): MicrosoftNetwork {
  const dispatchers = new Map<string, Dispatcher>()
  /** By the cloud's own file of authorities, which few clouds have. */
  const trusts = new Map<string | undefined, SecureContext>()
  const { proxy, contentLookup } = options

  function trustOf(cloud: Cloud): SecureContext {
    const file = cloud.certificateAuthorityFile
    const trust = trusts.get(file) ?? readTrust(cloud, options)
    trusts.set(file, trust)
    return trust
  }
  function dispatcherOf(cloud: Cloud, lookup?: LookupFunction): Dispatcher {
    const key = lookup ? `content of ${cloud.id}` : cloud.id
    let dispatcher = dispatchers.get(key)
    if (!dispatcher) {
      dispatcher = createDispatcher(trustOf(cloud), options, lookup)
      dispatchers.set(key, dispatcher)
    }
    return dispatcher
  }
  // At once, so that a wrong file or address is found when the server starts and not in the night.
  for (const cloud of options.clouds) dispatcherOf(cloud)

  return {
    async exchange(cloud, exchange) {
      const url = checkedUrl(cloud, exchange)
      const lookup = isOwnHost(cloud, url) ? undefined : contentLookup
      const deadline = startDeadline(exchange.signal, exchange.timeoutMs)
      const failed = { ...exchange, host: url.host, proxy: proxy && proxyUrl(proxy) }
      const failure = (error: unknown) => networkFailure(error, failed, deadline)
      let answer: Dispatcher.ResponseData
      try {
        answer = await dispatcherOf(cloud, lookup).request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: exchange.method,
          headers: { 'user-agent': options.userAgent, 'accept-encoding': 'gzip', ...exchange.headers },
          body: exchange.body ?? null,
          signal: deadline.signal,
        })
      } catch (error) {
        deadline.end()
        const certificate = isCertificateTrouble(error)
          ? await seenCertificate(url, proxy && proxyUrl(proxy), lookup)
          : undefined
        const told = networkFailure(error, failed, deadline, certificate)
        options.logger.debug({ cloud: cloud.id, host: url.host, method: exchange.method }, String(told))
        throw told
      }
      const headers = plainHeaders(answer.headers)
      const stream = (maxBytes: number, onBytes: (bytes: number) => void = () => {}) =>
        boundedStream({
          body: answer.body,
          encoding: headers['content-encoding'],
          maxBytes,
          onBytes,
          host: url.host,
          deadline,
          failure,
        })
      return {
        status: answer.statusCode,
        headers,
        stream,
        async read(maxBytes) {
          const chunks: Buffer[] = []
          for await (const chunk of stream(maxBytes)) chunks.push(chunk as Buffer)
          return Buffer.concat(chunks)
        },
      }
    },
    async close() {
      const all = [...dispatchers.values()]
      dispatchers.clear()
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()))
    },
  }
}

function checkedUrl(cloud: Cloud, { url: address, anonymous, headers }: HttpExchange): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url) throw fail('MSG_REQUEST_INVALID', { reason: 'its address is not a URL' })
  const allowed = anonymous
    ? url.protocol === 'https:' &&
      !('authorization' in headers) &&
      (isOwnHost(cloud, url) || !isInternalName(url))
    : ownOrigins(cloud).includes(url.origin)
  if (!allowed || url.username !== '' || url.password !== '') {
    throw localFailure('MSG_FOREIGN_ADDRESS', { host: url.host, cloud: cloud.id })
  }
  return url
}

const ownOrigins = (cloud: Cloud) => [cloud.loginAuthority, cloud.graphRoot, ...cloud.loginAliases]

function isOwnHost(cloud: Cloud, { hostname }: URL): boolean {
  return ownOrigins(cloud).some((origin) => new URL(origin).hostname === hostname)
}

/** Microsoft's addresses have names. One that has none leads to this machine, a neighbour or the machine's credentials in a cloud. */
function isInternalName({ hostname }: URL): boolean {
  return isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0 || /(^|\.)localhost\.?$/.test(hostname)
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}

interface BoundedStream {
  readonly body: Readable
  readonly encoding: string | undefined
  readonly maxBytes: number
  readonly onBytes: (bytes: number) => void
  readonly host: string
  readonly deadline: Deadline
  /** Turns what the HTTP library fails with into our own error. */
  readonly failure: (error: unknown) => unknown
}

function boundedStream({
  body,
  encoding,
  maxBytes,
  onBytes,
  host,
  deadline,
  failure,
}: BoundedStream): Readable {
  let bytes = 0
  const unpacked = encoding === 'gzip' ? pipeline(body, createGunzip(), () => {}) : body
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      onBytes(chunk.length)
      if (bytes > maxBytes) done(localFailure('MSG_ANSWER_TOO_LARGE', { host, limit: maxBytes }))
      else done(null, chunk)
    },
  })
  // The time limit holds for a reader, too, that never comes for the rest.
  const onAbort = () => bounded.destroy(asError(failure(deadline.signal.reason)))
  deadline.signal.addEventListener('abort', onAbort, { once: true })
  async function* translated() {
    try {
      for await (const chunk of unpacked) yield chunk as Buffer
    } catch (error) {
      throw failure(error)
    }
  }
  return pipeline(Readable.from(translated()), bounded, () => {
    deadline.signal.removeEventListener('abort', onAbort)
    deadline.end()
  })
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}

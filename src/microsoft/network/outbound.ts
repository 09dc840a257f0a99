/**
 * The way out to Microsoft: directly or through an HTTP proxy, with the certificate authorities that are trusted on the way. Which
 * hosts go past the proxy is decided by undici's reading of NO_PROXY (names, `.suffixes`, `*`, ports).
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import type { Cloud } from '../clouds/cloud.ts'
import { fail } from '../errors.ts'

export interface OutboundProxy {
  /** `http://` or `https://`, with user name and password where the proxy wants them (Basic). Never to be logged as it is. */
  readonly url: string
  /** Hosts that are reached directly, as in NO_PROXY. */
  readonly noProxy: readonly string[]
}

export interface OutboundOptions {
  readonly proxy?: OutboundProxy | undefined
  /** PEM file of certificate authorities trusted for all clouds, e.g. that of a proxy that inspects TLS. */
  readonly certificateAuthorityFile?: string | undefined
}

const connectMs = 15_000

/**
 * What connections to a cloud trust, read once: each connection that is given the certificates themselves reads some hundreds of them anew and
 * keeps more than a megabyte of what it read as long as it is open.
 * @throws AppError MSG_CERTIFICATE_AUTHORITY_UNUSABLE
 */
export function readTrust(cloud: Cloud, { certificateAuthorityFile }: OutboundOptions): SecureContext {
  return createSecureContext({ ca: certificateAuthorities(cloud, certificateAuthorityFile) })
}

/**
 * @param lookup resolves the names of hosts that are connected to directly; the system does where it is left out
 * @throws AppError MSG_PROXY_ADDRESS_INVALID
 */
export function createDispatcher(
  secureContext: SecureContext,
  { proxy }: OutboundOptions,
  lookup?: LookupFunction,
): Dispatcher {
  const connect = { timeout: connectMs, secureContext, ...(lookup && { lookup }) }
  const limits = {
    connections: 64,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 120_000,
    bodyTimeout: 60_000,
    keepAliveTimeout: 30_000,
  }
  if (proxy === undefined) return new Agent({ ...limits, connect })
  const { href } = proxyUrl(proxy)
  return new EnvHttpProxyAgent({
    ...limits,
    httpProxy: href,
    httpsProxy: href,
    noProxy: proxy.noProxy.join(','),
    connect,
    connectTimeout: connectMs,
    requestTls: { secureContext, timeout: connectMs },
    proxyTls: { secureContext, timeout: connectMs },
  })
}

/** The proxy's address as it may be shown: without user name and password. */
export function proxyName(url: string): string {
  return proxyUrl({ url }).host
}

/** @throws AppError MSG_PROXY_ADDRESS_INVALID */
export function proxyUrl({ url }: Pick<OutboundProxy, 'url'>): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) throw fail('MSG_PROXY_ADDRESS_INVALID')
  return parsed
}

/** Those of Node, NODE_EXTRA_CA_CERTS included, those of the system, and the configured ones. */
function certificateAuthorities(cloud: Cloud, file: string | undefined): string[] {
  const known = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  for (const one of [file, cloud.certificateAuthorityFile]) {
    if (one === undefined) continue
    for (const certificate of readAuthorities(one)) known.add(certificate)
  }
  return [...known]
}

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

function readAuthorities(file: string): string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw fail('MSG_CERTIFICATE_AUTHORITY_UNUSABLE', { file, reason }, cause)
  }
  const blocks = text.match(pemBlock) ?? []
  if (blocks.length === 0)
    throw fail('MSG_CERTIFICATE_AUTHORITY_UNUSABLE', { file, reason: 'it holds no certificate in PEM form' })
  try {
    for (const block of blocks) new X509Certificate(block)
  } catch (cause) {
    const reason = 'one of its certificates cannot be read'
    throw fail('MSG_CERTIFICATE_AUTHORITY_UNUSABLE', { file, reason }, cause)
  }
  return blocks
}

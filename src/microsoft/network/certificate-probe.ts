/**
 * Looks at the certificate that a host shows after the connection was refused because of it, to say in words whose it is. A connection
 * of its own that accepts any certificate, sends nothing and is closed at once: nothing is ever asked or told through it.
 */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction, Socket } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

export interface SeenCertificate {
  readonly subject: string
  /** The authority at the upper end of the chain that was shown. */
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
}

const limitMs = 5_000

/**
 * @param lookup as for the connection that was refused
 * @returns undefined when there is nothing to be seen within five seconds
 */
export async function seenCertificate(
  url: URL,
  proxy: URL | undefined,
  lookup?: LookupFunction,
): Promise<SeenCertificate | undefined> {
  const port = Number(url.port || 443)
  const limit = AbortSignal.timeout(limitMs)
  try {
    const tunnel = proxy && (await openTunnel(`${url.hostname}:${port}`, proxy, limit))
    return await shake(url.hostname, port, tunnel, limit, lookup)
  } catch {
    return undefined
  }
}

function openTunnel(target: string, proxy: URL, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { username, password } = proxy
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
    const ask = proxy.protocol === 'https:' ? httpsRequest : httpRequest
    const request = ask({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: {
        host: target,
        ...(username !== '' && { 'proxy-authorization': `Basic ${basic.toString('base64')}` }),
      },
      agent: false,
      signal,
    })
    request.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) resolve(socket)
      else {
        socket.destroy()
        reject(new Error('the proxy refuses'))
      }
    })
    request.once('error', reject)
    request.end()
  })
}

function shake(
  host: string,
  port: number,
  tunnel: Socket | undefined,
  signal: AbortSignal,
  lookup: LookupFunction | undefined,
): Promise<SeenCertificate | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...(tunnel ? { socket: tunnel } : { host, port, ...(lookup && { lookup }) }),
      ...(/^[\d.:[\]]+$/.test(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
    })
    const give = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    signal.addEventListener('abort', () => give(new Error('time limit')), { once: true })
    socket.once('error', give)
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true)
      socket.destroy()
      resolve(certificate.valid_to ? seen(certificate) : undefined)
    })
  })
}

function seen(certificate: DetailedPeerCertificate): SeenCertificate {
  let top = certificate
  for (let depth = 0; depth < 10; depth += 1) {
    const { issuerCertificate: next } = top
    if (!next || next.fingerprint256 === top.fingerprint256) break
    top = next
  }
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(top.issuer),
    validFrom: isoTime(certificate.valid_from),
    validTo: isoTime(certificate.valid_to),
  }
}

/** Whoever made the certificate chose the names, so they are cut and cleaned. */
function nameOf(name: Partial<Record<'CN' | 'O' | 'OU', string | string[]>> | undefined): string {
  const part = (value: string | string[] | undefined) =>
    [value ?? []]
      .flat()
      .join(', ')
      .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
      .slice(0, 100)
  const common = part(name?.CN) || part(name?.OU)
  const organization = part(name?.O)
  if (common === '') return organization || 'nobody who gives a name'
  return organization === '' ? common : `${common} (${organization})`
}

function isoTime(text: string): string {
  const time = Date.parse(text)
  return Number.isNaN(time) ? text : new Date(time).toISOString()
}

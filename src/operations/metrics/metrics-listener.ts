/**
 * Where metrics are asked for: an address of its own, apart from console and API, so that a firewall can tell them apart. Off unless configured;
 * beyond this machine only with a token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Logger } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsListener {
  readonly port: number
  close(): Promise<void>
}

/** Shortest token that is taken, in characters. */
const shortestToken = 16

/**
 * Listens on `address` (`HOST:PORT`; port 0 takes a free one) and answers `GET /metrics`. Who asks must send the token of `tokenFile` as
 * `Authorization: Bearer …`, where there is one. Throws OPS_METRICS_ADDRESS, OPS_METRICS_EXPOSED, OPS_METRICS_TOKEN.
 */
export async function listenForMetrics(parts: {
  address: string
  tokenFile: string | null
  metrics: Pick<Metrics, 'text' | 'contentType'>
  logger: Logger
}): Promise<MetricsListener> {
  const { address, tokenFile, metrics, logger } = parts
  const { host, port } = split(address)
  const token = tokenFile === null ? null : readToken(tokenFile)
  if (token === null && !isLoopback(host)) throw fail('OPS_METRICS_EXPOSED', { address })

  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    answer(request, response, token, metrics).catch((error: unknown) => {
      logger.warn({ err: error }, 'metrics could not be given')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  server.maxConnections = 20
  const started = Promise.withResolvers<void>()
  server.once('error', started.reject).listen({ host, port }, started.resolve)
  try {
    await started.promise
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('OPS_METRICS_ADDRESS', { address, reason }, error)
  }
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
  metrics: Pick<Metrics, 'text' | 'contentType'>,
): Promise<void> {
  const path = request.url?.split('?')[0]
  const say = (status: number, text: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
  if (token !== null && !holds(request.headers.authorization, token)) {
    return say(401, 'a token is needed\n', { 'www-authenticate': 'Bearer' })
  }
  if (path !== '/metrics') return say(404, 'metrics are at /metrics\n')
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(405, 'GET alone\n', { allow: 'GET, HEAD' })
  say(200, await metrics.text(), { 'content-type': metrics.contentType })
}

/** Compares hashes, which are of equal length whatever was sent. */
function holds(header: string | undefined, token: string): boolean {
  const sent = /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? ''
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(sent), hash(token))
}

function split(address: string): { host: string; port: number } {
  const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(address) ?? []
  const port = Number(digits)
  if (host === '' || digits === '' || port > 65_535) {
    throw fail('OPS_METRICS_ADDRESS', { address, reason: 'it is not an address and a port' })
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function readToken(file: string): string {
  let token: string
  try {
    token = readFileSync(file, 'utf8').trim()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('OPS_METRICS_TOKEN', { file, reason }, error)
  }
  if (token.length < shortestToken || /\s/.test(token)) {
    const reason = `it must hold one word of at least ${shortestToken} characters`
    throw fail('OPS_METRICS_TOKEN', { file, reason })
  }
  return token
}

/** A server of one repository for stock restic: `node:http` or `node:https`, one user, one mode. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type Clock, systemClock } from '../../shared/index.ts'
import type { Backend } from '../backend.ts'
import {
  askForBasic,
  type BasicCredentials,
  createFailureThrottle,
  readBasic,
  sameText,
} from './basic-access.ts'
import { createRestHandler, type RestHandlerOptions } from './rest-handler.ts'

export interface RestServerOptions extends RestHandlerOptions {
  /** Who may ask; undefined: everybody who can reach the server. */
  readonly credentials?: BasicCredentials
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly clock?: Clock
}

/** Milliseconds for a whole request: the largest upload on a slow line. */
const requestTimeout = 3_600_000
const mostConnections = 256

/** A server that does not listen yet. The repository is at its root: `restic -r rest:http://host:port/`. */
export function createRestServer(backend: Backend, options: RestServerOptions): Server {
  const { credentials, tls, clock = systemClock } = options
  const handler = createRestHandler(backend, options)
  const throttle = createFailureThrottle(clock)

  /** Answers for itself when the caller may not pass. */
  const mayPass = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!credentials) return true
    const caller = request.socket.remoteAddress ?? ''
    const seconds = throttle.blockedFor(caller)
    if (seconds > 0) {
      response.writeHead(429, { 'retry-after': String(seconds), connection: 'close' }).end()
      return false
    }
    const given = readBasic(request)
    const right = given !== undefined && sameText(together(given), together(credentials))
    if (right) {
      throttle.succeeded(caller)
      return true
    }
    if (given) throttle.failed(caller)
    askForBasic(response, 'restic')
    return false
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    if (mayPass(request, response)) void handler(request, response, request.url ?? '')
  }
  const limits = { requestTimeout, headersTimeout: 30_000 }
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, ...limits }, listener)
    : createServer(limits, listener)
  server.maxConnections = mostConnections
  return server
}

const together = ({ user, password }: BasicCredentials) => `${user}\0${password}`

/**
 * The frame of the HTTP server: headers, names it answers by, sign-in guard, rate limits, validation, errors. Routes are added by
 * each noun's `register…Routes(app, services)` with paths relative to `/api/v1`, within `registerApi`, before the server listens.
 *
 * Order for each request: name check → headers → rate limit → guard → body → validation → handler. Every error leaves as
 * problem details; unexpected ones are logged with the request's id and tell nothing of the inside.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { AppError } from '../errors/index.ts'
import type { AuditTrail, Sessions } from '../security/index.ts'
import { registerAuditHook } from './audit-hook.ts'
import { bareHeaders } from './bare-headers.ts'
import { closeInOrder } from './close-in-order.ts'
import { fail } from './errors.ts'
import { type GuardParts, guard, isApi, sessionOf } from './guard.ts'
import { hostNameOf, isLoopbackName } from './hosts.ts'
import { permissionsPolicy } from './permissions-policy.ts'
import { refuseUnstorable, refuseUnstorableAddress } from './plain-input.ts'
import { toAppError, toProblem } from './problem.ts'
import { logRequest } from './request-log.ts'
import { compileSerializer, compileValidator } from './schema-compilers.ts'
import { secureOptions } from './tls-protection.ts'
import { registerTwoPersonHook, type TwoPersonParts } from './two-person-hook.ts'

/** What `register…Routes` functions get. `request.operator` and `request.sessionId` are set on guarded routes. */
export type ApiServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ApiServerOptions {
  readonly logger: FastifyBaseLogger
  readonly sessions: Sessions
  readonly audit: AuditTrail
  readonly twoPersonRule: TwoPersonParts
  /** Tells which organization a route is about. */
  readonly findBelonging: GuardParts['findBelonging']
  /** Knows the browsers that opened a customer link. */
  readonly customers?: GuardParts['customers']
  readonly version: string
  readonly cookieName?: string
  /** Names beside localhost that the server answers by, without port. */
  readonly allowedHosts?: readonly string[]
  /** Addresses or networks of the proxy in front, whose forwarded headers are believed. */
  readonly trustedProxy?: readonly string[]
  /** PEM. `selfSigned`: browsers warn of it, and must be let through. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly selfSigned: boolean }
  /** Requests a minute from one address; sign-in has a limit of its own. */
  readonly requestsPerMinute?: number
  /** How long requests under way may take when the server closes, in milliseconds; default 10,000. */
  readonly finishLimit?: number | undefined
  /** Hears of every answer, when it is on its way. */
  readonly onAnswered?: (answer: AnsweredRequest) => void
}

export interface AnsweredRequest {
  readonly method: string
  /** Template of the route; undefined where none was found. */
  readonly route: string | undefined
  readonly status: number
  readonly seconds: number
  /** A stream of events, which lasts until one side ends it. */
  readonly endless: boolean
}

/** Largest body of a request, in bytes; and of one that anybody may send, so that many of them at once stay small together. */
const bodyLimit = 1_048_576
const strangersBodyLimit = 65_536

/**
 * `style-src` allows inline styles, since Fluent UI writes its styles at run time; scripts stay files of our own.
 * `data:` pictures are small icons of the console and of its fonts.
 */
const consolePolicy = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'frame-src': ["'self'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  // No text becomes script or markup by an assignment; nothing of the console needs a policy of its own to do so.
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ["'none'"],
}

export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const {
    logger,
    sessions,
    findBelonging,
    customers,
    tls,
    trustedProxy = [],
    cookieName = 'bdrcloud_session',
  } = options
  const secure = tls !== undefined || trustedProxy.length > 0
  const common = {
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit,
    trustProxy: trustedProxy.length > 0 ? [...trustedProxy] : false,
    requestTimeout: 120_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(toAppError(error, request.id), request, reply.headers(bareHeaders))
    },
  } as const
  // The type of a server with TLS differs in a way that no route sees.
  const bare = (tls
    ? fastify({ ...common, https: secureOptions(tls) })
    : fastify(common)) as unknown as FastifyInstance<Server, IncomingMessage, ServerResponse>
  const app: ApiServer = bare
    .setValidatorCompiler(compileValidator)
    .setSerializerCompiler(compileSerializer)
    .withTypeProvider<TypeBoxTypeProvider>()

  closeInOrder(app, options.finishLimit)
  app.decorateRequest('session', null)
  app.decorateRequest('customer', null)
  app.decorateRequest('operator', {
    getter(this: FastifyRequest) {
      return sessionOf(this).operator
    },
  })
  app.decorateRequest('sessionId', {
    getter(this: FastifyRequest) {
      return sessionOf(this).id
    },
  })

  app.addHook('onRoute', (route) => {
    if ((route.config?.access ?? 'session') !== 'session') route.bodyLimit ??= strangersBodyLimit
  })
  takeJsonOnly(app)
  // First, so that refusals and redirects carry its headers as well.
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: consolePolicy },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
    // `frame-ancestors` says it, and lets the preview of a mail say otherwise.
    xFrameOptions: false,
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('permissions-policy', permissionsPolicy)
    checkHost(request, options.allowedHosts ?? [])
    return toLocalhost(request, reply, secure)
  })
  await app.register(cookie)
  app.addHook('onRequest', async (request, reply) => {
    // Not for localhost: browsers would then insist on https for every other program there. Not with a certificate of our own making either:
    // browsers let nobody through to a name that insists on https while they do not trust its certificate (RFC 6797, section 8.4).
    if (secure && !tls?.selfSigned && !isLoopbackName(hostNameOf(request.host) ?? '')) {
      reply.header('strict-transport-security', 'max-age=31536000')
    }
    if (!isApi(request)) return
    reply.header('cache-control', 'no-store')
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  })
  await app.register(rateLimit, {
    global: true,
    max: options.requestsPerMinute ?? 3000,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: (_request, context) =>
      fail('SRV_RATE_LIMITED', { seconds: Math.ceil(context.ttl / 1000) }),
  })
  app.addHook('preParsing', (request) =>
    guard(request, { sessions, findBelonging, cookieName, customers }).then(() => undefined),
  )
  app.addHook('preValidation', refuseUnstorableAddress)
  registerAuditHook(app, { audit: options.audit, findBelonging })
  registerTwoPersonHook(app, options.twoPersonRule)
  app.addHook('onResponse', async (request, reply) => {
    logRequest(request, reply)
    const route = request.is404 ? undefined : request.routeOptions.url
    options.onAnswered?.({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
      endless: route === `${apiBase}/events` && reply.statusCode === 200,
    })
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'BDRCloud Server',
        version: options.version,
        description:
          'Errors are problem details (RFC 9457). Lists are paged by an opaque cursor. Browsers authenticate by a session cookie and send x-csrf-token with writes; programs send a bearer token.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: cookieName },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
  })
  app.setErrorHandler((error, request, reply) => {
    // Whoever asked has left, and the work was broken off for it: nobody is there to be answered.
    if (request.raw.destroyed && Object(error).name === 'AbortError') {
      reply.hijack()
      return
    }
    const known = toAppError(error, request.id)
    if (known.kind !== 'user') {
      const details = { requestId: request.id, code: known.code, err: known.cause ?? known }
      if (known.kind === 'bug') request.log.error(details, known.message)
      else request.log.warn(details, known.message)
    }
    sendProblem(known, request, reply)
  })
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) => notFound(request, reply))
  return app
}

/** Where the API lives. */
export const apiBase = '/api/v1'

/** Adds routes beneath `/api/v1`. */
export async function registerApi(app: ApiServer, addRoutes: (api: ApiServer) => void): Promise<void> {
  await app.register(async (api) => addRoutes(api as ApiServer), { prefix: apiBase })
}

/** Answers 404 as problem details. */
export function notFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?')[0] ?? ''
  sendProblem(fail('SRV_NOT_FOUND', { method: request.method, path: path.slice(0, 200) }), request, reply)
}

function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): void {
  const seconds = error.details['seconds']
  if (error.status === 429 && typeof seconds === 'number') reply.header('retry-after', seconds)
  reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    // A string, so that no route's response schema shapes it.
    .serializer((text: unknown) => text as string)
    .send(JSON.stringify(toProblem(error, request.id)))
}

/** Only JSON is read: a form of another site can send plain text, but not JSON without being asked about. An empty body is none. */
function takeJsonOnly(app: ApiServer): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else
      void parse(request, body as string, (error, value) => {
        if (error) return done(error)
        try {
          refuseUnstorable(value, 'body')
          done(null, value)
        } catch (refusal) {
          done(refusal as Error)
        }
      })
  })
}

function checkHost(request: FastifyRequest, allowed: readonly string[]): void {
  const name = hostNameOf(request.host)
  if (name === null || !(isLoopbackName(name) || allowed.includes(name))) throw fail('SRV_HOST')
}

/** The console's pages live at localhost alone: the sign-in returns there, and its cookie must be the same. */
function toLocalhost(
  request: FastifyRequest,
  reply: FastifyReply,
  secure: boolean,
): FastifyReply | undefined {
  const name = hostNameOf(request.host)
  const { forPrograms } = request.routeOptions.config
  if (secure || forPrograms || isApi(request) || (name !== '127.0.0.1' && name !== '[::1]')) return undefined
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const port = request.port ? `:${request.port}` : ''
  reply.header('cache-control', 'no-store')
  return reply.redirect(`http://localhost${port}${request.url.startsWith('/') ? request.url : '/'}`, 307)
}

/**
 * Who may call what. Every route under /api asks for a session unless it says `config: { access: 'open' }`; a route that is
 * forgotten is therefore closed. Runs before the body is read. A browser's session (cookie) must prove with each write that
 * the console itself sent it; a command line's (bearer) cannot be sent by a foreign page.
 */
import type { FastifyRequest } from 'fastify'
import type { OperatorView } from '../contract/index.ts'
import type { CustomerSession } from '../onboarding/index.ts'
import { type Session, type Sessions, sameSecret } from '../security/index.ts'
import { authorize } from './authorize.ts'
import { readCookie } from './cookies.ts'
import { fail } from './errors.ts'
import type { FindBelonging } from './subjects.ts'

/**
 * `open`: no session looked for; `optional`: taken when there; `session`: asked for; `customer`: only the browser that opened a customer
 * link, which is no operator. Routes under /api default to `session`, others to `open`.
 */
export type Access = 'open' | 'optional' | 'session' | 'customer'

/** Cookie of a browser that opened a customer link. */
export const customerCookie = 'bdrcloud_customer'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Its callers are programs: they are not led to `localhost` as pages are. */
    forPrograms?: boolean
  }
  interface FastifyRequest {
    /** Null where there is none (routes that are open, or optional). */
    session: Session | null
    /** The signed-in operator; only on routes that ask for a session. */
    readonly operator: OperatorView
    readonly sessionId: string
    /** The customer's browser; only on routes for it, and where either may come. */
    customer: CustomerSession | null
  }
}

export function accessOf(request: FastifyRequest): Access {
  return request.routeOptions.config.access ?? (isApi(request) ? 'session' : 'open')
}

/**
 * Whether the request belongs to the API. The route that was found counts, not only the address as it was sent: `/%61pi/v1/…` and
 * `http://any/api/v1/…` lead to the same routes as `/api/v1/…`.
 */
export function isApi(request: FastifyRequest): boolean {
  return [request.routeOptions.url ?? '', request.url].some(
    (path) => path === '/api' || path.startsWith('/api/'),
  )
}

export interface GuardParts {
  readonly sessions: Sessions
  readonly findBelonging: FindBelonging
  readonly cookieName: string
  /** Knows the browsers that opened a customer link. */
  readonly customers?: { find(token: string): Promise<CustomerSession | null> } | undefined
}

export async function guard(
  request: FastifyRequest,
  { sessions, findBelonging, cookieName, customers }: GuardParts,
): Promise<void> {
  const access = accessOf(request)
  const bearer = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (isWrite(request) && bearer === undefined) refuseForeignPage(request)
  if (access === 'open') return
  if (access === 'customer' || access === 'optional') await findCustomer(request, customers)
  if (access === 'customer') return requireCustomer(request)
  if (bearer !== undefined) request.session = await sessions.find(bearer, 'bearer')
  else {
    const token = readCookie(request, cookieName)
    if (token) request.session = await sessions.find(token, 'cookie')
  }
  const { session } = request
  if (!session) {
    if (access === 'optional') return
    throw fail('SRV_NOT_SIGNED_IN')
  }
  if (session.kind === 'cookie' && isWrite(request)) {
    const sent = request.headers['x-csrf-token']
    if (typeof sent !== 'string' || !sameSecret(sent, session.csrfToken)) throw fail('SRV_CSRF')
  }
  // Where a session only adds to the answer, one that may do nothing yet adds nothing.
  if (access === 'optional' && session.secondFactorMissing) request.session = null
  if (access === 'session') await authorize(request, session, findBelonging)
}

async function findCustomer(request: FastifyRequest, customers: GuardParts['customers']): Promise<void> {
  const token = readCookie(request, customerCookie)
  if (token && customers) request.customer = await customers.find(token)
}

/** A customer's browser can do nothing else, and proves with each write that our own page sent it. */
function requireCustomer(request: FastifyRequest): void {
  const { csrfToken } = customerOf(request)
  const sent = request.headers['x-csrf-token']
  if (isWrite(request) && !(typeof sent === 'string' && sameSecret(sent, csrfToken))) throw fail('SRV_CSRF')
}

/** The customer of a route for customers. */
export function customerOf(request: FastifyRequest): CustomerSession {
  if (!request.customer) throw fail('SRV_NO_CUSTOMER')
  return request.customer
}

/** The session of a guarded route. */
export function sessionOf(request: FastifyRequest): Session {
  if (!request.session) throw fail('SRV_NOT_SIGNED_IN')
  return request.session
}

function isWrite({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'
}

/** Browsers say where a request comes from in two headers; either must fit when it is there. */
function refuseForeignPage(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw fail('SRV_CROSS_SITE')
  const { origin } = request.headers
  if (origin !== undefined && URL.parse(origin)?.host !== request.host) throw fail('SRV_CROSS_SITE')
}

/**
 * Cookies of this server. Over https their names begin with `__Host-`: browsers take such a cookie only from this very host, over https and for all
 * paths, so that neither a neighbour beneath the same domain nor somebody on a connection without encryption can plant one
 * (RFC 6265bis, section 4.1.3.2, draft of 2025). Over plain http, which is localhost, no browser would keep them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface CookieOptions {
  /** Beneath which it is sent, where the prefix does not ask for all of them. */
  readonly path: string
  readonly sameSite: 'lax' | 'strict'
  readonly secure: boolean
  readonly expires?: Date
  /** Seconds. */
  readonly maxAge?: number
}

type Asked = Pick<FastifyRequest, 'protocol'>
const isEncrypted = ({ protocol }: Asked) => protocol === 'https'
const fullName = (request: Asked, name: string) => (isEncrypted(request) ? `__Host-${name}` : name)
const attributes = (request: Asked, options: CookieOptions) => ({
  ...options,
  httpOnly: true,
  ...(isEncrypted(request) && { path: '/', secure: true }),
})

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  return request.cookies[fullName(request, name)]
}

export function setCookie(reply: FastifyReply, name: string, value: string, options: CookieOptions): void {
  reply.setCookie(fullName(reply.request, name), value, attributes(reply.request, options))
}

export function clearCookie(reply: FastifyReply, name: string, options: CookieOptions): void {
  reply.clearCookie(fullName(reply.request, name), attributes(reply.request, options))
}

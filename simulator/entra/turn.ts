/** One request for a page: what every page works with, and the ways an answer leaves. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tenant, User } from '../tenant/index.ts'
import type { AuthorizeRequest, Interaction, Interactions } from './interaction.ts'
import type { EntraParts } from './parts.ts'
import { formPostPage, type Place } from './views.ts'

export const COOKIE = 'simulated_sign_in'

export type Context = EntraParts & { readonly interactions: Interactions }
export type Turn = {
  readonly context: Context
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export function html(reply: FastifyReply, text: string, status = 200): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store, no-cache',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
    })
    .send(text)
}

/** Sends parameters to the client's address in the mode it asked for. An address without a path gets its slash. */
export function goBack(
  reply: FastifyReply,
  to: Pick<AuthorizeRequest, 'redirectUri' | 'responseMode' | 'state'>,
  parameters: Readonly<Record<string, string>>,
): FastifyReply {
  const all = new URLSearchParams(parameters)
  if (to.state !== undefined) all.set('state', to.state.replaceAll(/[<>]/g, ''))
  const address = new URL(to.redirectUri)
  if (to.responseMode === 'form_post') return html(reply, formPostPage(address.href, new Map(all)))
  if (to.responseMode === 'fragment') address.hash = all.toString()
  else for (const [name, value] of all) address.searchParams.set(name, value)
  return reply.redirect(address.href, 302)
}

export function sessionOf(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1]
}

export function place(interaction: Interaction): Place {
  const { segment } = interaction.request
  return {
    action: `/${segment}/login`,
    ctx: interaction.id,
    cancel: `/${segment}/login/cancel?ctx=${interaction.id}`,
  }
}

export function findPerson(tenant: Tenant, login: string): User | undefined {
  const wanted = login.trim().toLowerCase()
  return tenant.users.find(
    (user) => user.signInName.toLowerCase() === wanted || user.userPrincipalName.toLowerCase() === wanted,
  )
}

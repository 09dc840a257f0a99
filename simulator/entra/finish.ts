/** How a sign-in ends: with a code for the application, with an answer for a device, or with the tenant's consent. */
import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { User } from '../tenant/index.ts'
import { sendAdminConsent, sendAdminRefusal } from './admin-consent.ts'
import { deviceDonePage } from './device-views.ts'
import type { AuthorizeRequest, Interaction } from './interaction.ts'
import { COOKIE, goBack, html, sessionOf, type Turn } from './turn.ts'

const CODE_LIFE = 10 * 60_000

/** The person went back, or may not. */
export function cancelled({ context, reply }: Turn, interaction: Interaction): FastifyReply {
  context.interactions.end(interaction.id)
  const { request } = interaction
  if (request.kind === 'device') {
    request.device.outcome = { kind: 'declined' }
    return html(reply, deviceDonePage(request.client.displayName, false))
  }
  if (request.kind === 'adminConsent') return sendAdminRefusal(context.tenant, reply, request)
  // Measured: no description and no number, whether cancelled or in want of an administrator.
  return goBack(reply, request, { error: 'access_denied', error_subcode: 'cancel' })
}

function sendCode(
  { context, reply }: Turn,
  { client, redirectUri, confidential, scope, nonce, challenge, ...rest }: AuthorizeRequest,
  user: User,
): FastifyReply {
  const code = context.grants.codes.add({
    clientId: client.appId,
    userId: user.id,
    scope,
    redirectUri,
    confidential,
    nonce,
    challenge,
    expiresAt: context.tenant.clock.now() + CODE_LIFE,
    used: false,
  })
  return goBack(reply, { redirectUri, ...rest }, { code, session_state: randomUUID() })
}

/** Everything was asked and answered. The browser stays signed in. */
export function finish(turn: Turn, interaction: Interaction, user: User): FastifyReply {
  const { context, request, reply } = turn
  context.interactions.end(interaction.id)
  const session = context.interactions.remember(sessionOf(request), user.id)
  reply.header('set-cookie', `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax`)
  const asked = interaction.request
  if (asked.kind === 'code') return sendCode(turn, asked, user)
  if (asked.kind === 'adminConsent') return sendAdminConsent(context.tenant, reply, asked, user)
  asked.device.outcome = { kind: 'approved', userId: user.id }
  return html(reply, deviceDonePage(asked.client.displayName, true))
}

/** The page where a person types the code that a device shows. What follows is an ordinary sign-in. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findClient } from './clients.ts'
import { enterCodePage } from './device-views.ts'
import type { DeviceRequest } from './interaction.ts'
import { readScopes } from './scopes.ts'
import { type Context, html, type Turn } from './turn.ts'

const wrongCode = "That code didn't work. Check the code and try again."

/** The sign-in that a code stands for; undefined when it is unknown, too old or answered. */
function readUserCode({ tenant, grants }: Context, typed: string): DeviceRequest | undefined {
  const device = grants.devices.byUserCode(typed)
  if (device === undefined || device.outcome.kind !== 'pending') return undefined
  if (device.expiresAt <= tenant.clock.now()) return undefined
  return {
    kind: 'device',
    device,
    segment: device.segment,
    client: findClient(tenant, device.clientId),
    scope: device.scope,
    scopes: readScopes(tenant, device.scope),
    prompt: undefined,
    loginHint: undefined,
  }
}

/** Registers the page at the cloud's own path. `begin` shows the first page of the sign-in. */
export function registerDevicePages(
  app: FastifyInstance,
  context: Context,
  begin: (turn: Turn, asked: DeviceRequest) => FastifyReply,
): void {
  const path = context.tenant.cloud.devicePath
  app.get<{ Querystring: { otc?: string } }>(path, async (request, reply) =>
    html(reply, enterCodePage(path, String(request.query.otc ?? ''))),
  )
  app.post(path, async (request: FastifyRequest, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const typed = (form.get('otc') ?? '').trim()
    if (typed === '') return html(reply, enterCodePage(path, '', 'Please enter the code.'))
    const asked = readUserCode(context, typed)
    if (asked === undefined) return html(reply, enterCodePage(path, typed, wrongCode))
    return begin({ context, request, reply }, asked)
  })
}

/**
 * The device authorization grant (RFC 8628 with Entra's peculiarities, November 2026): a code for the device, a short one for
 * the person, and the answers to a polling client. All answers but success are HTTP 400 and differ in `error`.
 */
import type { FastifyInstance } from 'fastify'
import { authenticateClient, refuseCredential } from './client-authentication.ts'
import { findClient } from './clients.ts'
import type { DeviceCode } from './device-codes.ts'
import { EntraError } from './errors.ts'
import type { EntraParts } from './parts.ts'
import { readScopes } from './scopes.ts'
import { requireMultiTenant } from './tenancy.ts'
import { type Form, readForm, required } from './token-form.ts'
import { findPerson, userTokens } from './user-tokens.ts'

export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
/** A client whose clock or network is a little fast is not told to slow down. */
const TOLERANCE = 500

function begin(parts: EntraParts, form: Form, segment: string): unknown {
  const { tenant, grants } = parts
  const client = findClient(tenant, required(form, 'client_id'))
  requireMultiTenant(tenant, segment, client)
  const scope = required(form, 'scope')
  readScopes(tenant, scope)
  const { deviceCodeSeconds, deviceCodeInterval } = tenant.policies
  const { handle, device } = grants.devices.begin({
    clientId: client.appId,
    scope,
    segment,
    expiresAt: tenant.clock.now() + deviceCodeSeconds * 1000,
  })
  const address = `${tenant.endpoints.pages}${tenant.cloud.devicePath}`
  return {
    user_code: device.userCode,
    device_code: handle,
    verification_uri: address,
    expires_in: deviceCodeSeconds,
    interval: deviceCodeInterval,
    message: `To sign in, use a web browser to open the page ${address} and enter the code ${device.userCode} to authenticate.`,
  }
}

/** Throws what a client that polls is told as long as nobody has signed in, and when nobody will. */
function checkOutcome(device: DeviceCode, now: number, intervalSeconds: number): string {
  const { outcome } = device
  if (outcome.kind === 'redeemed') {
    throw new EntraError(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    )
  }
  if (outcome.kind === 'declined') {
    throw new EntraError(65004, 'User declined to consent to access the app.', 'authorization_declined')
  }
  if (outcome.kind === 'refused') throw outcome.error
  if (device.expiresAt <= now) {
    throw new EntraError(
      70020,
      "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
    )
  }
  if (outcome.kind === 'approved') return outcome.userId
  const before = device.polledAt
  device.polledAt = now
  if (before !== undefined && now - before < intervalSeconds * 1000 - TOLERANCE) {
    throw new EntraError(
      70016,
      'OAuth 2.0 device flow error. The client polls too often. Slow down.',
      'slow_down',
    )
  }
  throw new EntraError(70016, 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.')
}

/** One poll: tokens, or one of the answers above. A client that is not public must show its credential (7000218). */
export async function redeemDeviceCode(parts: EntraParts, form: Form, segment: string): Promise<unknown> {
  const { tenant, grants } = parts
  const client = findClient(tenant, required(form, 'client_id'))
  requireMultiTenant(tenant, segment, client)
  const device = grants.devices.byHandle(required(form, 'device_code'))
  if (device === undefined) {
    throw new EntraError(
      70018,
      "The provided value for the input parameter 'device_code' is not valid. It was not recognized.",
    )
  }
  if (device.clientId !== client.appId) throw new EntraError(70000, 'Provided grant is invalid or malformed.')
  if (client.publicClient) refuseCredential(form)
  else await authenticateClient(parts, form, client, segment)
  const userId = checkOutcome(device, tenant.clock.now(), tenant.policies.deviceCodeInterval)
  // Before anything that waits: two polls at once must not both succeed.
  device.outcome = { kind: 'redeemed' }
  return userTokens(parts, client, findPerson(tenant, userId), device.scope, undefined)
}

export function registerDevice(app: FastifyInstance, parts: EntraParts): void {
  app.post<{ Params: { tenant: string } }>('/:tenant/oauth2/v2.0/devicecode', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
    return begin(parts, readForm(request), request.params.tenant)
  })
  app.get('/:tenant/oauth2/v2.0/devicecode', async () => {
    throw new EntraError(900561, 'The endpoint only accepts POST requests. Received a GET request.')
  })
}

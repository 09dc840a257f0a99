/** The token endpoint: authorization code, device code, refresh token and client credentials. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { grantedRoles, visitorAtHome } from '../tenant/index.ts'
import { authenticateClient, refuseCredential } from './client-authentication.ts'
import { findClient, findPrincipal } from './clients.ts'
import { deviceCodeGrant, redeemDeviceCode } from './device.ts'
import { EntraError } from './errors.ts'
import type { Code } from './grants.ts'
import type { EntraParts } from './parts.ts'
import { readScopes } from './scopes.ts'
import { type Authority, readAuthority } from './tenancy.ts'
import { type Form, readForm, required } from './token-form.ts'
import { baseClaims, findPerson, LIFE_SECONDS, userTokens } from './user-tokens.ts'

async function clientCredentials(
  parts: EntraParts,
  form: Form,
  authority: Authority,
  segment: string,
): Promise<unknown> {
  const { tenant, signer } = parts
  if (authority !== 'tenant') {
    throw new EntraError(
      9001023,
      `The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.`,
    )
  }
  const client = findClient(tenant, required(form, 'client_id'))
  if (client.firstParty) refuseCredential(form)
  const scope = form.get('scope')
  if (scope === undefined || scope === '') {
    throw new EntraError(
      90014,
      "The required field 'scope' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
    )
  }
  await authenticateClient(parts, form, client, segment)
  const scopes = readScopes(tenant, scope)
  if (scopes.names[0] !== '.default') {
    throw new EntraError(
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    )
  }
  const visitor = visitorAtHome(tenant.directory, segment)
  if (visitor?.appId === client.appId) {
    // At home it has a service principal and, as far as this simulation goes, no permissions.
    const home = visitor.home.id
    return applicationToken(
      await signer.sign({ ...baseClaims(tenant, client, scopes), idtyp: 'app', tid: home }),
    )
  }
  const principal = findPrincipal(tenant, client)
  const roles = grantedRoles(tenant.directory, principal.id, scopes.resource, tenant.clock.now())
  const accessToken = await signer.sign({
    ...baseClaims(tenant, client, scopes),
    appidacr: form.has('client_assertion') ? '2' : '1',
    idtyp: 'app',
    oid: principal.id,
    sub: principal.id,
    // Without any grant the claim is absent, and the token is issued all the same.
    ...(roles.length === 0 ? {} : { roles }),
  })
  return applicationToken(accessToken)
}

function applicationToken(accessToken: string): unknown {
  return {
    token_type: 'Bearer',
    expires_in: LIFE_SECONDS,
    ext_expires_in: LIFE_SECONDS,
    access_token: accessToken,
  }
}

function checkVerifier(code: Code, verifier: string | undefined): void {
  if (code.challenge === undefined) return
  const actual =
    code.challenge.method === 'S256'
      ? createHash('sha256')
          .update(verifier ?? '')
          .digest('base64url')
      : verifier
  if (verifier === undefined || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    throw new EntraError(
      50148,
      'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.',
    )
  }
  if (actual !== code.challenge.value) {
    throw new EntraError(
      501481,
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    )
  }
}

async function authorizationCode(parts: EntraParts, form: Form, segment: string): Promise<unknown> {
  const { tenant, grants } = parts
  const client = findClient(tenant, required(form, 'client_id'))
  const handle = required(form, 'code')
  const redirectUri = required(form, 'redirect_uri')
  const code = grants.codes.find(handle)
  if (code === undefined) throw new EntraError(9002313, 'Invalid request. Request is malformed or invalid.')
  if (code.clientId !== client.appId) throw new EntraError(70000, 'Provided grant is invalid or malformed.')
  if (code.confidential) await authenticateClient(parts, form, client, segment)
  else refuseCredential(form)
  if (code.used)
    throw new EntraError(
      54005,
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    )
  if (code.expiresAt <= tenant.clock.now()) {
    throw new EntraError(
      70008,
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    )
  }
  if (code.redirectUri !== redirectUri) {
    throw new EntraError(
      500112,
      `The reply address '${redirectUri}' does not match the reply address '${code.redirectUri}' provided when requesting Authorization code.`,
    )
  }
  checkVerifier(code, form.get('code_verifier'))
  // Before anything that waits: two redemptions at once must not both succeed.
  code.used = true
  return userTokens(
    parts,
    client,
    findPerson(tenant, code.userId),
    form.get('scope') || code.scope,
    code.nonce,
  )
}

async function refreshToken(parts: EntraParts, form: Form, segment: string): Promise<unknown> {
  const { tenant, grants } = parts
  const client = findClient(tenant, required(form, 'client_id'))
  const token = grants.refreshTokens.find(required(form, 'refresh_token'))
  if (token === undefined) throw new EntraError(9002313, 'Invalid request. Request is malformed or invalid.')
  if (token.clientId !== client.appId) throw new EntraError(70000, 'Provided grant is invalid or malformed.')
  if (client.confidentialRedirectUris.length > 0) await authenticateClient(parts, form, client, segment)
  else refuseCredential(form)
  if (token.expiresAt <= tenant.clock.now()) {
    throw new EntraError(700082, 'The refresh token has expired due to inactivity.')
  }
  return userTokens(
    parts,
    client,
    findPerson(tenant, token.userId),
    form.get('scope') || token.scope,
    undefined,
  )
}

export function registerToken(app: FastifyInstance, parts: EntraParts): void {
  app.post<{ Params: { tenant: string } }>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const segment = request.params.tenant
    const form = readForm(request)
    const grantType = required(form, 'grant_type')
    const atHome = grantType === 'client_credentials' && visitorAtHome(parts.tenant.directory, segment)
    const authority = atHome ? 'tenant' : readAuthority(parts.tenant, segment)
    reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
    switch (grantType) {
      case 'client_credentials':
        return clientCredentials(parts, form, authority, segment)
      case 'authorization_code':
        return authorizationCode(parts, form, segment)
      case 'refresh_token':
        return refreshToken(parts, form, segment)
      case deviceCodeGrant:
      // The short name that MSAL sends, which Entra takes as well.
      case 'device_code':
        return redeemDeviceCode(parts, form, segment)
      default:
        throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`)
    }
  })
  app.get('/:tenant/oauth2/v2.0/token', async () => {
    throw new EntraError(900561, 'The endpoint only accepts POST requests. Received a GET request.')
  })
}

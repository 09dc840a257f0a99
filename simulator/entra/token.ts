/** The token endpoint: authorization code, refresh token and client credentials. */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { consented, grantedRoles, type ServicePrincipal, type Tenant, type User } from '../tenant/index.ts'
import { assertionType, checkAssertion, checkSecret } from './assertion.ts'
import { type Client, findClient, findPrincipal } from './clients.ts'
import { EntraError } from './errors.ts'
import type { Code, Grants } from './grants.ts'
import type { Signer } from './keys.ts'
import { type RequestedScopes, readScopes } from './scopes.ts'
import { type Authority, readAuthority } from './tenancy.ts'

export type EntraParts = { readonly tenant: Tenant; readonly signer: Signer; readonly grants: Grants }

type Form = ReadonlyMap<string, string>

const LIFE_SECONDS = 3599
const REFRESH_DAYS = 90

function readForm(request: FastifyRequest): Form {
  const form = new Map<string, string>()
  if (!(request.body instanceof URLSearchParams)) return form
  for (const [name, value] of request.body) {
    if (form.has(name)) {
      throw new EntraError(
        9000411,
        `The request is not properly formatted. The parameter '${name}' is duplicated.`,
      )
    }
    form.set(name, value)
  }
  const basic = /^basic (.+)$/i.exec(request.headers.authorization ?? '')
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic[1] ?? '', 'base64')
      .toString('utf8')
      .split(':')
    form.set('client_id', decodeURIComponent(id))
    form.set('client_secret', decodeURIComponent(secret))
  }
  return form
}

function required(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined || value === '') {
    throw new EntraError(900144, `The request body must contain the following parameter: '${name}'.`)
  }
  return value
}

async function authenticateClient(
  parts: EntraParts,
  form: Form,
  client: Client,
  segment: string,
): Promise<void> {
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  if (assertion !== undefined && assertion !== '') {
    if (form.get('client_assertion_type') !== assertionType) {
      throw new EntraError(
        900144,
        "The request body must contain the following parameter: 'client_assertion_type'.",
      )
    }
    await checkAssertion(parts.tenant, client, assertion, segment)
    return
  }
  if (secret === undefined || secret === '') {
    throw new EntraError(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    )
  }
  checkSecret(parts.tenant, client, secret)
}

function refuseCredential(form: Form): void {
  if (form.has('client_secret') || form.has('client_assertion')) {
    throw new EntraError(
      700025,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
  }
}

function baseClaims(tenant: Tenant, client: Client, scopes: RequestedScopes): Record<string, unknown> {
  const now = Math.floor(tenant.clock.now() / 1000)
  return {
    aud: scopes.audience,
    iss: `${tenant.endpoints.login}/${tenant.id}/`,
    iat: now,
    nbf: now,
    exp: now + LIFE_SECONDS,
    app_displayname: client.displayName,
    appid: client.appId,
    tid: tenant.id,
    ver: '1.0',
  }
}

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
  return {
    token_type: 'Bearer',
    expires_in: LIFE_SECONDS,
    ext_expires_in: LIFE_SECONDS,
    access_token: accessToken,
  }
}

function grantedScopes(tenant: Tenant, client: Client, user: User, scopes: RequestedScopes): string[] {
  const allowed = client.preAuthorized ?? [...consented(tenant.directory, client.appId, user.id)]
  const names =
    scopes.names[0] === '.default' ? allowed : scopes.names.filter((name) => allowed.includes(name))
  if (names.length === 0 && scopes.names.length > 0) {
    throw new EntraError(
      65001,
      `The user or administrator has not consented to use the application with ID '${client.appId}' named '${client.displayName}'. Send an interactive authorization request for this user and resource.`,
    )
  }
  return [...names]
}

async function userTokens(
  parts: EntraParts,
  client: Client,
  user: User,
  scope: string,
  nonce: string | undefined,
): Promise<unknown> {
  const { tenant, signer, grants } = parts
  const scopes = readScopes(tenant, scope)
  const names = grantedScopes(tenant, client, user, scopes)
  const base = baseClaims(tenant, client, scopes)
  const person = { name: user.displayName, oid: user.id, tid: tenant.id }
  const scp = [...names, ...scopes.signIn.filter((one) => one !== 'offline_access')]
  const accessToken = await signer.sign({
    ...base,
    ...person,
    idtyp: 'user',
    scp: scp.join(' '),
    sub: createHash('sha256').update(`${client.appId}:${user.id}`).digest('base64url'),
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
  })
  const idToken = await signer.sign({
    aud: client.appId,
    iss: `${tenant.endpoints.login}/${tenant.id}/v2.0`,
    iat: Number(base['iat']),
    nbf: Number(base['iat']),
    exp: Number(base['exp']),
    ...person,
    // The claim must be absent when no nonce was sent.
    ...(nonce === undefined ? {} : { nonce }),
    preferred_username: user.userPrincipalName,
    sub: createHash('sha256').update(`${client.appId}:${user.id}:id`).digest('base64url'),
    ver: '2.0',
  })
  const expiresAt = tenant.clock.now() + REFRESH_DAYS * 86_400_000
  const refresh = scopes.signIn.includes('offline_access')
    ? {
        refresh_token: grants.refreshTokens.add({
          clientId: client.appId,
          userId: user.id,
          scope,
          expiresAt,
        }),
      }
    : {}
  const full = (resource: ServicePrincipal, name: string): string =>
    resource === scopes.resource ? `${scopes.audience}/${name}` : name
  return {
    token_type: 'Bearer',
    scope: [
      ...names.map((name) => full(scopes.resource, name)),
      ...scopes.signIn.filter((one) => one !== 'offline_access'),
    ].join(' '),
    expires_in: LIFE_SECONDS,
    ext_expires_in: LIFE_SECONDS,
    access_token: accessToken,
    ...refresh,
    ...(scopes.signIn.includes('openid') ? { id_token: idToken } : {}),
    client_info: Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString('base64url'),
  }
}

function findPerson(tenant: Tenant, id: string): User {
  const user = tenant.users.find((one) => one.id === id)
  if (user === undefined) throw new EntraError(50034, 'The user account does not exist in the directory.')
  if (!user.accountEnabled) throw new EntraError(50057, 'The user account is disabled.')
  return user
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
    const authority = readAuthority(parts.tenant, segment)
    reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
    switch (grantType) {
      case 'client_credentials':
        return clientCredentials(parts, form, authority, segment)
      case 'authorization_code':
        return authorizationCode(parts, form, segment)
      case 'refresh_token':
        return refreshToken(parts, form, segment)
      default:
        throw new EntraError(70003, `The app requested an unsupported grant type '${grantType}'.`)
    }
  })
  app.get('/:tenant/oauth2/v2.0/token', async () => {
    throw new EntraError(900561, 'The endpoint only accepts POST requests. Received a GET request.')
  })
}

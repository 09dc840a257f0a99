/** Tokens for a person: access, identity and refresh token of one sign-in. */
import { createHash } from 'node:crypto'
import { consented, issuerOf, type ServicePrincipal, type Tenant, type User } from '../tenant/index.ts'
import type { Client } from './clients.ts'
import { EntraError } from './errors.ts'
import type { EntraParts } from './parts.ts'
import { type RequestedScopes, readScopes } from './scopes.ts'

export const LIFE_SECONDS = 3599
const REFRESH_DAYS = 90

/** Claims that every access token has. */
export function baseClaims(tenant: Tenant, client: Client, scopes: RequestedScopes): Record<string, unknown> {
  const now = Math.floor(tenant.clock.now() / 1000)
  return {
    aud: scopes.audience,
    iss: `${issuerOf(tenant)}/${tenant.id}/`,
    iat: now,
    nbf: now,
    exp: now + LIFE_SECONDS,
    app_displayname: client.displayName,
    appid: client.appId,
    tid: tenant.id,
    ver: '1.0',
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

/** The token endpoint's answer. Throws 65001 when nothing that was asked for is consented. */
export async function userTokens(
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
    iss: `${issuerOf(tenant)}/${tenant.id}/v2.0`,
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

/** The person of a grant, as the directory has them now. Throws 50034 and 50057. */
export function findPerson(tenant: Tenant, id: string): User {
  const user = tenant.users.find((one) => one.id === id)
  if (user === undefined) throw new EntraError(50034, 'The user account does not exist in the directory.')
  if (!user.accountEnabled) throw new EntraError(50057, 'The user account is disabled.')
  return user
}

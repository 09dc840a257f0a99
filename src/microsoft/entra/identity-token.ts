/**
 * Proves an id_token: signature, issuer, audience, nonce, times (OpenID Connect Core 1.0, section 3.1.3.7; Microsoft identity
 * platform, "ID tokens"). node:crypto suffices: Entra signs with RS256 and nothing else is accepted.
 */
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { localFailure } from '../failures/microsoft-error.ts'
import type { DiscoveryDocument } from './discovery.ts'
import { readTokenClaims, readTokenHeader } from './jwt.ts'
import { askLoginService, type LoginServiceOptions, withLoginRetries } from './login-service.ts'
import type { SignedInAccount } from './sign-in-types.ts'

const clockSkewSeconds = 300
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The tenant in which Microsoft keeps all personal accounts (Microsoft identity platform, "ID token claims", 2026). */
const personalAccounts = '9188040d-6c67-4c5b-b112-36a304b66dad'

export interface IdentityExpectations {
  readonly discovery: DiscoveryDocument
  readonly clientId: string
  /** Absent where the sign-in cannot carry one (device codes). */
  readonly nonce?: string
  readonly signal?: AbortSignal | undefined
}

/** @throws MicrosoftError MSG_IDENTITY_UNPROVEN, MSG_PERSONAL_ACCOUNT */
export async function proveIdentity(
  service: LoginServiceOptions,
  token: string,
  { discovery, clientId, nonce, signal }: IdentityExpectations,
): Promise<SignedInAccount> {
  const header = readTokenHeader(token)
  if (header['alg'] !== 'RS256') throw unproven('it is not signed with RS256')
  const key = await signingKey(service, discovery.jwks_uri, header['kid'], signal)
  const [head, payload, signature = ''] = token.split('.')
  const signed = Buffer.from(`${head}.${payload}`)
  if (
    !verify(
      'RSA-SHA256',
      signed,
      createPublicKey({ key, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    )
  ) {
    throw unproven('its signature is wrong')
  }
  const claims = readTokenClaims(token)
  const tenantId = claims['tid']
  const objectId = claims['oid']
  if (typeof tenantId !== 'string' || !guid.test(tenantId)) throw unproven('it names no organization')
  if (typeof objectId !== 'string' || objectId === '') throw unproven('it names no account')
  if (claims['iss'] !== discovery.issuer.replace('{tenantid}', tenantId))
    throw unproven('its issuer is another')
  if (claims['aud'] !== clientId) throw unproven('it was made for another application')
  if (nonce !== undefined && claims['nonce'] !== nonce) throw unproven('it belongs to another sign-in')
  const now = service.clock.now() / 1000
  if (!(Number(claims['exp']) + clockSkewSeconds > now))
    throw unproven(`it ended at ${time(claims['exp'])}, and the clock of this server says ${time(now)}`)
  if (Number(claims['nbf'] ?? 0) - clockSkewSeconds > now)
    throw unproven(`it begins at ${time(claims['nbf'])}, and the clock of this server says ${time(now)}`)
  const userPrincipalName = text(claims['preferred_username']) || text(claims['upn'])
  if (tenantId.toLowerCase() === personalAccounts)
    throw localFailure('MSG_PERSONAL_ACCOUNT', { account: userPrincipalName || 'The account' })
  return {
    tenantId,
    objectId,
    userPrincipalName,
    displayName: text(claims['name']),
  }
}

async function signingKey(
  service: LoginServiceOptions,
  url: string,
  keyId: unknown,
  signal: AbortSignal | undefined,
): Promise<JsonWebKey> {
  const { body } = await withLoginRetries(service, signal, () => askLoginService(service, { url, signal }))
  const keys = Array.isArray(body['keys']) ? (body['keys'] as JsonWebKey[]) : []
  const key = keys.find((candidate) => candidate['kid'] === keyId && candidate.kty === 'RSA')
  if (!key) throw unproven('the key it was signed with is not known')
  return key
}

function unproven(reason: string) {
  return localFailure('MSG_IDENTITY_UNPROVEN', { reason })
}

/** Seconds since the epoch as people read them. */
function time(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1000)
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString()
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

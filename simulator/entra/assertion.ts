/** Client authentication: secrets and signed assertions, checked as strictly as Entra does. */
import { createHash, X509Certificate } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import {
  type Application,
  type KeyCredential,
  meetsStaleSignIn,
  signInApplications,
  type Tenant,
  visitorAtHome,
} from '../tenant/index.ts'
import type { Client } from './clients.ts'
import { EntraError } from './errors.ts'

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

function applicationOf(tenant: Tenant, client: Client): Application {
  const found = signInApplications(tenant.directory).find((application) => application.appId === client.appId)
  if (found === undefined) {
    throw new EntraError(
      700025,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    )
  }
  return found
}

/** Throws 7000215 for an unknown value (a secret's id counts as one) and 7000222 for an expired secret. */
export function checkSecret(tenant: Tenant, client: Client, secret: string): void {
  const application = applicationOf(tenant, client)
  const now = tenant.clock.now()
  const found = application.passwordCredentials.find(
    (one) => one.secretText === secret && one.usableAt <= now,
  )
  if (found === undefined || meetsStaleSignIn(tenant, found)) {
    throw new EntraError(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.appId}'.`,
    )
  }
  if (Date.parse(found.endDateTime) <= now) {
    throw new EntraError(
      7000222,
      `The provided client secret keys for app '${client.appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
    )
  }
}

function thumbprint(algorithm: 'sha1' | 'sha256', key: KeyCredential): string {
  return createHash(algorithm).update(key.certificate).digest('base64url')
}

function notAccepted(reason: string, shown: string): EntraError {
  return new EntraError(
    700027,
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - ${reason}, Thumbprint of key used by client: '${shown}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app.]`,
  )
}

function findKey(tenant: Tenant, application: Application, header: Record<string, unknown>): KeyCredential {
  const now = tenant.clock.now()
  const sha256 = header['x5t#S256']
  const sha1 = header['x5t']
  const shown = typeof sha256 === 'string' ? sha256 : typeof sha1 === 'string' ? sha1 : ''
  const key = application.keyCredentials.find(
    (one) =>
      one.usableAt <= now &&
      (typeof sha256 === 'string' ? thumbprint('sha256', one) === sha256 : thumbprint('sha1', one) === sha1),
  )
  if (key === undefined || meetsStaleSignIn(tenant, key)) throw notAccepted('The key was not found.', shown)
  if (Date.parse(key.endDateTime) <= now) throw notAccepted('The key used is expired.', shown)
  return key
}

/**
 * Checks a `client_assertion`: RS256 with `x5t` or PS256 with `x5t#S256`, the audience, issuer and subject, time and
 * signature. Throws 50027, 700021, 700023, 700024 or 700027.
 */
export async function checkAssertion(
  tenant: Tenant,
  client: Client,
  assertion: string,
  segment: string,
): Promise<void> {
  const application = applicationOf(tenant, client)
  const now = tenant.clock.now()
  let header: ReturnType<typeof decodeProtectedHeader>
  let claims: ReturnType<typeof decodeJwt>
  try {
    header = decodeProtectedHeader(assertion)
    claims = decodeJwt(assertion)
  } catch {
    throw new EntraError(50027, 'JWT token is invalid or malformed.')
  }
  if (claims.iss !== client.appId || claims.sub !== client.appId) {
    throw new EntraError(
      700021,
      "Client assertion application identifier doesn't match 'client_id' parameter.",
    )
  }
  const { login } = tenant.endpoints
  const home = visitorAtHome(tenant.directory, segment)?.home.id
  const audiences = [tenant.id, segment, ...(home === undefined ? [] : [home])].flatMap((one) => [
    `${login}/${one}/oauth2/v2.0/token`,
    `${login}/${one}/v2.0`,
  ])
  if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) {
    throw new EntraError(700023, 'Client assertion audience claim does not match Realm issuer.')
  }
  const start = claims.nbf ?? claims.iat
  if (claims.exp === undefined || claims.exp * 1000 <= now - 300_000 || (start ?? 0) * 1000 > now + 300_000) {
    throw new EntraError(
      700024,
      `Client assertion is not within its valid time range. Current time: ${new Date(now).toISOString()}, assertion valid from ${start ?? 'unknown'}, expiry time of assertion ${claims.exp ?? 'unknown'}.`,
    )
  }
  const accepted = header['x5t#S256'] === undefined ? ['RS256'] : ['PS256', 'RS256']
  if (header.alg === undefined || !accepted.includes(header.alg)) {
    throw new EntraError(
      50027,
      `JWT token is invalid or malformed. The algorithm '${header.alg}' does not go with the thumbprint.`,
    )
  }
  const key = findKey(tenant, application, header)
  try {
    await jwtVerify(assertion, new X509Certificate(key.certificate).publicKey, {
      algorithms: accepted,
      currentDate: new Date(now),
      clockTolerance: 300,
    })
  } catch {
    throw notAccepted(
      'The key was found, but use of the key to verify the signature failed.',
      key.customKeyIdentifier,
    )
  }
}

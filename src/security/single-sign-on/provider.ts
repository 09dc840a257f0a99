/**
 * The provider's side of OpenID Connect: discovery, the address to sign in at, and what a code is exchanged for. All of it goes through the
 * guarded way out. Signatures of ID tokens are verified though they come over TLS, and issuer, audience, times, nonce and state are
 * checked (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9207 for the issuer in the answer).
 */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  ResponseBodyError,
} from 'openid-client'
import type { SingleSignOnTest } from '../../contract/index.ts'
import type { Egress } from '../../egress/index.ts'
import { isAppError } from '../../errors/index.ts'
import { fail } from './errors.ts'
import type { Provider } from './provider-settings.ts'

/** Who came, as the provider vouches for it. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
  /** Names to show; anybody may have chosen them, so they identify nobody. */
  readonly userName: string
  readonly displayName: string
  /** Values of the claim that roles go by. */
  readonly groups: readonly string[]
  /** When they gave their password, or what they have, at the provider: milliseconds since the epoch. Null where it does not say. */
  readonly authenticatedAt: number | null
}

export interface PendingCode {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface ProviderClient {
  /**
   * `anew`: who is signed in there already has to sign in again all the same (OpenID Connect Core 1.0, section 3.1.2.1).
   * @throws what `Egress.request` throws, SSO_ISSUER_WRONG, SSO_ANSWER_INVALID
   */
  address(provider: Provider, pending: PendingCode, anew?: boolean): Promise<string>
  /** @throws the same, and SSO_DECLINED, SSO_PROVIDER_ERROR, SSO_CLIENT_REFUSED, SSO_AUDIENCE_WRONG, SSO_NONCE_WRONG, SSO_CLOCK */
  redeem(provider: Provider, pending: PendingCode, answer: URLSearchParams): Promise<Identity>
  /** Asks anew. @throws as `address` */
  test(provider: Provider): Promise<NonNullable<SingleSignOnTest['found']>>
}

/** Clocks may differ by this, in seconds. */
export const clockDifference = 60
const limitSeconds = 15
/**
 * `max_age` makes the provider say when the sign-in was, which is what is checked; in seconds. With 0 some ask again and again for the password of who takes a
 * moment to agree afterwards.
 */
const longestConsent = '300'
const freshFor = 5 * 60_000

export function createProviderClient({ egress }: { egress: Pick<Egress, 'fetch'> }): ProviderClient {
  let known: { of: number; at: number; configuration: Configuration } | null = null
  const send = (
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ) => egress.fetch(url, { method, headers, body: body as URLSearchParams | null | undefined })

  async function configure(provider: Provider): Promise<Configuration> {
    if (known && known.of === provider.updatedAt && performance.now() - known.at < freshFor) {
      return known.configuration
    }
    known = null
    const issuer = new URL(provider.issuer)
    // The way out itself takes plain http towards allowed networks only.
    const plain = issuer.protocol === 'http:'
    const options = {
      [customFetch]: send,
      timeout: limitSeconds,
      ...(plain ? { execute: [allowInsecureRequests] } : {}),
    }
    const found = (await discovery(issuer, provider.clientId, undefined, None(), options)).serverMetadata()
    if (new URL(found.issuer).href !== issuer.href) throw fail('SSO_ISSUER_WRONG')
    const { clientId, clientSecret } = provider
    const methods = found.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const configuration = new Configuration(
      found,
      clientId,
      { [clockTolerance]: clockDifference },
      clientSecret === null
        ? None()
        : methods.includes('client_secret_basic')
          ? ClientSecretBasic(clientSecret)
          : ClientSecretPost(clientSecret),
    )
    configuration[customFetch] = send
    configuration.timeout = limitSeconds
    if (plain) allowInsecureRequests(configuration)
    enableNonRepudiationChecks(configuration)
    known = { of: provider.updatedAt, at: performance.now(), configuration }
    return configuration
  }

  return {
    address: (provider, { redirectUri, state, nonce, verifier }, anew = false) =>
      explained(async () => {
        const configuration = await configure(provider)
        const address = buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: provider.scopes,
          state,
          nonce,
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(anew && { prompt: 'login', max_age: longestConsent }),
        })
        return address.href
      }),

    redeem: (provider, pending, answer) =>
      explained(async () => {
        const configuration = await configure(provider)
        const url = new URL(pending.redirectUri)
        url.search = answer.toString()
        const tokens = await authorizationCodeGrant(configuration, url, {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw fail('SSO_ANSWER_INVALID', { check: 'no ID token' })
        const { roleClaim } = provider
        const more =
          claims[roleClaim] === undefined && configuration.serverMetadata().userinfo_endpoint
            ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : {}
        return identityOf(claims.iss, claims.sub, { ...more, ...claims }, roleClaim)
      }),

    test: (provider) =>
      explained(async () => {
        known = null
        const {
          issuer,
          authorization_endpoint,
          token_endpoint,
          jwks_uri,
          id_token_signing_alg_values_supported,
        } = (await configure(provider)).serverMetadata()
        if (!authorization_endpoint || !token_endpoint || !jwks_uri) {
          throw fail('SSO_ANSWER_INVALID', { check: 'an address is missing in what it says of itself' })
        }
        const answer = await send(jwks_uri, { method: 'GET', headers: { accept: 'application/json' } })
        const { keys } = (await answer.json()) as { keys?: unknown[] }
        if (!Array.isArray(keys) || keys.length === 0) {
          throw fail('SSO_ANSWER_INVALID', { check: 'no keys to verify signatures with' })
        }
        return {
          issuer,
          authorizationEndpoint: authorization_endpoint,
          tokenEndpoint: token_endpoint,
          signingKeys: keys.length,
          algorithms: (id_token_signing_alg_values_supported ?? ['RS256']).slice(0, 20).map(String),
        }
      }),
  }
}

type Claims = Readonly<Record<string, unknown>>

function identityOf(issuer: string, subject: string, claims: Claims, roleClaim: string): Identity {
  const text = (name: string) => {
    const value = claims[name]
    return typeof value === 'string' ? value.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim() : ''
  }
  const name = text('preferred_username') || text('upn') || text('email') || subject
  const at = claims['auth_time']
  const groups = [claims[roleClaim] ?? []].flat().filter((one) => typeof one === 'string')
  return {
    issuer,
    subject,
    userName: name.replaceAll(/\s+/g, '.').slice(0, 120),
    displayName: (text('name') || name).slice(0, 120),
    groups: groups.slice(0, 1000),
    authenticatedAt: typeof at === 'number' && Number.isFinite(at) ? at * 1000 : null,
  }
}

/** Whatever the library throws, as an error of ours; nothing of what the other side wrote gets into it but a code. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw ofOurs(error)
  }
}

function ofOurs(error: unknown): Error {
  for (let one = error; one instanceof Error; one = one.cause) if (isAppError(one)) return one
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const code = /^[a-z_]{1,60}$/.test(error.error) ? error.error : 'an unknown one'
    if (code === 'access_denied' || code === 'consent_required') return fail('SSO_DECLINED', {}, error)
    if (code === 'invalid_client' || code === 'unauthorized_client')
      return fail('SSO_CLIENT_REFUSED', {}, error)
    return fail('SSO_PROVIDER_ERROR', { error: code }, error)
  }
  const { code } = Object(error) as { code?: string }
  const claim = claimOf(error)
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') return fail('SSO_CLOCK', {}, error)
  if (claim === 'aud' || claim === 'azp') return fail('SSO_AUDIENCE_WRONG', {}, error)
  if (claim === 'nonce') return fail('SSO_NONCE_WRONG', {}, error)
  if (claim === 'iss') return fail('SSO_ISSUER_WRONG', {}, error)
  return fail('SSO_ANSWER_INVALID', { check: checkOf(error) }, error)
}

/** Which claim, or which part of what the provider says of itself, was not the expected one. */
function claimOf(error: unknown): string | undefined {
  for (let one = error, depth = 0; depth < 5 && typeof one === 'object' && one !== null; depth++) {
    const { claim, attribute, cause, message } = one as Record<string, unknown>
    if (claim === 'aud' || claim === 'azp' || claim === 'nonce' || claim === 'iss') return claim
    if (attribute === 'issuer') return 'iss'
    if (typeof message === 'string' && /"iss" \(issuer\)/.test(message)) return 'iss'
    one = cause
  }
  return undefined
}

/** The library's own words, which hold nothing of the other side. */
function checkOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return inner instanceof Error ? inner.message.slice(0, 200) : 'unknown'
}

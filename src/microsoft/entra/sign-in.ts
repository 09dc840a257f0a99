/**
 * Sign-in of an administrator with authorization code and PKCE: through a public client, or through an application of the operator's
 * own, which shows its credential as well.
 *
 * Own code and not Microsoft's library: that one always adds the scope `offline_access` (its node edition has no option against it)
 * and keeps the refresh token it then gets in its cache. This product wants neither, and a proven id_token, which the library does
 * not check. Two requests and `identity-token.ts` do the same without.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../shared/index.ts'
import { type Cloud, graphDefaultScope } from '../clouds/cloud.ts'
import type { MicrosoftError } from '../failures/microsoft-error.ts'
import { entraFailure } from '../failures/read-failure.ts'
import type { MicrosoftNetwork } from '../network/network.ts'
import { administratorScopeNames } from './administrator-scopes.ts'
import { clientAssertion, readCertificateKey } from './certificate-jwt.ts'
import type { AppCredential } from './credential.ts'
import { discover } from './discovery.ts'
import { askLoginService, personWaitsMs } from './login-service.ts'
import type { SignIn } from './sign-in-types.ts'
import { readUserToken } from './user-token.ts'

export interface SignInOptions {
  readonly network: MicrosoftNetwork
  readonly cloud: Cloud
  /** Default: the cloud's own. */
  readonly clientId?: string
  /** Of the operator's own application; a public client has none. */
  readonly credential?: AppCredential | undefined
  readonly clock: Clock
  readonly random?: () => number
}

/** Any work or school account, until the organization is known. Never personal accounts. */
export const anyOrganization = 'organizations'

export function createSignIn(given: SignInOptions): SignIn {
  const options = { ...given, retryBudgetMs: personWaitsMs }
  const { cloud, clock, clientId = cloud.signInClientId, credential } = options
  // What a public client of Microsoft may do is fixed; an own application asks for what is needed by name.
  const wanted = credential ? administratorScopeNames(cloud) : [graphDefaultScope(cloud)]
  const scope = [...wanted, 'openid', 'profile'].join(' ')
  return {
    async authorizationUrl({ tenant = anyOrganization, signal, ...request }) {
      const discovery = await discover(options, tenant, signal)
      const url = new URL(discovery.authorization_endpoint)
      const parameters = {
        client_id: clientId,
        response_type: 'code',
        response_mode: 'query',
        redirect_uri: request.redirectUri,
        scope,
        state: request.state,
        nonce: request.nonce,
        code_challenge: request.codeChallenge,
        code_challenge_method: 'S256',
        prompt: request.prompt,
        login_hint: request.loginHint,
        claims: request.claims,
      }
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) url.searchParams.set(name, value)
      }
      return url.toString()
    },

    async redeem({ code, redirectUri, codeVerifier, nonce, tenant = anyOrganization, signal }) {
      const discovery = await discover(options, tenant, signal)
      const askedAt = clock.now()
      // Never repeated: a code works once, and a lost answer means a new sign-in.
      const answer = await askLoginService(options, {
        url: discovery.token_endpoint,
        form: {
          grant_type: 'authorization_code',
          client_id: clientId,
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
          scope,
          ...proofOf(credential, { clientId, audience: discovery.token_endpoint, now: askedAt }),
        },
        signal,
      })
      return readUserToken(options, answer, { discovery, clientId, nonce, signal, askedAt })
    },
  }
}

/** How an own application shows who it is. @throws AppError MSG_CREDENTIAL_UNUSABLE */
function proofOf(
  credential: AppCredential | undefined,
  facts: { clientId: string; audience: string; now: number },
): Record<string, string> {
  if (credential === undefined) return {}
  if (credential.kind === 'password') return { client_secret: credential.secret }
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: clientAssertion(readCertificateKey(credential), facts),
  }
}

/**
 * Address that an administrator opens to let the organization use the operator's own application; it works for whoever signs
 * in there. (Microsoft identity platform, "admin consent", version 2, 2026.)
 * @throws MicrosoftError when Microsoft cannot be reached
 */
export async function adminConsentAddress(
  options: SignInOptions & { readonly clientId: string },
  { tenant = anyOrganization, redirectUri }: { tenant?: string | undefined; redirectUri: string },
  signal?: AbortSignal,
): Promise<string> {
  const { authorization_endpoint: endpoint } = await discover(options, tenant, signal)
  // Discovery does not name it; it lies beside the sign-in page.
  const url = new URL(endpoint.replace(/\/oauth2\/v2\.0\/authorize$/, '/v2.0/adminconsent'))
  url.searchParams.set('client_id', options.clientId)
  url.searchParams.set('scope', administratorScopeNames(options.cloud).join(' '))
  url.searchParams.set('redirect_uri', redirectUri)
  return url.toString()
}

/** A new secret of this sign-in and its public half (RFC 7636, S256). */
export function createPkcePair(): { codeVerifier: string; codeChallenge: string } {
  const codeVerifier = randomBytes(48).toString('base64url')
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') }
}

/** The error that a browser brought back from the sign-in instead of a code. */
export function signInReturnFailure(
  query: {
    readonly error: string
    readonly error_description?: string | undefined
    readonly error_subcode?: string | undefined
  },
  clock: Clock,
): MicrosoftError {
  return entraFailure({ status: 400, headers: {}, body: query, now: clock.now() })
}

/** A token that is at hand already (an administrator's), in the form the Graph client takes. It cannot be renewed. */
export function fixedToken(accessToken: string, expiresAt: number) {
  return {
    token: async () => ({ accessToken, expiresAt, roles: [] }),
    invalidate() {},
  }
}

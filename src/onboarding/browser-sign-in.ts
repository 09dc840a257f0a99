/** A sign-in by a browser from its start to the token, the same for onboardings and for administrators' tasks. */
import type { SignInAddress } from '../contract/index.ts'
import { adminConsentAddress, type Cloud, missingScopes, type SignInResult } from '../microsoft/index.ts'
import type { MicrosoftSide } from '../organizations/index.ts'
import { fail } from './clients/errors.ts'
import type { SignInClients } from './clients/sign-in-clients.ts'
import type { PendingSignIn, SignInSubject, SignIns } from './sign-in.ts'

interface SignInParts {
  readonly microsoft: MicrosoftSide
  readonly signIns: SignIns
  readonly clients: SignInClients
}

/** The browser that is to be sent to Microsoft. */
export interface SigningBrowser {
  readonly sessionId: string
  /** Where the console is open in it, e.g. `https://backup.example`. */
  readonly origin: string
}

/** @throws SGN_NOT_FROM_HERE, MicrosoftError when Microsoft cannot be reached */
export async function startBrowserSignIn(
  { signIns, clients }: SignInParts,
  sought: {
    readonly subject: SignInSubject
    readonly cloud: Cloud
    readonly browser: SigningBrowser
    /** Only accounts of this tenant, if any. */
    readonly tenant: string | null
    readonly selectAccount: boolean
  },
): Promise<SignInAddress> {
  const { subject, cloud, browser, tenant, selectAccount } = sought
  const { clientId, redirectUri, signIn } = await clients.choose(cloud, browser.origin)
  const { sessionId } = browser
  const started = await signIns.start({ subject, sessionId, redirectUri, tenant, clientId })
  const authorizationUrl = await signIn.authorizationUrl({
    redirectUri,
    state: started.state,
    nonce: started.nonce,
    codeChallenge: started.codeChallenge,
    ...(selectAccount && { prompt: 'select_account' as const }),
    ...(tenant !== null && { tenant }),
  })
  return { authorizationUrl }
}

/** @throws MicrosoftError, SGN_CONSENT_MISSING, ONB_SIGN_IN_UNKNOWN when the application was changed meanwhile */
export async function redeemSignIn(
  { clients }: SignInParts,
  cloud: Cloud,
  pending: PendingSignIn,
  code: string,
  signal: AbortSignal,
): Promise<SignInResult> {
  const { kind, signIn } = await clients.again(cloud, pending.clientId)
  const result = await signIn.redeem({
    code,
    redirectUri: pending.redirectUri,
    codeVerifier: pending.codeVerifier,
    nonce: pending.nonce,
    ...(pending.tenant !== null && { tenant: pending.tenant }),
    signal,
  })
  // What Microsoft's own client may do is fixed; what an own application was allowed is up to the organization.
  const missing = kind === 'own' ? missingScopes(result.scopes) : []
  if (missing.length > 0) throw fail('SGN_CONSENT_MISSING', { permissions: missing.join(', ') })
  return result
}

/** Origin of the console to which the sign-in returns. */
export function consoleOf(pending: PendingSignIn): string {
  return new URL(pending.redirectUri).origin
}

/**
 * Address at which an administrator lets the organization use the application of a sign-in. Null for Microsoft's own client, to which
 * no consent can be given and none needs to be; and when Microsoft cannot be asked.
 */
export async function consentAddress(
  { microsoft, clients }: SignInParts,
  cloud: Cloud,
  pending: PendingSignIn,
): Promise<string | null> {
  const own = await clients.own(cloud)
  if (own?.clientId !== pending.clientId) return null
  const options = { ...microsoft, cloud, clientId: own.clientId }
  const { redirectUri } = own
  const place = { redirectUri, ...(pending.tenant !== null && { tenant: pending.tenant }) }
  return adminConsentAddress(options, place).catch(() => null)
}

/** Signing in through a provider of OpenID Connect: from the sign-in page there and back. */
import type { OperatorView, OwnIdentity, SignInOptions, SingleSignOnTest } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Egress } from '../../egress/index.ts'
import type { Clock } from '../../shared/index.ts'
import type { OperatorDirectory } from '../operator-directory.ts'
import type { SecretBox } from '../secret-box.ts'
import { createAttempts, type NewAttempt } from './attempts.ts'
import { fail } from './errors.ts'
import { createIdentities, type SignedInElsewhere } from './identities.ts'
import { createProviderClient } from './provider.ts'
import { createProviderSettings, type ProviderSettings } from './provider-settings.ts'

export interface Returned {
  readonly purpose: NewAttempt['purpose']
  readonly operator: OperatorView
  readonly changed: SignedInElsewhere['changed']
  readonly returnTo: string
  /** Longest age of the session that begins, in milliseconds. */
  readonly longestSession: number
  readonly issuer: string
}

export interface SingleSignOn {
  readonly settings: ProviderSettings
  options(): Promise<SignInOptions>
  /**
   * Where to send the browser, and the secret by which it is known again. `operatorId` for who links their account; `invitation` for who
   * was invited. Throws SSO_OFF, SSO_UNKNOWN, SEC_OPERATOR_LINK, and what the provider's discovery leads to.
   */
  begin(wanted: {
    readonly origin: string
    readonly returnTo?: string | undefined
    readonly operatorId?: string
    /** The session of that operator that is to be proved by a sign-in anew. */
    readonly sessionId?: string
    readonly invitation?: string | undefined
  }): Promise<{ address: string; browser: string }>
  /** The way back; `browser` is the secret that `begin` gave to it. Throws SSO_…, SEC_OPERATOR_LINK. */
  complete(answer: URLSearchParams, browser: string): Promise<Returned>
  /** Throws SSO_PASSWORD_REFUSED where only owners may use passwords. */
  requirePasswordAllowed(operator: OperatorView): Promise<void>
  identity(operatorId: string): Promise<OwnIdentity>
  /** Throws SSO_ONLY_WAY. */
  unlink(operatorId: string): Promise<void>
  /** What discovery finds. Throws SSO_OFF where nothing was saved, and what discovery leads to. */
  test(): Promise<NonNullable<SingleSignOnTest['found']>>
  sweep(): Promise<void>
}

const hour = 3_600_000

/** Below the origin that the console is open at. */
const returnPath = '/api/v1/session/single-sign-on/return'

export function createSingleSignOn(parts: {
  db: Database
  clock: Clock
  secrets: SecretBox
  egress: Pick<Egress, 'fetch'>
  directory: Pick<OperatorDirectory, 'invitedBy' | 'useLinkOf'>
}): SingleSignOn {
  const { directory } = parts
  const settings = createProviderSettings(parts)
  const client = createProviderClient(parts)
  const attempts = createAttempts(parts)
  const identities = createIdentities(parts)
  return {
    settings,
    options: async () => {
      const provider = await settings.view()
      return { singleSignOn: provider?.enabled ? provider.name : null }
    },
    begin: async ({ origin, returnTo = '/', operatorId, sessionId, invitation }) => {
      const provider = await settings.readEnabled()
      const invited = invitation === undefined ? null : await directory.invitedBy(invitation)
      const { pending, browser } = await attempts.begin({
        purpose: purposeOf(invited, operatorId, sessionId),
        issuer: provider.issuer,
        redirectUri: `${origin}${returnPath}`,
        returnTo: localPath(returnTo),
        operatorId: invited ?? operatorId ?? null,
        sessionId: sessionId ?? null,
      })
      return { address: await client.address(provider, pending, sessionId !== undefined), browser }
    },
    complete: async (answer, browser) => {
      const attempt = await attempts.take(answer.get('state') ?? '', browser)
      const provider = await settings.readEnabled()
      // The settings changed meanwhile: a code of one provider must not go to another.
      if (provider.issuer !== attempt.issuer) throw fail('SSO_STATE')
      const { purpose, operatorId } = attempt
      const identity = await client.redeem(provider, attempt.pending, answer)
      const common = {
        purpose,
        returnTo: attempt.returnTo,
        longestSession: provider.sessionHours * hour,
        issuer: provider.issuer,
      }
      if (purpose === 'sign-in') return { ...common, ...(await identities.signIn(provider, identity)) }
      if (operatorId === null) throw fail('SSO_STATE')
      if (purpose === 'proof') {
        const operator = await identities.prove(
          operatorId,
          attempt.sessionId ?? '',
          identity,
          attempt.begunAt,
        )
        return { ...common, operator, changed: null }
      }
      if (purpose === 'invitation') await directory.useLinkOf(operatorId)
      const operator = await identities.link(operatorId, identity, purpose === 'invitation')
      return { ...common, operator, changed: null }
    },
    requirePasswordAllowed: async (operator) => {
      if (operator.role === 'owner') return
      const provider = await settings.view()
      if (provider?.enabled && provider.passwordsForOwnersOnly) throw fail('SSO_PASSWORD_REFUSED')
    },
    identity: async (operatorId) => {
      const provider = await settings.view()
      return { provider: provider?.enabled ? provider.name : null, identity: await identities.of(operatorId) }
    },
    unlink: (operatorId) => identities.unlink(operatorId),
    test: async () => {
      const provider = await settings.read()
      if (!provider) throw fail('SSO_OFF')
      return client.test(provider)
    },
    sweep: () => attempts.sweep(),
  }
}

function purposeOf(
  invited: string | null,
  operatorId: string | undefined,
  sessionId: string | undefined,
): NewAttempt['purpose'] {
  if (invited !== null) return 'invitation'
  if (operatorId === undefined) return 'sign-in'
  return sessionId === undefined ? 'link' : 'proof'
}

/** A path of this console, whatever was asked for: never another site, however it is spelled. */
function localPath(text: string): string {
  const home = 'http://console.invalid'
  const url = URL.parse(text, home)
  if (!text.startsWith('/') || url?.origin !== home) return '/'
  const path = `${url.pathname}${url.search}${url.hash}`
  return path.startsWith('//') ? '/' : path
}

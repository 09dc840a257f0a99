/**
 * Sign-in of a person by a one-time code entered on any device (RFC 8628; Microsoft identity platform, "device authorization
 * grant", 2026), as a public client. Own code for the reasons of `sign-in.ts`: no refresh token, and a proven account.
 */
import Type from 'typebox'
import { Value } from 'typebox/value'
import { graphDefaultScope } from '../clouds/cloud.ts'
import { isMicrosoftError, localFailure } from '../failures/microsoft-error.ts'
import { type DiscoveryDocument, discover } from './discovery.ts'
import { askLoginService, personWaitsMs, withLoginRetries } from './login-service.ts'
import { anyOrganization, type SignInOptions } from './sign-in.ts'
import type { SignInResult } from './sign-in-types.ts'
import { readUserToken } from './user-token.ts'

export interface DeviceCode {
  /** Redeems the sign-in: a secret of this process. */
  readonly deviceCode: string
  /** What the person types. */
  readonly userCode: string
  /** Where to type it, as Microsoft said: it differs between clouds. */
  readonly verificationAddress: string
  /** Microsoft's own sentence for the person. */
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Shortest pause between two polls, in milliseconds. */
  readonly intervalMs: number
  /** The login service's addresses when the code was made. */
  readonly discovery: DiscoveryDocument
}

export interface DeviceSignIn {
  /** Asks for a code. @throws MicrosoftError */
  start(options?: { readonly tenant?: string; readonly signal?: AbortSignal }): Promise<DeviceCode>
  /**
   * Asks once whether the person has signed in. `slow-down` is `pending` for a client that asks too often.
   * @throws MicrosoftError when nobody will sign in with this code any more, and in passing (`isTransient`)
   */
  poll(code: DeviceCode, signal?: AbortSignal): Promise<SignInResult | 'pending' | 'slow-down'>
}

const CodeAnswer = Type.Object({
  user_code: Type.String({ minLength: 1, maxLength: 100 }),
  device_code: Type.String({ minLength: 1 }),
  verification_uri: Type.String({ pattern: '^https?://', maxLength: 2000 }),
  expires_in: Type.Number({ exclusiveMinimum: 0 }),
  interval: Type.Optional(Type.Number({ minimum: 0 })),
  message: Type.Optional(Type.String()),
})

/** RFC 8628, section 3.2: what counts when the answer names no interval. */
const defaultIntervalSeconds = 5

export function createDeviceSignIn(given: SignInOptions): DeviceSignIn {
  const options = { ...given, retryBudgetMs: personWaitsMs }
  const { cloud, clock, clientId = cloud.signInClientId } = options
  return {
    async start({ tenant = anyOrganization, signal } = {}) {
      const discovery = await discover(options, tenant, signal)
      const url = discovery.device_authorization_endpoint
      if (url === undefined) {
        throw localFailure('MSG_UNEXPECTED_ANSWER', {
          reason: 'the login service gives out no one-time codes',
        })
      }
      const askedAt = clock.now()
      const form = { client_id: clientId, scope: `${graphDefaultScope(cloud)} openid profile` }
      const { body } = await withLoginRetries(options, signal, () =>
        askLoginService(options, { url, form, signal }),
      )
      if (!Value.Check(CodeAnswer, body)) {
        throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'it held no one-time code' })
      }
      return {
        deviceCode: body.device_code,
        userCode: body.user_code,
        verificationAddress: body.verification_uri,
        message: body.message ?? '',
        expiresAt: askedAt + body.expires_in * 1000,
        intervalMs: (body.interval ?? defaultIntervalSeconds) * 1000,
        discovery,
      }
    },

    async poll({ deviceCode, discovery }, signal) {
      const askedAt = clock.now()
      try {
        const answer = await askLoginService(options, {
          url: discovery.token_endpoint,
          form: {
            grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
            client_id: clientId,
            device_code: deviceCode,
          },
          signal,
        })
        return await readUserToken(options, answer, { discovery, clientId, signal, askedAt })
      } catch (error) {
        const told = isMicrosoftError(error) ? error.microsoft.oauthError : undefined
        if (told === 'authorization_pending') return 'pending'
        if (told === 'slow_down') return 'slow-down'
        throw error
      }
    },
  }
}

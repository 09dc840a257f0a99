/**
 * Tokens of the application itself (client credentials), through Microsoft's own library.
 *
 * Invariants: one request to Entra at a time, however many ask; a token is handed out only while it is good for five more
 * minutes; after `invalidate` a request already under way is not used for later calls. The library keeps neither token nor
 * throttle state for us (a fresh instance per request): its cache follows the machine's clock, ours the injected one.
 */
import { ConfidentialClientApplication, LogLevel, type NodeAuthOptions } from '@azure/msal-node'
import type { Clock } from '../../shared/index.ts'
import { type Cloud, graphDefaultScope } from '../clouds/cloud.ts'
import { fail } from '../errors.ts'
import { isMicrosoftError, localFailure } from '../failures/microsoft-error.ts'
import type { MicrosoftNetwork } from '../network/network.ts'
import { clientAssertion, readCertificateKey } from './certificate-jwt.ts'
import type { AccessToken, AppCredential, TokenProvider } from './credential.ts'
import { readTokenClaims } from './jwt.ts'
import { withLoginRetries } from './login-service.ts'
import { createMsalNetworkClient } from './msal-network-client.ts'

export interface AppTokenProviderOptions {
  readonly network: MicrosoftNetwork
  readonly cloud: Cloud
  readonly tenantId: string
  readonly clientId: string
  readonly credential: AppCredential
  readonly clock: Clock
  readonly random?: () => number
}

const renewBeforeMs = 5 * 60_000

/** @throws AppError MSG_CREDENTIAL_UNUSABLE when certificate and key are no RSA pair */
export function createAppTokenProvider(options: AppTokenProviderOptions): TokenProvider {
  if (!/^[A-Za-z0-9.-]{1,255}$/.test(options.tenantId)) {
    throw fail('MSG_REQUEST_INVALID', { reason: 'the tenant is neither an id nor a domain' })
  }
  const credential = msalCredential(options)
  let current: AccessToken | undefined
  let pending: Promise<AccessToken> | undefined

  function renew(): Promise<AccessToken> {
    const request = acquire(options, credential)
    pending = request
    const settle = (token?: AccessToken) => {
      if (pending !== request) return // invalidated meanwhile
      pending = undefined
      current = token
    }
    request.then(settle, () => settle())
    return request
  }

  return {
    async token(signal) {
      signal?.throwIfAborted()
      if (current && current.expiresAt - options.clock.now() > renewBeforeMs) return current
      // Shared by all who wait, so one waiter's signal must not end it for the others.
      return await abandonable(pending ?? renew(), signal)
    },
    invalidate(refused) {
      if (refused !== undefined && current?.accessToken !== refused) return
      current = undefined
      pending = undefined
    },
  }
}

async function acquire(
  options: AppTokenProviderOptions,
  credential: Partial<NodeAuthOptions>,
): Promise<AccessToken> {
  const { cloud, tenantId, clientId, clock } = options
  return await withLoginRetries(options, undefined, async () => {
    const networkClient = createMsalNetworkClient(options, undefined)
    const application = new ConfidentialClientApplication({
      auth: {
        clientId,
        authority: `${cloud.loginAuthority}/${tenantId}`,
        // Known hosts: no question to the global cloud which hosts are Microsoft's, from whatever cloud this is.
        knownAuthorities: [cloud.loginAuthority, ...cloud.loginAliases].map((origin) => new URL(origin).host),
        ...credential,
      },
      system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
    })
    const askedAt = clock.now()
    let answer: Awaited<ReturnType<typeof application.acquireTokenByClientCredential>>
    try {
      answer = await application.acquireTokenByClientCredential({
        scopes: [graphDefaultScope(cloud)],
        skipCache: true,
      })
    } catch (error) {
      const failure = networkClient.failure()
      if (failure !== undefined) throw failure
      throw unexpected(error)
    }
    if (!answer?.accessToken)
      throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'it held no access token' })
    const claims = readTokenClaims(answer.accessToken)
    // The library counts from the machine's clock; the lifetime it found is what counts.
    const lifetime = answer.expiresOn ? answer.expiresOn.getTime() - Date.now() : 0
    return {
      accessToken: answer.accessToken,
      expiresAt: askedAt + lifetime,
      roles: Array.isArray(claims['roles'])
        ? claims['roles'].filter((role): role is string => typeof role === 'string')
        : [],
      ...(typeof claims['oid'] === 'string' && { principalId: claims['oid'] }),
    }
  })
}

/** The library's own errors name parameters but hold no secrets; still only its code is passed on. */
function unexpected(error: unknown): unknown {
  if (isMicrosoftError(error)) return error
  const code = error instanceof Error && 'errorCode' in error ? String(error.errorCode) : 'unknown'
  return localFailure('MSG_UNEXPECTED_ANSWER', { reason: `the token library reports ${code}` })
}

/** @throws AppError MSG_CREDENTIAL_UNUSABLE */
function msalCredential({
  credential,
  clientId,
  clock,
}: Pick<AppTokenProviderOptions, 'credential' | 'clientId' | 'clock'>): Partial<NodeAuthOptions> {
  if (credential.kind === 'password') return { clientSecret: credential.secret }
  const key = readCertificateKey(credential)
  return {
    clientAssertion: async ({ tokenEndpoint = '' }) =>
      clientAssertion(key, { clientId, audience: tokenEndpoint, now: clock.now() }),
  }
}

function abandonable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/**
 * Through which application a browser signs in. Microsoft sends browsers back to registered addresses only: for its own public client
 * that is `http://localhost`, any port; for the operator's application this server's external address. What fits depends on
 * where the console is open.
 */
import type { SignInWays } from '../../contract/index.ts'
import { type Cloud, createSignIn, type SignIn } from '../../microsoft/index.ts'
import type { MicrosoftSide } from '../../organizations/index.ts'
import { fail as onboardingFail } from '../errors.ts'
import type { ClientStore } from './client-store.ts'
import { fail } from './errors.ts'
import { type ExternalAddress, returnPath } from './external-address.ts'

export interface ChosenClient {
  readonly kind: 'built-in' | 'own'
  readonly clientId: string
  readonly redirectUri: string
  readonly signIn: SignIn
}

export interface ClientChoice {
  /**
   * @param origin of the console in the browser, e.g. `http://localhost:8080`
   * @throws SGN_NOT_FROM_HERE
   */
  choose(cloud: Cloud, origin: string): Promise<ChosenClient>
  /** The operator's own application with the address it returns to; undefined when one of the two is missing. */
  own(cloud: Cloud): Promise<ChosenClient | undefined>
  /** The client of a sign-in that has begun. @throws ONB_SIGN_IN_UNKNOWN when it was changed meanwhile */
  again(cloud: Cloud, clientId: string): Promise<Pick<ChosenClient, 'kind' | 'signIn'>>
  ways(cloud: Cloud, origin: string): Promise<SignInWays>
}

export function createClientChoice(
  microsoft: MicrosoftSide,
  store: ClientStore,
  external: ExternalAddress,
): ClientChoice {
  const builtIn = (cloud: Cloud): SignIn =>
    createSignIn({ ...microsoft, cloud, clientId: cloud.signInClientId })

  const ownClient = async (cloud: Cloud) => {
    const row = await store.read(cloud.id)
    const kept = store.current(row)
    if (!row?.client_id || !kept) return undefined
    const { credential } = kept
    const signIn = createSignIn({ ...microsoft, cloud, clientId: row.client_id, credential })
    return { kind: 'own' as const, clientId: row.client_id, signIn }
  }
  const own = async (cloud: Cloud): Promise<ChosenClient | undefined> => {
    const address = await external.read()
    const client = address === null ? undefined : await ownClient(cloud)
    return client && { ...client, redirectUri: `${address}${returnPath}` }
  }

  /** The client, or why there is none. */
  const find = async (cloud: Cloud, origin: string): Promise<ChosenClient | string> => {
    const { available, reason } = cloud.methods.credential
    if (!available) return reason ?? `sign-in by a browser does not exist in ${cloud.name}.`
    if (isPlainLocalhost(origin)) {
      const client = { kind: 'built-in', clientId: cloud.signInClientId } as const
      return { ...client, redirectUri: `${origin}/`, signIn: builtIn(cloud) }
    }
    const client = await own(cloud)
    if (!client) return `it is open at ${origin}, and there is no sign-in application of your own.`
    if (!client.redirectUri.startsWith(`${origin}/`))
      return `it is open at ${origin}, and your sign-in application returns to ${new URL(client.redirectUri).origin}.`
    return client
  }

  return {
    choose: async (cloud, origin) => {
      const found = await find(cloud, origin)
      if (typeof found === 'string') throw fail('SGN_NOT_FROM_HERE', { reason: found })
      return found
    },
    own,
    again: async (cloud, clientId) => {
      if (clientId === cloud.signInClientId) return { kind: 'built-in', signIn: builtIn(cloud) }
      const client = await ownClient(cloud)
      if (client?.clientId !== clientId) throw onboardingFail('ONB_SIGN_IN_UNKNOWN')
      return client
    },
    ways: async (cloud, origin) => {
      const found = await find(cloud, origin)
      const none = typeof found === 'string'
      return {
        browser: {
          available: !none,
          client: none ? null : found.kind,
          reason: none ? `${found.charAt(0).toUpperCase()}${found.slice(1)}` : null,
        },
        deviceCode: cloud.methods['device-code'].available,
      }
    },
  }
}

/** The only addresses that Microsoft's public client returns to. */
function isPlainLocalhost(origin: string): boolean {
  return /^http:\/\/localhost(:\d+)?$/.test(origin)
}

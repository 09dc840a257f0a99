import {
  type Cloud,
  createGraphClient,
  createProvisioning,
  fixedToken,
  type Provisioning,
  type SignInResult,
} from '../microsoft/index.ts'
import type { MicrosoftSide } from '../organizations/index.ts'
import type { Clock } from '../shared/index.ts'

/** What a signed-in administrator lets the server do, as long as the token lives. */
export interface Administrator {
  readonly accountId: string
  readonly provisioning: Provisioning
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Graph as the person who signed in. The token is held by the returned object only. */
export function administratorOf(side: MicrosoftSide, cloud: Cloud, signIn: SignInResult): Administrator {
  const { accessToken, expiresAt, account } = signIn
  const { network, pacer, clock, logger } = side
  const graph = createGraphClient({
    network,
    cloud,
    tokens: fixedToken(accessToken, expiresAt),
    clientId: cloud.signInClientId,
    pacer,
    clock,
    logger,
  })
  return { accountId: account.objectId, provisioning: createProvisioning(graph), expiresAt }
}

/** Administrators at hand, by onboarding: in memory only, gone with the process, the onboarding or the token's end. */
export interface Administrators {
  hold(onboardingId: string, administrator: Administrator): void
  get(onboardingId: string): Administrator | undefined
  drop(onboardingId: string): void
  dropExpired(): void
}

/** A token about to end is as good as none: what is begun with it should be finished with it. */
const reserveMs = 60_000

export function createAdministrators(clock: Clock): Administrators {
  const held = new Map<string, Administrator>()
  const alive = ({ expiresAt }: Administrator) => expiresAt - reserveMs > clock.now()
  return {
    hold: (onboardingId, administrator) => void held.set(onboardingId, administrator),
    get: (onboardingId) => {
      const administrator = held.get(onboardingId)
      return administrator && alive(administrator) ? administrator : undefined
    },
    drop: (onboardingId) => void held.delete(onboardingId),
    dropExpired: () => {
      for (const [id, administrator] of held) if (!alive(administrator)) held.delete(id)
    },
  }
}

import {
  type AppCredential,
  type Cloud,
  createAppTokenProvider,
  createGraphClient,
  type GraphClient,
  isCredentialRefused,
  type MicrosoftNetwork,
  type Pacer,
  type TokenProvider,
} from '../microsoft/index.ts'
import type { Clock, Logger } from '../shared/index.ts'

/** What both rooms need to talk to Microsoft; made once by the composition root, with one pacer for all. */
export interface MicrosoftSide {
  readonly clouds: readonly Cloud[]
  readonly network: MicrosoftNetwork
  readonly pacer: Pacer
  readonly clock: Clock
  readonly logger: Logger
}

export interface ApplicationAccess {
  readonly tokens: TokenProvider
  readonly graph: GraphClient
}

/** Tokens and Graph as the application itself. Nothing is requested yet. */
export function applicationAccess(
  side: MicrosoftSide,
  application: {
    readonly cloud: Cloud
    readonly tenantId: string
    readonly clientId: string
    readonly credential: AppCredential
    /** The one before, tried when a part of Microsoft does not know the new one yet. */
    readonly old?: AppCredential
  },
): ApplicationAccess {
  const { network, pacer, clock, logger } = side
  const { credential, old, ...known } = application
  const provider = (one: AppCredential) =>
    createAppTokenProvider({ network, clock, ...known, credential: one })
  const tokens = old ? eitherToken(provider(credential), provider(old), clock) : provider(credential)
  const graph = createGraphClient({
    network,
    cloud: application.cloud,
    tokens,
    clientId: application.clientId,
    pacer,
    clock,
    logger,
  })
  return { tokens, graph }
}

/** So long after a refusal the second credential is used at once: not every request shall ask twice. */
const holdMs = 30_000

/** Tokens by the first credential; by the second where Microsoft refuses the first. */
function eitherToken(first: TokenProvider, second: TokenProvider, clock: Clock): TokenProvider {
  let refusedAt = Number.NEGATIVE_INFINITY
  return {
    token: async (signal) => {
      if (clock.now() - refusedAt < holdMs) return await second.token(signal)
      try {
        return await first.token(signal)
      } catch (error) {
        if (!isCredentialRefused(error)) throw error
        try {
          const token = await second.token(signal)
          refusedAt = clock.now()
          return token
        } catch {
          // When neither is accepted, what was said of the one in use counts.
          throw error
        }
      }
    },
    invalidate: (refused) => {
      first.invalidate(refused)
      second.invalidate(refused)
    },
  }
}

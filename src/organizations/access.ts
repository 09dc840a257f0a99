import {
  type AppCredential,
  type Cloud,
  createAppTokenProvider,
  createGraphClient,
  type GraphClient,
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
  },
): ApplicationAccess {
  const { network, pacer, clock, logger } = side
  const tokens = createAppTokenProvider({ network, clock, ...application })
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

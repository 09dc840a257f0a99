import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { type ApiTokens, apiTokenPrefix, createApiTokens } from './api-tokens.ts'
import { createProofs, type Proofs } from './factors/proof.ts'
import { createSecondFactorPolicy, type SecondFactorPolicy } from './factors/second-factor-policy.ts'
import { createSecondFactors, type SecondFactors } from './factors/second-factors.ts'
import { createOperatorDirectory, type OperatorDirectory } from './operator-directory.ts'
import { createOperators, type Operators } from './operators.ts'
import type { SecretBox } from './secret-box.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import { createSetup, type Setup } from './setup.ts'
import { createSignInThrottle } from './sign-in-throttle.ts'

export interface Security {
  readonly operators: Operators
  readonly directory: OperatorDirectory
  /** Those of API tokens, too: whoever asks for a session need not know how it came. */
  readonly sessions: Sessions
  readonly apiTokens: ApiTokens
  readonly setup: Setup
  readonly factors: SecondFactors
  readonly secondFactorPolicy: SecondFactorPolicy
  /** For dangerous actions, which ask again who it is. */
  readonly proofs: Proofs
  /** Removes ended sessions and old failures; called now and then. */
  sweep(): Promise<void>
}

export function createSecurity(parts: {
  db: Database
  clock: Clock
  secrets: SecretBox
  /** Tells this server apart from others, in authenticator apps. */
  instanceName: string
}): Security {
  const { db, clock, secrets, instanceName } = parts
  const throttle = createSignInThrottle({ db, clock })
  const operators = createOperators({ db, clock, throttle })
  const apiTokens = createApiTokens({ db, clock })
  const signedIn = createSessions({ db, clock })
  const sessions: Sessions = {
    ...signedIn,
    find: (token, kind) =>
      kind === 'bearer' && token.startsWith(apiTokenPrefix)
        ? apiTokens.find(token)
        : signedIn.find(token, kind),
    lasts: (session) => (session.token ? apiTokens.lasts(session) : signedIn.lasts(session)),
  }
  const issuer = `BDRCloud Server ${instanceName.split('-').at(-1) ?? ''}`.trim()
  const factors = createSecondFactors({ db, clock, secrets, issuer, throttle })
  const settings = createSettings({ db, clock, secrets })
  const secondFactorPolicy = createSecondFactorPolicy(settings)
  const directory = createOperatorDirectory({ db, clock, throttle, operators })
  return {
    operators,
    directory,
    sessions,
    apiTokens,
    factors,
    proofs: createProofs({ db, clock, operators, factors, policy: secondFactorPolicy }),
    secondFactorPolicy,
    setup: createSetup({ operators, clock }),
    sweep: async () => {
      await sessions.sweep()
      await throttle.sweep()
      await directory.sweep()
      await apiTokens.sweep()
      await factors.sweep()
    },
  }
}

import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { createOperatorDirectory, type OperatorDirectory } from './operator-directory.ts'
import { createOperators, type Operators } from './operators.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSetup, type Setup } from './setup.ts'
import { createSignInThrottle } from './sign-in-throttle.ts'

export interface Security {
  readonly operators: Operators
  readonly directory: OperatorDirectory
  readonly sessions: Sessions
  readonly setup: Setup
  /** Removes ended sessions and old failures; called now and then. */
  sweep(): Promise<void>
}

export function createSecurity({ db, clock }: { db: Database; clock: Clock }): Security {
  const throttle = createSignInThrottle({ db, clock })
  const operators = createOperators({ db, clock, throttle })
  const sessions = createSessions({ db, clock })
  const directory = createOperatorDirectory({ db, clock, throttle, operators })
  return {
    operators,
    directory,
    sessions,
    setup: createSetup({ operators, clock }),
    sweep: async () => {
      await sessions.sweep()
      await throttle.sweep()
      await directory.sweep()
    },
  }
}

import { randomBytes } from 'node:crypto'
import type { OperatorView } from '../contract/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'
import type { NewOperator, Operators } from './operators.ts'
import { sameSecret } from './sessions.ts'

/** The way to the first operator: a token of 256 random bits that only the terminal shows. New at each start, lasts 60 minutes. */
export interface Setup {
  needed(): Promise<boolean>
  /** A fresh token, which ends the one before; null when there is an operator already. */
  issue(): Promise<string | null>
  /** Works once. Throws SEC_SETUP_DONE, SEC_SETUP_TOKEN. */
  createFirstOperator(token: string, operator: NewOperator): Promise<OperatorView>
}

const lifetime = 60 * 60_000

export function createSetup({ operators, clock }: { operators: Operators; clock: Clock }): Setup {
  let issued: { token: string; expiresAt: number } | null = null
  return {
    needed: async () => !(await operators.exist()),
    issue: async () => {
      if (await operators.exist()) return null
      const token = randomBytes(32).toString('base64url')
      issued = { token, expiresAt: clock.now() + lifetime }
      return token
    },
    createFirstOperator: async (token, operator) => {
      if (await operators.exist()) throw fail('SEC_SETUP_DONE')
      if (!issued || clock.now() >= issued.expiresAt || !sameSecret(issued.token, token)) {
        throw fail('SEC_SETUP_TOKEN')
      }
      const created = await operators.createFirst(operator)
      issued = null
      return created
    },
  }
}

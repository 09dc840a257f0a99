import Value from 'typebox/value'
import { TwoPersonRule } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { fail } from '../errors.ts'
import type { Settings } from '../settings.ts'

export interface TwoPersonRules {
  read(): Promise<TwoPersonRule>
  /** Throws APR_ONE_OWNER where nobody else could agree to anything. */
  set(rule: TwoPersonRule): Promise<TwoPersonRule>
}

const name = 'two-person-rule'
const off: TwoPersonRule = { enabled: false, delayHours: 24 }

export function createTwoPersonRules({ db, settings }: { db: Database; settings: Settings }): TwoPersonRules {
  const read = async () => {
    const value = await settings.read(name)
    return Value.Check(TwoPersonRule, value) ? value : off
  }
  return {
    read,
    set: async ({ enabled, delayHours }) => {
      if (enabled) {
        const owners = await db
          .selectFrom('operators')
          .select('id')
          .where('role', '=', 'owner')
          .where('state', '=', 'active')
          .limit(2)
          .execute()
        if (owners.length < 2) throw fail('APR_ONE_OWNER')
      }
      await settings.write(name, { enabled, delayHours })
      return read()
    },
  }
}

/** Whether a change makes it easier to act alone. */
export function weakens(before: TwoPersonRule, after: Partial<TwoPersonRule>): boolean {
  return after.enabled === false || (after.delayHours ?? 0) < before.delayHours
}

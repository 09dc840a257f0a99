/**
 * Slows down guessing at one account, whoever guesses from wherever. A try is counted before the password is looked at, so that
 * many at once do not slip through, and names that nobody has are counted alike, so that answers tell nothing about them.
 */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'

const freeTries = 5
const firstWait = 15_000
const longestWait = 15 * 60_000
const forgetAfter = 24 * 3_600_000

export interface SignInThrottle {
  /** Counts a try. Throws SEC_SIGN_IN_THROTTLED while the account is blocked. */
  count(userNameKey: string): Promise<void>
  /** The try was right: forgets the failures. */
  clear(userNameKey: string): Promise<void>
  sweep(): Promise<void>
}

export function createSignInThrottle({ db, clock }: { db: Database; clock: Clock }): SignInThrottle {
  const keyOf = (userNameKey: string) => createHash('sha256').update(userNameKey).digest()
  return {
    count: async (userNameKey) => {
      const now = clock.now()
      const row = await db
        .insertInto('sign_in_throttles')
        .values({
          account_key: keyOf(userNameKey),
          failures: 1,
          blocked_until: null,
          updated_at: new Date(now),
        })
        .onConflict((conflict) =>
          conflict
            .column('account_key')
            .doUpdateSet({
              failures: sql<number>`sign_in_throttles.failures + 1`,
              // The wait doubles with every try beyond the free ones.
              blocked_until: sql<Date>`case when sign_in_throttles.failures + 1 >= ${freeTries}
                then ${new Date(now)}::timestamptz + least(${longestWait}::float8,
                  ${firstWait}::float8 * power(2, least(sign_in_throttles.failures + 1 - ${freeTries}, 10))) * interval '1 millisecond'
                else null end`,
              updated_at: new Date(now),
            })
            .where((where) =>
              where.or([
                where('sign_in_throttles.blocked_until', 'is', null),
                where('sign_in_throttles.blocked_until', '<=', new Date(now)),
              ]),
            ),
        )
        .returning('failures')
        .executeTakeFirst()
      if (row) return
      const blocked = await db
        .selectFrom('sign_in_throttles')
        .select('blocked_until')
        .where('account_key', '=', keyOf(userNameKey))
        .executeTakeFirst()
      const until = blocked?.blocked_until?.getTime() ?? now + 1000
      throw fail('SEC_SIGN_IN_THROTTLED', { seconds: Math.max(1, Math.ceil((until - now) / 1000)) })
    },
    clear: async (userNameKey) => {
      await db.deleteFrom('sign_in_throttles').where('account_key', '=', keyOf(userNameKey)).execute()
    },
    sweep: async () => {
      const before = new Date(clock.now() - forgetAfter)
      await db.deleteFrom('sign_in_throttles').where('updated_at', '<', before).execute()
    },
  }
}

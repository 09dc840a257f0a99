import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { OperatorView } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'
import { operatorView, userNameKey } from './operator-row.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { requireGoodPassword } from './password-rules.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'

export interface NewOperator {
  readonly userName: string
  readonly displayName?: string | undefined
  readonly password: string
}

export interface Operators {
  exist(): Promise<boolean>
  /** Throws SEC_PASSWORD_COMMON, SEC_PASSWORD_OBVIOUS; SEC_SETUP_DONE when there is an operator already, however many ask at once. */
  createFirst(operator: NewOperator): Promise<OperatorView>
  /** The password alone; a second step may have to follow. Throws SEC_SIGN_IN_FAILED (the same words and time for an unknown name), SEC_SIGN_IN_THROTTLED. */
  authenticate(credentials: { userName: string; password: string }): Promise<OperatorView>
  /** The user name as the operator writes it, or null; for the audit trail, which must not keep what is no name. */
  known(userName: string): Promise<string | null>
  /** For acts that ask for the password again. Wrong tries count as at sign-in; throws SEC_SIGN_IN_THROTTLED. */
  verifyPassword(operatorId: string, password: string): Promise<boolean>
}

const creationLock = 0x6264_7201

export function createOperators(parts: { db: Database; clock: Clock; throttle: SignInThrottle }): Operators {
  const { db, clock, throttle } = parts

  /** Counts the try, checks, and forgets the failures when right. */
  async function check(
    key: string,
    password: string,
    row: { password_hash: string | null; state: string } | undefined,
  ): Promise<boolean> {
    await throttle.count(key)
    // Whoever is disabled or only invited gets the same answer, after the same work, as a name nobody has.
    const right = await verifyPassword(password, row?.state === 'active' ? row.password_hash : null)
    if (right) await throttle.clear(key)
    return right
  }

  return {
    exist: async () =>
      (await db.selectFrom('operators').select('id').limit(1).executeTakeFirst()) !== undefined,
    createFirst: async ({ userName, displayName, password }) => {
      await requireGoodPassword(password, { userName })
      const passwordHash = await hashPassword(password)
      return db.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${creationLock})`.execute(transaction)
        const existing = await transaction.selectFrom('operators').select('id').limit(1).executeTakeFirst()
        if (existing) throw fail('SEC_SETUP_DONE')
        const id = randomUUID()
        const role = 'owner'
        const shownName = displayName?.trim() || userName
        await transaction
          .insertInto('operators')
          .values({
            id,
            user_name: userName,
            user_name_key: userNameKey(userName),
            display_name: shownName,
            password_hash: passwordHash,
            role,
            last_sign_in_at: null,
            created_at: new Date(clock.now()),
          })
          .execute()
        return { id, userName, displayName: shownName, role }
      })
    },
    authenticate: async ({ userName, password }) => {
      const key = userNameKey(userName)
      const row = await db
        .selectFrom('operators')
        .selectAll()
        .where('user_name_key', '=', key)
        .executeTakeFirst()
      if (!(await check(key, password, row)) || !row) throw fail('SEC_SIGN_IN_FAILED')
      return operatorView(row)
    },
    known: async (userName) => {
      const row = await db
        .selectFrom('operators')
        .select('user_name')
        .where('user_name_key', '=', userNameKey(userName))
        .executeTakeFirst()
      return row?.user_name ?? null
    },
    verifyPassword: async (operatorId, password) => {
      const row = await db.selectFrom('operators').selectAll().where('id', '=', operatorId).executeTakeFirst()
      return row !== undefined && (await check(row.user_name_key, password, row))
    },
  }
}

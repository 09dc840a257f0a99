/**
 * The time between a right password and the second step: five minutes, for the one browser or program that gave the password. Its
 * token opens nothing else.
 */
import { randomBytes } from 'node:crypto'
import type { OperatorView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { operatorView } from '../operator-row.ts'
import { hashOfToken } from '../token-hash.ts'

type Kind = 'cookie' | 'bearer'

export interface PendingSignIns {
  /** The token goes to whoever gave the password and is not kept. */
  begin(operatorId: string, kind: Kind): Promise<{ token: string; expiresAt: number }>
  /** Whose it is, or null when there is none (any more). */
  find(token: string, kind: Kind): Promise<OperatorView | null>
  /** Ends it; true for one of those who ask at once. */
  finish(token: string, kind: Kind): Promise<boolean>
  sweep(): Promise<void>
}

const lifetime = 5 * 60_000

export function createPendingSignIns({ db, clock }: { db: Database; clock: Clock }): PendingSignIns {
  return {
    begin: async (operatorId, kind) => {
      const token = `bdr2_${randomBytes(32).toString('base64url')}`
      const expiresAt = clock.now() + lifetime
      await db
        .insertInto('pending_sign_ins')
        .values({
          token_hash: hashOfToken(token),
          kind,
          operator_id: operatorId,
          expires_at: new Date(expiresAt),
        })
        .execute()
      return { token, expiresAt }
    },
    find: async (token, kind) => {
      const row = await db
        .selectFrom('pending_sign_ins')
        .innerJoin('operators', 'operators.id', 'pending_sign_ins.operator_id')
        .select(['operators.id', 'operators.user_name', 'operators.display_name', 'operators.role'])
        .where('token_hash', '=', hashOfToken(token))
        .where('kind', '=', kind)
        .where('expires_at', '>', new Date(clock.now()))
        .where('operators.state', '=', 'active')
        .executeTakeFirst()
      return row ? operatorView(row) : null
    },
    finish: async (token, kind) => {
      const ended = await db
        .deleteFrom('pending_sign_ins')
        .where('token_hash', '=', hashOfToken(token))
        .where('kind', '=', kind)
        .where('expires_at', '>', new Date(clock.now()))
        .returning('operator_id')
        .executeTakeFirst()
      return ended !== undefined
    },
    sweep: async () => {
      await db.deleteFrom('pending_sign_ins').where('expires_at', '<=', new Date(clock.now())).execute()
    },
  }
}

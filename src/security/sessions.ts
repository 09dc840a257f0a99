/**
 * Signed-in browsers and command lines. The database keeps only the SHA-256 of a token, so that a stolen database signs nobody
 * in. The CSRF token is derived from the session's own token: bound to it, and not stored anywhere.
 */
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { OperatorView } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'

export interface Session {
  readonly id: string
  readonly kind: 'cookie' | 'bearer'
  readonly operator: OperatorView
  /** Milliseconds since the epoch; of idleness and age, what comes first. */
  readonly expiresAt: number
  /** What `x-csrf-token` must say; for `cookie` only. */
  readonly csrfToken: string
}

export interface Sessions {
  /** Starts one. The token goes into the cookie or to the command line and is not kept. */
  start(operator: OperatorView, kind: Session['kind']): Promise<{ token: string; session: Session }>
  /** The session of a token, or null when there is none or it has ended. Counts as activity. */
  find(token: string, kind: Session['kind']): Promise<Session | null>
  /** Whether it still lasts, without counting as activity. */
  lasts(sessionId: string): Promise<boolean>
  end(sessionId: string): Promise<void>
  /** Removes the ended ones. */
  sweep(): Promise<void>
}

const minute = 60_000
const hour = 60 * minute
const idleLimit = 8 * hour
const cookieAge = 7 * 24 * hour
const bearerAge = 12 * hour

export function createSessions({ db, clock }: { db: Database; clock: Clock }): Sessions {
  return {
    start: async (operator, kind) => {
      const now = clock.now()
      const token = `bdr${kind === 'cookie' ? 's' : 'a'}_${randomBytes(32).toString('base64url')}`
      const id = randomUUID()
      const ends = now + (kind === 'cookie' ? cookieAge : bearerAge)
      const idleEnds = kind === 'cookie' ? now + idleLimit : null
      await db
        .insertInto('sessions')
        .values({
          id,
          kind,
          token_hash: hashOf(token),
          operator_id: operator.id,
          created_at: new Date(now),
          last_seen_at: new Date(now),
          idle_expires_at: idleEnds === null ? null : new Date(idleEnds),
          expires_at: new Date(ends),
        })
        .execute()
      const session = {
        id,
        kind,
        operator,
        expiresAt: Math.min(ends, idleEnds ?? ends),
        csrfToken: csrfOf(token),
      }
      return { token, session }
    },

    find: async (token, kind) => {
      if (token.length > 200) return null
      const now = clock.now()
      const row = await db
        .selectFrom('sessions')
        .innerJoin('operators', 'operators.id', 'sessions.operator_id')
        .select([
          'sessions.id as sessionId',
          'sessions.last_seen_at as lastSeenAt',
          'sessions.idle_expires_at as idleExpiresAt',
          'sessions.expires_at as expiresAt',
          'operators.id as operatorId',
          'operators.user_name as userName',
          'operators.display_name as displayName',
        ])
        .where('sessions.token_hash', '=', hashOf(token))
        .where('sessions.kind', '=', kind)
        .executeTakeFirst()
      if (!row) return null
      const ends = row.expiresAt.getTime()
      let idleEnds = row.idleExpiresAt?.getTime() ?? ends
      if (now >= ends || now >= idleEnds) return null
      // Written once a minute at most, so that a busy console does not write with every request.
      if (now - row.lastSeenAt.getTime() >= minute) {
        if (row.idleExpiresAt) idleEnds = now + idleLimit
        await db
          .updateTable('sessions')
          .set({
            last_seen_at: new Date(now),
            idle_expires_at: row.idleExpiresAt ? new Date(idleEnds) : null,
          })
          .where('id', '=', row.sessionId)
          .execute()
      }
      return {
        id: row.sessionId,
        kind,
        operator: { id: row.operatorId, userName: row.userName, displayName: row.displayName },
        expiresAt: Math.min(ends, idleEnds),
        csrfToken: csrfOf(token),
      }
    },

    lasts: async (sessionId) => {
      const now = new Date(clock.now())
      const row = await db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', sessionId)
        .where('expires_at', '>', now)
        .where((where) =>
          where.or([where('idle_expires_at', 'is', null), where('idle_expires_at', '>', now)]),
        )
        .executeTakeFirst()
      return row !== undefined
    },

    end: async (sessionId) => {
      await db.deleteFrom('sessions').where('id', '=', sessionId).execute()
    },

    sweep: async () => {
      const now = new Date(clock.now())
      await db
        .deleteFrom('sessions')
        .where((where) => where.or([where('expires_at', '<=', now), where('idle_expires_at', '<=', now)]))
        .execute()
    },
  }
}

/** Compares two short secrets without telling by the time where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b))
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function csrfOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

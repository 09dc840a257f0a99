/**
 * Signed-in browsers and command lines. The database keeps only the SHA-256 of a token, so that a stolen database signs nobody
 * in. The CSRF token is derived from the session's own token: bound to it, and not stored anywhere.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { ApiTokenView, OperatorView, OwnSession, Right } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { secondFactorMissing } from './factors/second-factor-policy.ts'
import { operatorView } from './operator-row.ts'
import { limitedReach, type Reach } from './reach.ts'
import { rightsOf } from './roles.ts'
import { hashOfToken } from './token-hash.ts'

/** A signed-in browser or command line. */
export type SessionKind = 'cookie' | 'bearer'

/** Of a session that began at the provider of single sign-on. */
export interface BegunElsewhere {
  /** Milliseconds. */
  readonly longest: number
}

export interface Session {
  readonly id: string
  readonly kind: SessionKind | 'token'
  readonly operator: OperatorView
  /** What may be done, as of now. */
  readonly rights: readonly Right[]
  /** Which organizations are reached, as of now. */
  readonly reach: Reach
  /** The role asks for a second factor and there is none: nothing but setting one up answers. */
  readonly secondFactorMissing: boolean
  /** The API token by which a program came; null for people. */
  readonly token: ApiTokenView | null
  /** Milliseconds since the epoch; of idleness and age, what comes first. */
  readonly expiresAt: number
  /** What `x-csrf-token` must say; for `cookie` only. */
  readonly csrfToken: string
}

export interface Sessions {
  /** Starts one. The token goes into the cookie or to the command line and is not kept. */
  start(
    operator: OperatorView,
    kind: SessionKind,
    elsewhere?: BegunElsewhere,
  ): Promise<{ token: string; session: Session }>
  /** The session of a token, or null when there is none or it has ended. Counts as activity. */
  find(token: string, kind: SessionKind): Promise<Session | null>
  /** Whether it still lasts and allows what it did, without counting as activity. */
  lasts(session: Session): Promise<boolean>
  end(sessionId: string): Promise<void>
  /** The lasting sessions of an operator, the last used first. */
  ofOperator(operatorId: string): Promise<Omit<OwnSession, 'current'>[]>
  /** Ends one of an operator's sessions; false when it has no such session. */
  endOf(operatorId: string, sessionId: string): Promise<boolean>
  /** Removes the ended ones. */
  sweep(): Promise<void>
}

const minute = 60_000
const hour = 60 * minute
const idleLimit = 8 * hour
const cookieAge = 7 * 24 * hour
const bearerAge = 12 * hour
/** That one operator is shown. */
const mostSessions = 200

export function createSessions({ db, clock }: { db: Database; clock: Clock }): Sessions {
  async function reachOf(id: string): Promise<Reach> {
    const row = await db
      .selectFrom('operators')
      .select('reaches_everything')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.reaches_everything ? null : limitedReach(db, id)
  }
  return {
    start: async (operator, kind, elsewhere) => {
      const now = clock.now()
      const token = `bdr${kind === 'cookie' ? 's' : 'a'}_${randomBytes(32).toString('base64url')}`
      const id = randomUUID()
      const age = kind === 'cookie' ? cookieAge : bearerAge
      const ends = now + Math.min(age, elsewhere?.longest ?? age)
      const idleEnds = kind === 'cookie' ? now + idleLimit : null
      await db
        .insertInto('sessions')
        .values({
          id,
          kind,
          token_hash: hashOfToken(token),
          operator_id: operator.id,
          created_at: new Date(now),
          last_seen_at: new Date(now),
          idle_expires_at: idleEnds === null ? null : new Date(idleEnds),
          expires_at: new Date(ends),
          single_sign_on: elsewhere !== undefined,
        })
        .execute()
      const signedIn = await db
        .updateTable('operators')
        .set({ last_sign_in_at: new Date(now) })
        .where('id', '=', operator.id)
        .returning(secondFactorMissing.as('secondFactorMissing'))
        .executeTakeFirst()
      const session = {
        id,
        secondFactorMissing: signedIn?.secondFactorMissing ?? false,
        kind,
        operator,
        rights: rightsOf(operator.role),
        reach: await reachOf(operator.id),
        token: null,
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
          'operators.id',
          'operators.user_name',
          'operators.display_name',
          'operators.role',
          'operators.reaches_everything',
          secondFactorMissing.as('secondFactorMissing'),
        ])
        .where('sessions.token_hash', '=', hashOfToken(token))
        .where('sessions.kind', '=', kind)
        .where('operators.state', '=', 'active')
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
        operator: operatorView(row),
        rights: rightsOf(row.role),
        secondFactorMissing: row.secondFactorMissing,
        reach: row.reaches_everything ? null : await limitedReach(db, row.id),
        token: null,
        expiresAt: Math.min(ends, idleEnds),
        csrfToken: csrfOf(token),
      }
    },

    lasts: async ({ id }) => {
      const now = new Date(clock.now())
      const row = await db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', id)
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

    ofOperator: async (operatorId) => {
      const now = new Date(clock.now())
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('operator_id', '=', operatorId)
        .where('expires_at', '>', now)
        .where((where) =>
          where.or([where('idle_expires_at', 'is', null), where('idle_expires_at', '>', now)]),
        )
        .orderBy('last_seen_at', 'desc')
        .limit(mostSessions)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        expiresAt: new Date(
          Math.min(row.expires_at.getTime(), row.idle_expires_at?.getTime() ?? Number.POSITIVE_INFINITY),
        ).toISOString(),
      }))
    },

    endOf: async (operatorId, sessionId) => {
      const ended = await db
        .deleteFrom('sessions')
        .where('id', '=', sessionId)
        .where('operator_id', '=', operatorId)
        .returning('id')
        .executeTakeFirst()
      return ended !== undefined
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
  return timingSafeEqual(hashOfToken(a), hashOfToken(b))
}

function csrfOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

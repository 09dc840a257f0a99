/**
 * Tokens that operators make for programs. A token can never do more than its operator may now: its rights and its reach are what both have
 * in common, worked out at every request. The database keeps only the SHA-256 of a token.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { ApiTokenView, CreateApiToken, Page, PageQuery } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../shared/index.ts'
import { fail } from './errors.ts'
import { operatorView } from './operator-row.ts'
import { limitedReach, reaches, within } from './reach.ts'
import { rightsOfToken, rolesWithin } from './roles.ts'
import type { Session } from './sessions.ts'
import { hashOfToken } from './token-hash.ts'

export interface ApiTokens {
  /**
   * A new token of whoever asks; it is in the answer only.
   * Throws SEC_API_TOKEN_ROLE, SEC_REACH_UNKNOWN, SEC_API_TOKENS_TOO_MANY.
   */
  create(
    maker: Pick<Session, 'operator' | 'reach'>,
    wanted: Omit<CreateApiToken, 'proof'>,
  ): Promise<{ token: string; view: ApiTokenView }>
  /** The newest first; of one operator, or of all. */
  list(query: PageQuery, operatorId?: string): Promise<Page<ApiTokenView>>
  /** Ends it at once; `operatorId` where it must be that operator's. Answers what it was. Throws SEC_API_TOKEN_UNKNOWN. */
  revoke(id: string, operatorId?: string): Promise<ApiTokenView>
  /** What a request with the token may do, or null. Counts as a use. */
  find(token: string): Promise<Session | null>
  /** Whether it still works and allows what it did, without counting as a use. */
  lasts(session: Session): Promise<boolean>
  /** Removes those that expired long ago. */
  sweep(): Promise<void>
}

/** By which people, and scanners for leaked secrets, know one. */
export const apiTokenPrefix = 'bdrt_'

const minute = 60_000
const day = 24 * 60 * minute
const usualDays = 90
const keptAfterExpiry = 30 * day
/** Of one operator. */
const mostTokens = 100

export function createApiTokens({ db, clock }: { db: Database; clock: Clock }): ApiTokens {
  return {
    create: async ({ operator, reach }, { name, role, organizationIds = null, days = usualDays }) => {
      const possible = rolesWithin(operator.role)
      if (!possible.includes(role)) throw fail('SEC_API_TOKEN_ROLE', { role, roles: possible.join(', ') })
      const beyond = organizationIds?.find((id) => !reaches(reach, id))
      if (beyond !== undefined) throw fail('SEC_REACH_UNKNOWN', { what: 'organization', id: beyond })
      const token = `${apiTokenPrefix}${randomBytes(32).toString('base64url')}`
      const id = randomUUID()
      const now = clock.now()
      return db.transaction().execute(async (transaction) => {
        await sql`select id from operators where id = ${operator.id} for update`.execute(transaction)
        const { number } = await transaction
          .selectFrom('api_tokens')
          .select((select) => select.fn.countAll<string>().as('number'))
          .where('operator_id', '=', operator.id)
          .executeTakeFirstOrThrow()
        if (Number(number) >= mostTokens) throw fail('SEC_API_TOKENS_TOO_MANY', { number: mostTokens })
        await transaction
          .insertInto('api_tokens')
          .values({
            id,
            operator_id: operator.id,
            name: name.trim(),
            token_hash: hashOfToken(token),
            role,
            reaches_everything: organizationIds === null,
            created_at: new Date(now),
            expires_at: new Date(now + days * day),
            last_used_at: null,
          })
          .execute()
        for (const organizationId of new Set(organizationIds ?? [])) {
          const { numInsertedOrUpdatedRows } = await transaction
            .insertInto('api_token_reach')
            .columns(['token_id', 'organization_id'])
            .expression((from) =>
              from
                .selectFrom('organizations')
                .select([sql<string>`${id}::uuid`.as('token_id'), 'id'])
                .where('id', '=', organizationId),
            )
            .executeTakeFirstOrThrow()
          if (!numInsertedOrUpdatedRows) {
            throw fail('SEC_REACH_UNKNOWN', { what: 'organization', id: organizationId })
          }
        }
        return { token, view: await viewOf(transaction, id, now) }
      })
    },

    list: async ({ limit = 50, cursor }, operatorId) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])
      let rows = tokenRows(db)
      if (operatorId !== undefined) rows = rows.where('api_tokens.operator_id', '=', operatorId)
      if (after) {
        const [createdAt, id] = after
        rows = rows.where(
          sql<boolean>`(api_tokens.created_at, api_tokens.id) < (${new Date(String(createdAt))}, ${String(id)}::uuid)`,
        )
      }
      const found = await rows
        .orderBy('api_tokens.created_at', 'desc')
        .orderBy('api_tokens.id', 'desc')
        .limit(limit + 1)
        .execute()
      const page = pageFrom(
        found,
        limit,
        (row) => row,
        (row) => [row.created_at.toISOString(), row.id],
      )
      return { items: await views(db, page.items, clock.now()), nextCursor: page.nextCursor }
    },

    revoke: async (id, operatorId) =>
      db.transaction().execute(async (transaction) => {
        const view = await viewOf(transaction, id, clock.now())
        if (operatorId !== undefined && view.operator.id !== operatorId) throw fail('SEC_API_TOKEN_UNKNOWN')
        await transaction.deleteFrom('api_tokens').where('id', '=', id).execute()
        return view
      }),

    find: async (token) => {
      const now = clock.now()
      const row = await workingRows(db, now)
        .where('api_tokens.token_hash', '=', hashOfToken(token))
        .executeTakeFirst()
      if (!row) return null
      // Written once a minute at most, so that a busy program does not write with every request.
      if (row.last_used_at === null || now - row.last_used_at.getTime() >= minute) {
        await db
          .updateTable('api_tokens')
          .set({ last_used_at: new Date(now) })
          .where('id', '=', row.id)
          .execute()
      }
      return sessionOf(db, row, now)
    },

    lasts: async (session) => {
      const now = clock.now()
      const row = await workingRows(db, now).where('api_tokens.id', '=', session.id).executeTakeFirst()
      if (!row) return false
      const { rights, reach } = await sessionOf(db, row, now)
      return isDeepStrictEqual([rights, reach], [session.rights, session.reach])
    },

    sweep: async () => {
      const before = new Date(clock.now() - keptAfterExpiry)
      await db.deleteFrom('api_tokens').where('expires_at', '<', before).execute()
    },
  }
}

const tokenRows = (db: Database) =>
  db
    .selectFrom('api_tokens')
    .innerJoin('operators', 'operators.id', 'api_tokens.operator_id')
    .selectAll('api_tokens')
    .select(['operators.user_name', 'operators.display_name'])

/** Those that let somebody in. */
const workingRows = (db: Database, now: number) =>
  tokenRows(db)
    .select([
      'operators.role as operator_role',
      'operators.reaches_everything as operator_reaches_everything',
    ])
    .where('api_tokens.expires_at', '>', new Date(now))
    .where('operators.state', '=', 'active')

type WorkingRow = Awaited<ReturnType<ReturnType<typeof workingRows>['execute']>>[number]

async function sessionOf(db: Database, row: WorkingRow, now: number): Promise<Session> {
  const view = await viewOfRow(db, row, now)
  const reach = row.operator_reaches_everything ? null : await limitedReach(db, row.operator_id)
  return {
    id: row.id,
    kind: 'token',
    operator: operatorView({ ...row, id: row.operator_id, role: row.operator_role }),
    rights: rightsOfToken(row.role, row.operator_role),
    reach: view.organizationIds === null ? reach : within(reach, view.organizationIds),
    // Somebody with all factors made it.
    secondFactorMissing: false,
    token: view,
    expiresAt: row.expires_at.getTime(),
    // No page of a browser sends it by itself, so there is nothing to prove.
    csrfToken: '',
  }
}

type TokenRow = Awaited<ReturnType<ReturnType<typeof tokenRows>['execute']>>[number]

async function viewOf(db: Database, id: string, now: number): Promise<ApiTokenView> {
  const row = await tokenRows(db).where('api_tokens.id', '=', id).executeTakeFirst()
  if (!row) throw fail('SEC_API_TOKEN_UNKNOWN')
  return viewOfRow(db, row, now)
}

async function viewOfRow(db: Database, row: TokenRow, now: number): Promise<ApiTokenView> {
  const [view] = await views(db, [row], now)
  if (!view) throw new Error('one row has one view')
  return view
}

async function views(db: Database, rows: readonly TokenRow[], now: number): Promise<ApiTokenView[]> {
  const limited = rows.filter((row) => !row.reaches_everything).map(({ id }) => id)
  const reached =
    limited.length === 0
      ? []
      : await db
          .selectFrom('api_token_reach')
          .selectAll()
          .where('token_id', 'in', limited)
          .orderBy('organization_id')
          .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    operator: { id: row.operator_id, userName: row.user_name, displayName: row.display_name },
    role: row.role,
    organizationIds: row.reaches_everything
      ? null
      : reached.filter(({ token_id: id }) => id === row.id).map(({ organization_id: id }) => id),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    expired: row.expires_at.getTime() <= now,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }))
}

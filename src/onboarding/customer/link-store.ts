/**
 * Where customer links are kept. The database holds hashes of both secrets: of the token in the address, which works once, and of
 * the session that it is exchanged for, which belongs to one browser and one onboarding.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { PageQuery } from '../../contract/index.ts'
import { type Database, type DatabaseSchema, newestFirst } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from './errors.ts'

export type CustomerLinkRow = Selectable<DatabaseSchema['customer_links']>

/** Long enough for an administrator to look, sign in and wait for the creation. */
const sessionMs = 2 * 60 * 60 * 1000

export interface LinkStore {
  /** Makes one; an earlier one of the same onboarding is revoked. @returns the token, which is kept nowhere */
  create(values: {
    onboardingId: string
    providerName: string
    operatorId: string
    expiresAt: Date
  }): Promise<{ token: string; row: CustomerLinkRow }>
  /** Exchanges the token, once, for a session. @throws CUS_LINK_UNKNOWN */
  open(token: string): Promise<{ session: string; row: CustomerLinkRow }>
  /** The link whose session this is; undefined when it has ended or was revoked. */
  findSession(session: string): Promise<CustomerLinkRow | undefined>
  /** @throws CUS_LINK_NOT_FOUND */
  revoke(id: string): Promise<CustomerLinkRow>
  /** Newest first; of one onboarding when it is named. */
  list(
    page: PageQuery,
    onboardingId?: string,
  ): Promise<{ rows: CustomerLinkRow[]; nextCursor: string | null }>
}

const secret = () => randomBytes(32).toString('base64url')
const sha256 = (text: string) => createHash('sha256').update(text).digest()

export function createLinkStore(db: Database, clock: Clock): LinkStore {
  const now = () => new Date(clock.now())
  return {
    create: async ({ onboardingId, providerName, operatorId, expiresAt }) => {
      const token = secret()
      const row = await db.transaction().execute(async (transaction) => {
        // First, as it holds the onboarding's row: of links made at once each sees, and revokes, the one before.
        await transaction
          .updateTable('onboardings')
          .set({ waits_until: expiresAt })
          .where('id', '=', onboardingId)
          .execute()
        await transaction
          .updateTable('customer_links')
          .set({ revoked_at: now() })
          .where('onboarding_id', '=', onboardingId)
          .where('revoked_at', 'is', null)
          .execute()
        return transaction
          .insertInto('customer_links')
          .values({
            onboarding_id: onboardingId,
            provider_name: providerName,
            token_hash: sha256(token),
            created_by: operatorId,
            created_at: now(),
            expires_at: expiresAt,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      })
      return { token, row }
    },
    open: async (token) => {
      const session = secret()
      // One statement: of two browsers that open it at once, one wins.
      const row = await db
        .updateTable('customer_links')
        .set({
          opened_at: now(),
          session_hash: sha256(session),
          session_expires_at: new Date(clock.now() + sessionMs),
        })
        .where('token_hash', '=', sha256(token))
        .where('opened_at', 'is', null)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now())
        .returningAll()
        .executeTakeFirst()
      if (!row) throw fail('CUS_LINK_UNKNOWN')
      return { session, row }
    },
    findSession: (session) =>
      db
        .selectFrom('customer_links')
        .selectAll()
        .where('session_hash', '=', sha256(session))
        .where('revoked_at', 'is', null)
        .where('session_expires_at', '>', now())
        .executeTakeFirst(),
    revoke: async (id) => {
      const row = await db
        .updateTable('customer_links')
        .set((update) => ({ revoked_at: update.fn.coalesce('revoked_at', sql<Date>`${now()}`) }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!row) throw fail('CUS_LINK_NOT_FOUND')
      await db
        .updateTable('onboardings')
        .set({ waits_until: null })
        .where('id', '=', row.onboarding_id)
        .execute()
      return row
    },
    list: (page, onboardingId) =>
      newestFirst(
        db
          .selectFrom('customer_links')
          .selectAll()
          .$if(onboardingId !== undefined, (query) => query.where('onboarding_id', '=', onboardingId ?? '')),
        page,
      ),
  }
}

/** Who may read a repository with stock restic through the server: made and revoked by operators, off as long as there is nobody. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { ResticAccessView } from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'

type AccessRow = Selectable<DatabaseSchema['restic_accesses']>

export interface ResticAccesses {
  /** Oldest first, at most 20. */
  list(organizationId: string): Promise<ResticAccessView[]>
  /** The password is answered here and never again. @throws JOB_RESTIC_ACCESS_TOO_MANY */
  create(
    organizationId: string,
    access: { readonly label: string; readonly createdBy: string },
  ): Promise<{ readonly access: ResticAccessView; readonly password: string }>
  /** @throws JOB_RESTIC_ACCESS_NOT_FOUND */
  revoke(organizationId: string, id: string): Promise<void>
  /** The access that user and password open; undefined for wrong ones, those of another organization included. */
  verify(
    organizationId: string,
    credentials: { readonly user: string; readonly password: string },
  ): Promise<ResticAccessView | undefined>
}

const mostPerOrganization = 20
const letters = '23456789abcdefghjkmnpqrstuvwxyz'
const usedWithin = 60_000

export function createResticAccesses({ db, clock }: { db: Database; clock: Clock }): ResticAccesses {
  return {
    async list(organizationId) {
      const rows = await db
        .selectFrom('restic_accesses')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(view)
    },
    async create(organizationId, { label, createdBy }) {
      const password = randomBytes(24).toString('base64url')
      const row = await db.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${`restic-access:${organizationId}`}, 0))`.execute(
          transaction,
        )
        const { count } = await transaction
          .selectFrom('restic_accesses')
          .select((e) => e.fn.countAll<string>().as('count'))
          .where('organization_id', '=', organizationId)
          .executeTakeFirstOrThrow()
        if (Number(count) >= mostPerOrganization)
          throw fail('JOB_RESTIC_ACCESS_TOO_MANY', { limit: mostPerOrganization })
        return transaction
          .insertInto('restic_accesses')
          .values({
            organization_id: organizationId,
            user_name: `restic-${[...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('')}`,
            password_hash: hashOf(password),
            label: label.trim(),
            created_by: createdBy,
            created_at: new Date(clock.now()),
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      })
      return { access: view(row), password }
    },
    async revoke(organizationId, id) {
      const { numDeletedRows } = await db
        .deleteFrom('restic_accesses')
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw fail('JOB_RESTIC_ACCESS_NOT_FOUND')
    },
    async verify(organizationId, { user, password }) {
      const row = await db
        .selectFrom('restic_accesses')
        .selectAll()
        .where('user_name', '=', user)
        .executeTakeFirst()
      // The same work for a name that nobody has.
      const right = timingSafeEqual(hashOf(password), row?.password_hash ?? hashOf(''))
      if (!row || !right || row.organization_id !== organizationId) return undefined
      await noteUse(row)
      return view(row)
    },
  }

  /** To the minute: restic sends hundreds of requests. */
  async function noteUse(row: AccessRow): Promise<void> {
    const now = clock.now()
    if (row.last_used_at && now - row.last_used_at.getTime() < usedWithin) return
    await db
      .updateTable('restic_accesses')
      .set({ last_used_at: new Date(now) })
      .where('id', '=', row.id)
      .execute()
  }
}

function view(row: AccessRow): ResticAccessView {
  return {
    id: row.id,
    userName: row.user_name,
    label: row.label,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

function hashOf(password: string): Buffer {
  return createHash('sha256').update(password, 'utf8').digest()
}

import { type Selectable, sql } from 'kysely'
import type { Page, PageQuery, Problem, RemovalView } from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import { decodeCursor, pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'

export type RemovalRow = Selectable<DatabaseSchema['organization_removals']>

export const openStates = ['stopping', 'awaiting-administrator', 'finishing'] as const

/** @throws ORG_REMOVAL_NOT_FOUND */
export async function readRemoval(db: Database, id: string): Promise<RemovalRow> {
  const row = await db.selectFrom('organization_removals').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw fail('ORG_REMOVAL_NOT_FOUND')
  return row
}

/** The newest removal of an organization. */
export async function newestRemoval(db: Database, organizationId: string): Promise<RemovalRow | undefined> {
  return db
    .selectFrom('organization_removals')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** @throws ORG_REMOVAL_NOT_FOUND */
export async function newestOf(db: Database, organizationId: string): Promise<RemovalRow> {
  const row = await newestRemoval(db, organizationId)
  if (!row) throw fail('ORG_REMOVAL_NOT_FOUND')
  return row
}

/** The removal that concerns what is there now; null for one that was taken back or followed by another adding. */
export async function shownRemoval(db: Database, organizationId: string): Promise<RemovalView | null> {
  const row = await newestRemoval(db, organizationId)
  if (!row || row.state === 'abandoned' || row.added_again_at !== null) return null
  return removalView(row)
}

/** Newest first, whatever has become of the organizations since. */
export async function listRemovals(
  db: Database,
  { cursor, limit = 50 }: PageQuery,
  only: readonly string[] | null = null,
): Promise<Page<RemovalView>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])
  const rows = await db
    .selectFrom('organization_removals')
    .selectAll()
    .select(sql<string>`requested_at::text`.as('requested_text'))
    .where('state', '<>', 'abandoned')
    .$if(only !== null, (query) => query.where(sql<boolean>`organization_id = any(${only}::uuid[])`))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(requested_at, id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid)`,
      ),
    )
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageFrom(rows, limit, removalView, (row) => [row.requested_text, row.id])
}

export function removalView(row: RemovalRow): RemovalView {
  return {
    id: row.id,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    state: row.state,
    requestedAt: row.requested_at.toISOString(),
    removedAt: row.removed_at?.toISOString() ?? null,
    taskId: row.task_id,
    backups: {
      state: backupsState(row),
      deleteAt: row.backups_delete_at?.toISOString() ?? null,
      deletedAt: row.backups_deleted_at?.toISOString() ?? null,
      error: row.error as Problem | null,
    },
    addedAgainAt: row.added_again_at?.toISOString() ?? null,
    statement: row.statement,
  }
}

function backupsState(row: RemovalRow): RemovalView['backups']['state'] {
  if (row.backups_deleted_at !== null) return 'deleted'
  if (row.backups_delete_at === null) return 'kept'
  return row.erasing ? 'being-deleted' : 'pending-deletion'
}

/** The tables of restores: rows in, views out. */
import { sql } from 'kysely'
import { decodeCursor } from '../../catalog/index.ts'
import type { Page, PageQuery, Problem, RestoreItemView, RestoreView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { fail } from './errors.ts'

/** Throws `JOB_RESTORE_UNKNOWN`. */
export async function restoreView(db: Database, id: string): Promise<RestoreView> {
  const row = await restoreRows(db).where('restores.id', '=', id).executeTakeFirst()
  if (!row) throw fail('JOB_RESTORE_UNKNOWN', { restore: id })
  return viewOf(row)
}

/** Newest first. */
export async function listRestores(
  db: Database,
  organizationId: string,
  query: PageQuery,
  operatorId: string | null = null,
): Promise<Page<RestoreView>> {
  const limit = query.limit ?? 50
  let rows = restoreRows(db).where('organization_id', '=', organizationId)
  if (operatorId !== null) rows = rows.where('requested_by', '=', operatorId)
  if (query.cursor !== undefined) {
    const [created, id] = decodeCursor(query.cursor, ['time', 'id'])
    rows = rows.where(sql<boolean>`(created_at, restores.id) < (${created}::timestamptz, ${id}::uuid)`)
  }
  const found = await rows
    .orderBy('created_at', 'desc')
    .orderBy('restores.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageFrom(found, limit, viewOf, (row) => [row.created_text, row.id])
}

function nameOf(name: string, version: string | null): string {
  return version === null ? name : `${name} (version ${version})`
}

/** In the order of the restore. */
export async function listRestoreItems(
  db: Database,
  restoreId: string,
  query: PageQuery,
): Promise<Page<RestoreItemView>> {
  await restoreView(db, restoreId)
  const limit = query.limit ?? 50
  let rows = db
    .selectFrom('restore_items')
    .leftJoin('items', 'items.id', 'restore_items.item_id')
    .leftJoin('folder_versions', (join) =>
      join
        .onRef('folder_versions.folder_id', '=', 'restore_items.folder_id')
        .onRef('folder_versions.valid_from', '<=', 'restore_items.folder_point')
        .on((e) =>
          e.or([
            e('folder_versions.valid_to', 'is', null),
            e('folder_versions.valid_to', '>', e.ref('restore_items.folder_point')),
          ]),
        ),
    )
    .select(['item_id', 'version_id', 'restore_items.folder_id', 'position', 'state', 'message_id', 'reason'])
    .select(['subject', 'folder_versions.name'])
    .where('restore_id', '=', restoreId)
  if (query.cursor !== undefined)
    rows = rows.where('position', '>', Number(decodeCursor(query.cursor, ['integer'])[0]))
  const found = await rows
    .orderBy('position')
    .limit(limit + 1)
    .execute()
  return pageFrom(
    found,
    limit,
    (row) => ({
      itemId: row.item_id ?? row.folder_id ?? '',
      subject: nameOf(row.subject ?? row.name ?? '', row.version_id),
      state: row.state,
      messageId: row.message_id,
      reason: row.reason,
    }),
    (row) => [row.position],
  )
}

/** Throws `JOB_RESTORE_TARGET_FULL` when what a restore holds is more than fits; `room` in bytes, null: nobody says. */
export async function requireRoom(db: Database, restoreId: string, room: number | null): Promise<void> {
  if (room === null) return
  const { bytes } = await db
    .selectFrom('restore_items')
    .innerJoin('items', 'items.id', 'restore_items.item_id')
    .leftJoin('file_versions', (join) =>
      join
        .onRef('file_versions.resource_id', '=', 'items.resource_id')
        .onRef('file_versions.external_id', '=', 'items.external_id')
        .onRef('file_versions.version_id', '=', 'restore_items.version_id'),
    )
    .select(sql<string>`coalesce(sum(coalesce(file_versions.size, items.size)), 0)`.as('bytes'))
    .where('restore_id', '=', restoreId)
    .executeTakeFirstOrThrow()
  if (Number(bytes) > room) throw fail('JOB_RESTORE_TARGET_FULL', { bytes: Number(bytes), room })
}

function restoreRows(db: Database) {
  const counted = (...states: string[]) =>
    sql<number>`(select count(*) from restore_items where restore_id = restores.id
      ${states.length > 0 ? sql`and state in (${sql.join(states)})` : sql``})`
  return (
    db
      .selectFrom('restores')
      .select(['id', 'organization_id', 'state', 'folder_name', 'created_at', 'finished_at', 'error'])
      .select(['target_user_id', 'target_user_name', 'target_drive_id', 'target_drive_name'])
      // Microseconds, which a Date would drop, decide the order.
      .select(sql<string>`created_at::text`.as('created_text'))
      .select(counted().as('total'))
      .select(counted('restored').as('restored'))
      .select(counted('already-there').as('already_there'))
      .select(counted('failed').as('failed'))
  )
}

type Row = Awaited<ReturnType<ReturnType<typeof restoreRows>['execute']>>[number]

function viewOf(row: Row): RestoreView {
  return {
    id: row.id,
    organizationId: row.organization_id,
    state: row.state,
    folderName: row.folder_name,
    targetUser:
      row.target_user_id === null
        ? null
        : { id: row.target_user_id, userPrincipalName: row.target_user_name ?? row.target_user_id },
    targetDrive:
      row.target_drive_id === null
        ? null
        : { id: row.target_drive_id, name: row.target_drive_name ?? row.target_drive_id },
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    counts: {
      total: Number(row.total),
      restored: Number(row.restored),
      alreadyThere: Number(row.already_there),
      failed: Number(row.failed),
    },
    error: (row.error as Problem | null) ?? null,
  }
}

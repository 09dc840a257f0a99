/**
 * Takes the catalog back to an earlier restore point, when the later ones were deleted from the repository by something else: what they alone
 * held is unknown again, and the rounds over what changed since begin anew, in which it is met and read once more. Resource by resource, and
 * last the head: whoever is killed in between begins with the first again, and finds done what is done.
 */
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { beginRoundsAnew } from './lost-content.ts'
import { type CatalogTransaction, guarded, type RunGuard } from './run-guard.ts'

/** How a resource stood in a restore point. */
export interface EarlierState {
  readonly resourceId: string
  /** Path in the tree; null where it was not published. */
  readonly directory: string | null
  readonly lastSuccess: { readonly sequence: number; readonly at: Date | null } | null
}

/** All resources of an organization as the restore point `at` had them, as far as the runs tell: the tree has the last word on directories. */
export async function statesAt(db: Database, organizationId: string, at: number): Promise<EarlierState[]> {
  const { rows } = await sql<{
    id: string
    directory: string | null
    sequence: number | null
    at: Date | null
  }>`
    select resources.id, last.directory, last.sequence, last.finished_at as at
    from resources left join lateral (
      select run_resources.directory, runs.sequence, runs.finished_at
      from run_resources join runs on runs.id = run_resources.run_id
      where resource_id = resources.id and run_resources.state = 'succeeded'
        and runs.state in ('succeeded', 'partial') and runs.sequence <= ${at}
      order by runs.sequence desc limit 1
    ) last on true
    where organization_id = ${organizationId} order by resources.id
  `.execute(db)
  return rows.map((row) => ({
    resourceId: row.id,
    directory: row.directory,
    lastSuccess: row.sequence === null ? null : { sequence: row.sequence, at: row.at },
  }))
}

/**
 * Takes a resource back to the restore point `to`; 0 is before the first. Its report in the run under way says so where anything was lost.
 * @throws CAT_RUN_TAKEN_OVER
 */
export async function goBack(
  db: Database,
  guard: RunGuard,
  { resourceId, directory, lastSuccess }: EarlierState,
  to: number,
  notice: string,
): Promise<void> {
  const later = sql`resource_id = ${resourceId} and (valid_from > ${to} or valid_to > ${to})`
  await guarded(db, guard, async (transaction) => {
    const { rows } = await sql<{ id: string }>`
      select folder_id as id from items where ${later} union select folder_id from folder_versions where ${later}
    `.execute(transaction)
    if (rows.length > 0) {
      const folders = rows.map(({ id }) => id)
      await beginRoundsAnew(transaction, resourceId, sql`(select unnest(${folders}::uuid[]))`)
      // The round that tells of the folders themselves.
      await sql`delete from delta_positions where resource_id = ${resourceId} and container = 'folders'`.execute(
        transaction,
      )
      await takeRowsBack(transaction, guard, resourceId, to)
      await sql`
        update run_resources set state = case when state = 'succeeded' then 'waiting' else state end, tree = null,
          items_stored = 0, items_updated = 0, items_removed = 0,
          items_total = (select count(*) from items where resource_id = ${resourceId} and valid_to is null), notice = concat_ws(' ', notice, ${notice}::text)
        where run_id = ${guard.runId} and resource_id = ${resourceId}
      `.execute(transaction)
    }
    await sql`
      update resources set directory = ${directory}, last_success_sequence = ${lastSuccess?.sequence ?? null},
        last_success_at = ${lastSuccess?.at ?? null},
        items = (select count(*) from items where resource_id = ${resourceId} and valid_to is null)
      where id = ${resourceId}
    `.execute(transaction)
  })
}

/** As if no run after `to` had been. What a restore names stays for its list, in no restore point that there is. */
async function takeRowsBack(
  transaction: CatalogTransaction,
  guard: RunGuard,
  resourceId: string,
  to: number,
): Promise<void> {
  const theirs = sql`resource_id = ${resourceId}`
  await sql`delete from gone_folders where ${theirs}`.execute(transaction)
  await sql`
    delete from items where ${theirs} and valid_from > ${to}
      and not exists (select from restore_items where item_id = items.id)
  `.execute(transaction)
  await sql`update items set valid_to = ${guard.sequence} where ${theirs} and valid_from > ${to}`.execute(
    transaction,
  )
  await sql`delete from folder_versions where ${theirs} and valid_from > ${to}`.execute(transaction)
  for (const table of ['items', 'folder_versions'] as const)
    await sql`
      update ${sql.table(table)} set valid_to = null where ${theirs} and valid_from <= ${to} and valid_to > ${to}
    `.execute(transaction)
}

/** Where the next restore point begins: at an earlier one, or with nothing for null. @throws CAT_RUN_TAKEN_OVER */
export async function moveHeadBack(
  db: Database,
  guard: RunGuard,
  organizationId: string,
  head: { readonly sequence: number; readonly snapshotId: string; readonly root: string } | null,
): Promise<void> {
  await guarded(db, guard, async (transaction) => {
    await transaction
      .updateTable('repositories')
      .set({
        head_root: head?.root ?? null,
        head_snapshot_id: head?.snapshotId ?? null,
        head_sequence: head?.sequence ?? 0,
      })
      .where('organization_id', '=', organizationId)
      .execute()
  })
}

/** Rows of the catalog that no restore point shows any more: what ended before the next one that is left, and older versions of files that no state names. */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'

const rowsAtOnce = 5_000

/** Can be repeated; answers how many rows went. What a restore names stays, so that its list can be read. */
export async function forgetRows(db: Database, organizationId: string, signal: AbortSignal): Promise<number> {
  const ended = sql`
    resource_id in (select id from resources where organization_id = ${organizationId})
    and valid_to <= (select head_sequence from repositories where organization_id = ${organizationId})
    and not exists (
      select from runs where organization_id = ${organizationId} and snapshot_id is not null and forgotten_at is null
        and state in ('succeeded', 'partial') and sequence >= row.valid_from and sequence < row.valid_to
    )
  `
  const items = sql`delete from items where id = any(array(
    select id from items row where ${ended} and not exists (select from restore_items where item_id = row.id)
    limit ${rowsAtOnce}))`
  const folders = sql`delete from folder_versions where ctid = any(array(
    select ctid from folder_versions row where ${ended} limit ${rowsAtOnce}))`
  const versions = sql`delete from file_versions where ctid = any(array(
    select ctid from file_versions row where resource_id in (select id from resources where organization_id = ${organizationId})
      and not exists (select from items where items.resource_id = row.resource_id and items.external_id = row.external_id
        and row.version_id = any(items.versions))
    limit ${rowsAtOnce}))`
  let total = 0
  for (const statement of [items, folders, versions]) {
    for (;;) {
      signal.throwIfAborted()
      const { numAffectedRows = 0n } = await statement.execute(db)
      total += Number(numAffectedRows)
      if (numAffectedRows < BigInt(rowsAtOnce)) break
    }
  }
  return total
}

import { sql } from 'kysely'
import type { Database } from '../database/index.ts'

/** Where a container's enumeration goes on. */
export interface Position {
  /** null: from the beginning. */
  readonly link: string | null
  readonly roundDone: boolean
  readonly resync: boolean
  readonly heldSequence: number | null
}

/** Positions of a mailbox by container (`folders`, or a folder's external id): the staged one where there is one. */
export async function positionsOf(db: Database, resourceId: string): Promise<Map<string, Position>> {
  const rows = await db
    .selectFrom('delta_positions')
    .selectAll()
    .where('resource_id', '=', resourceId)
    .execute()
  return new Map(
    rows.map((row) => [
      row.container,
      {
        link: row.staged ? row.staged_link : row.live_link,
        roundDone: row.round_done,
        resync: row.resync,
        heldSequence: row.held_sequence,
      },
    ]),
  )
}

/** Forgets a full enumeration that was broken off, so that it begins anew. */
export async function forgetEnumerated(db: Database, folderId: string): Promise<void> {
  await db.deleteFrom('enumerated_items').where('folder_id', '=', folderId).execute()
}

/** Open items of a folder that its full enumeration did not meet: at most `limit` ids, and how many there are. */
export async function missingItems(
  db: Database,
  folderId: string,
  limit: number,
): Promise<{ readonly externalIds: string[]; readonly missing: number; readonly open: number }> {
  const unmet = sql<boolean>`not exists (
    select 1 from enumerated_items met
    where met.resource_id = items.resource_id and met.folder_id = items.folder_id and met.external_id = items.external_id)`
  const open = db.selectFrom('items').where('folder_id', '=', folderId).where('valid_to', 'is', null)
  const counts = await open
    .select(({ fn }) => [
      fn.countAll<number>().as('open'),
      sql<number>`count(*) filter (where ${unmet})`.as('missing'),
    ])
    .executeTakeFirstOrThrow()
  const rows = await open.select('external_id').where(unmet).orderBy('external_id').limit(limit).execute()
  return {
    externalIds: rows.map((row) => row.external_id),
    missing: Number(counts.missing),
    open: Number(counts.open),
  }
}

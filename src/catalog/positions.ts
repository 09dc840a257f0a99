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

/** What a full enumeration went through: a folder of a mailbox, or a drive as a whole. */
export type EnumeratedScope = { readonly folderId: string } | { readonly resourceId: string }

/** Forgets a full enumeration that was broken off, so that it begins anew. */
export async function forgetEnumerated(db: Database, scope: EnumeratedScope): Promise<void> {
  await db.deleteFrom('enumerated_items').where(within(scope)).execute()
}

function within(scope: EnumeratedScope) {
  return 'folderId' in scope
    ? sql<boolean>`folder_id = ${scope.folderId}`
    : sql<boolean>`resource_id = ${scope.resourceId}`
}

/** Microsoft's ids of the open folders of a drive that its full enumeration did not meet. */
export async function missingFolders(db: Database, resourceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('folder_versions')
    .innerJoin('folders', 'folders.id', 'folder_versions.folder_id')
    .leftJoin('enumerated_items as met', (join) =>
      join
        .onRef('met.resource_id', '=', 'folder_versions.resource_id')
        .onRef('met.folder_id', '=', 'folder_versions.folder_id')
        .onRef('met.external_id', '=', 'folders.external_id'),
    )
    .select('folders.external_id')
    .where('folder_versions.resource_id', '=', resourceId)
    .where('folder_versions.valid_to', 'is', null)
    .where('met.external_id', 'is', null)
    .execute()
  return rows.map((row) => row.external_id)
}

/** How many open items a folder or drive has, and how many of them its full enumeration did not meet. */
export async function countMissing(
  db: Database,
  scope: EnumeratedScope,
): Promise<{ readonly missing: number; readonly open: number }> {
  const open = openItems(db, scope).select(({ fn }) => fn.countAll<number>().as('count'))
  const all = await open.executeTakeFirstOrThrow()
  const missing = await open.where(unmet(scope)).executeTakeFirstOrThrow()
  return { missing: Number(missing.count), open: Number(all.count) }
}

/** Each query for these looks at all that was met, so it asks for many. */
const missingAtOnce = 10_000

/** Their ids, at most `atOnce` at a time. The caller records them as removed or met before it goes on. */
export async function* missingItems(
  db: Database,
  scope: EnumeratedScope,
  atOnce: number,
): AsyncGenerator<string[]> {
  for (let more = true; more; ) {
    const rows = await openItems(db, scope)
      .select('external_id')
      .where(unmet(scope))
      .orderBy('external_id')
      .limit(missingAtOnce)
      .execute()
    const ids = rows.map((row) => row.external_id)
    for (let from = 0; from < ids.length; from += atOnce) yield ids.slice(from, from + atOnce)
    more = ids.length === missingAtOnce
  }
}

function openItems(db: Database, scope: EnumeratedScope) {
  return db.selectFrom('items').where(within(scope)).where('valid_to', 'is', null)
}

function unmet(scope: EnumeratedScope) {
  return sql<boolean>`not exists (
    select 1 from enumerated_items met
    where met.resource_id = items.resource_id and met.external_id = items.external_id ${
      // In a drive the item may have been met elsewhere, and not have been stored there.
      'folderId' in scope ? sql`and met.folder_id = items.folder_id` : sql``
    })`
}

/**
 * Folders: a stable identity of our own for each of Microsoft's, and versions of name, place and path. Names and parents come
 * from Graph by Microsoft's ids; the caller resolves them to a `FolderState` of all folders and hands the whole set over.
 */
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { guarded, type RunGuard, textArray } from './run-guard.ts'
import { type StagedPosition, stagePositions } from './stage-checkpoint.ts'

export interface FolderState {
  readonly id: string
  readonly externalId: string
  readonly parentId: string | null
  readonly name: string
  readonly path: string
  readonly directory: string
  readonly expectedItems: number | null
  readonly isHidden: boolean
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Folders of a resource by our id: as a restore point sees them, or the staged state without `at`. */
export async function foldersOf(
  db: Database,
  resourceId: string,
  at?: number,
): Promise<Map<string, FolderState>> {
  let query = db
    .selectFrom('folder_versions')
    .innerJoin('folders', 'folders.id', 'folder_versions.folder_id')
    .select([
      'folders.id',
      'folders.external_id',
      'folder_versions.parent_id',
      'folder_versions.name',
      'folder_versions.path',
      'folder_versions.directory',
      'folder_versions.expected_items',
      'folder_versions.is_hidden',
      'folder_versions.metadata',
    ])
    .where('folder_versions.resource_id', '=', resourceId)
  query =
    at === undefined
      ? query.where('folder_versions.valid_to', 'is', null)
      : query
          .where('folder_versions.valid_from', '<=', at)
          .where((where) =>
            where.or([
              where('folder_versions.valid_to', 'is', null),
              where('folder_versions.valid_to', '>', at),
            ]),
          )
  const rows = await query.execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        externalId: row.external_id,
        parentId: row.parent_id,
        name: row.name,
        path: row.path,
        directory: row.directory,
        expectedItems: row.expected_items,
        isHidden: row.is_hidden,
        metadata: row.metadata,
      },
    ]),
  )
}

/** Our ids for Microsoft's; unknown folders get one. */
export async function folderIdentities(
  db: Database,
  resourceId: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map()
  await sql`
    insert into folders (resource_id, external_id)
    select ${resourceId}, unnest(${textArray(externalIds)}) on conflict do nothing
  `.execute(db)
  const rows = await db
    .selectFrom('folders')
    .select(['id', 'external_id'])
    .where('resource_id', '=', resourceId)
    .where(sql<boolean>`external_id = any(${textArray(externalIds)})`)
    .execute()
  return new Map(rows.map((row) => [row.external_id, row.id]))
}

/**
 * Replaces the staged set of a resource's folders, together with the position of the round that told it, where there is one of its own. Items in a folder
 * that is gone end with it; those that were moved out turn up in another folder's round and go on with their content.
 * Answers how many items ended. @throws CAT_RUN_TAKEN_OVER
 */
export async function stageFolders(
  db: Database,
  guard: RunGuard,
  resourceId: string,
  before: ReadonlyMap<string, FolderState>,
  after: ReadonlyMap<string, FolderState>,
  position: StagedPosition | null,
): Promise<number> {
  const gone = [...before.values()].filter((folder) => !after.has(folder.id))
  const changed = [...after.values()].filter((folder) => !isSame(before.get(folder.id), folder))
  return guarded(db, guard, async (transaction) => {
    const touched = [...gone, ...changed].map((folder) => folder.id)
    if (touched.length > 0) {
      const versions = sql<boolean>`folder_id = any(${textArray(touched)}::uuid[])`
      await transaction
        .deleteFrom('folder_versions')
        .where(versions)
        .where('valid_from', '=', guard.sequence)
        .execute()
      await transaction
        .updateTable('folder_versions')
        .set({ valid_to: guard.sequence })
        .where(versions)
        .where('valid_to', 'is', null)
        .execute()
    }
    for (let start = 0; start < changed.length; start += 500) {
      await transaction
        .insertInto('folder_versions')
        .values(
          changed.slice(start, start + 500).map((folder) => ({
            folder_id: folder.id,
            resource_id: resourceId,
            valid_from: guard.sequence,
            valid_to: null,
            parent_id: folder.parentId,
            name: folder.name,
            path: folder.path,
            directory: folder.directory,
            expected_items: folder.expectedItems,
            is_hidden: folder.isHidden,
            metadata: JSON.stringify(folder.metadata),
          })),
        )
        .execute()
    }
    let ended = 0
    for (const folder of gone) {
      await transaction
        .deleteFrom('items')
        .where('folder_id', '=', folder.id)
        .where('valid_from', '=', guard.sequence)
        .execute()
      const result = await transaction
        .updateTable('items')
        .set({ valid_to: guard.sequence })
        .where('folder_id', '=', folder.id)
        .where('valid_to', 'is', null)
        .executeTakeFirst()
      ended += Number(result.numUpdatedRows)
      await transaction
        .deleteFrom('delta_positions')
        .where('resource_id', '=', resourceId)
        .where('container', '=', folder.externalId)
        .execute()
    }
    if (position !== null) await stagePositions(transaction, resourceId, [position])
    return ended
  })
}

/** The item count is an estimate for progress: a change of it alone makes no new version. */
function isSame(before: FolderState | undefined, after: FolderState): boolean {
  return (
    before !== undefined &&
    before.name === after.name &&
    before.parentId === after.parentId &&
    before.path === after.path &&
    before.directory === after.directory &&
    before.isHidden === after.isHidden &&
    isDeepStrictEqual(before.metadata, after.metadata)
  )
}

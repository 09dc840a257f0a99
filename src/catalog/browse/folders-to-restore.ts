/** Folders of drives that a restore wants for themselves: those in which no file lies, and, where sharing is wanted, shared ones. */
import { sql } from 'kysely'
import type { Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { restorePoint } from './restore-point.ts'

export interface FolderRow {
  readonly folderId: string
  readonly name: string
  /** The restore point at which it is as it is wanted. */
  readonly point: number
}

/** A folder of a drive as it was at a restore point. */
export interface StoredFolder {
  readonly id: string
  /** The restore point at which it was like this. */
  readonly point: number
  /** Microsoft's ids of the folder, and of the user or, for a document library, its drive. */
  readonly externalId: string
  readonly userId: string
  /** Of a document library. */
  readonly siteId: string | null
  /** From the top of the drive, without the drive's own name. */
  readonly names: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
}

const rowsAtOnce = 1_000

/** In batches; nothing for a selection that names single items. The selection is of the organization (`selectedItems` has held it against it). */
export async function* selectedFolders(
  db: Database,
  organizationId: string,
  selection: Selection,
  sharing: boolean,
): AsyncGenerator<FolderRow[]> {
  if (!('drive' in selection)) return
  const { drive, folders = [], files = [] } = selection
  if (folders.length === 0 && files.length > 0) return
  const point = await restorePoint(db, organizationId, selection.at)
  const isThere = (row: string) =>
    sql`${sql.ref(`${row}.valid_from`)} <= ${point}
      and (${sql.ref(`${row}.valid_to`)} is null or ${sql.ref(`${row}.valid_to`)} > ${point})`
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ folder_id: string; name: string }>`
      with recursive below as (
        select folder_id from folder_versions top where resource_id = ${drive} and ${isThere('top')}
          and ${folders.length === 0 ? sql`parent_id is null` : sql`folder_id = any(${folders}::uuid[])`}
        union
        select child.folder_id from folder_versions child join below on below.folder_id = child.parent_id
        where ${isThere('child')})
      select folder.folder_id, folder.name from folder_versions folder
      where folder.folder_id in (select folder_id from below) and folder.parent_id is not null and ${isThere('folder')}
        and folder.folder_id > ${after}::uuid
        and ((not exists (select from items where items.folder_id = folder.folder_id and ${isThere('items')})
            and not exists (select from folder_versions child where child.parent_id = folder.folder_id and ${isThere('child')}))
          or (${sharing} and jsonb_typeof(folder.metadata -> 'permissions') = 'array'
            and folder.metadata -> 'permissions' <> '[]'::jsonb))
      order by folder.folder_id limit ${rowsAtOnce}
    `.execute(db)
    if (rows.length > 0) yield rows.map((row) => ({ folderId: row.folder_id, name: row.name, point }))
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)?.folder_id ?? after
  }
}

/** Undefined when no restore point holds it any more. */
export async function findFolder(
  db: Database,
  folderId: string,
  point: number,
): Promise<StoredFolder | undefined> {
  const row = await db
    .selectFrom('folder_versions')
    .innerJoin('folders', 'folders.id', 'folder_versions.folder_id')
    .innerJoin('resources', 'resources.id', 'folder_versions.resource_id')
    .select([
      'folders.external_id',
      'resources.external_id as user_external_id',
      'resources.site_external_id',
      'folder_versions.path',
      'folder_versions.metadata',
    ])
    .where('folder_versions.folder_id', '=', folderId)
    .where('folder_versions.valid_from', '<=', point)
    .where((e) =>
      e.or([e('folder_versions.valid_to', 'is', null), e('folder_versions.valid_to', '>', point)]),
    )
    .executeTakeFirst()
  return (
    row && {
      id: folderId,
      point,
      externalId: row.external_id,
      userId: row.user_external_id,
      siteId: row.site_external_id,
      names: row.path.split(' / ').slice(1),
      metadata: row.metadata,
    }
  )
}

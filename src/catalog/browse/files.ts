/** Reading drives at a restore point: what lies in a folder, search by name, one file and the states of it that are kept. */
import { sql } from 'kysely'
import type {
  FileQuery,
  FileSearchQuery,
  FileVersionView,
  FileView,
  FolderContentView,
  FolderStep,
  Page,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { encodeCursor, pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { decodeCursor } from './cursor.ts'
import { findItem, itemsAt, type StoredItem } from './items.ts'
import { driveOwner } from './mailboxes.ts'
import { restorePoint } from './restore-point.ts'
import { wordsCondition } from './words-condition.ts'

/** Folders within folders, at most: OneDrive and SharePoint stop at paths of 400 characters. */
const deepestFolder = 400
const mostVersions = 100

const fileColumns = [
  'items.id',
  'items.resource_id',
  'items.folder_id',
  'items.subject',
  'items.from_name',
  'items.received_at',
  'items.sent_at',
  'items.size',
  'items.metadata',
  'resources.user_principal_name',
  'folder_versions.path',
] as const

type FilesAt = ReturnType<typeof itemsAt>
const selectFile = (files: FilesAt) =>
  files.select(fileColumns).select(sql<string>`lower(items.subject)`.as('sort_name'))
type FileRow = Awaited<ReturnType<ReturnType<typeof selectFile>['execute']>>[number]

function fileView(row: FileRow): FileView {
  return {
    id: row.id,
    kind: 'file',
    driveId: row.resource_id,
    driveAddress: row.user_principal_name,
    folderId: row.folder_id,
    folderPath: row.path,
    name: row.subject,
    size: Number(row.size),
    createdAt: row.sent_at?.toISOString() ?? null,
    modifiedAt: row.received_at?.toISOString() ?? null,
    modifiedBy: row.from_name || null,
    shared: sharedWith(row.metadata) > 0,
  }
}

/** Permissions and links that an item has of its own. */
function sharedWith(metadata: Readonly<Record<string, unknown>>): number {
  const { permissions } = metadata
  return Array.isArray(permissions) ? permissions.length : 0
}

function foldersAt(db: Database, driveId: string, point: number) {
  return db
    .selectFrom('folder_versions')
    .innerJoin('resources', 'resources.id', 'folder_versions.resource_id')
    .where('folder_versions.resource_id', '=', driveId)
    .where('folder_versions.valid_from', '<=', point)
    .where((e) =>
      e.or([e('folder_versions.valid_to', 'is', null), e('folder_versions.valid_to', '>', point)]),
    )
}

/**
 * What lies in one folder of a drive, folders first, by name; without a folder, at its top.
 * Throws `CAT_DRIVE_UNKNOWN`, `CAT_FOLDER_UNKNOWN`, `CAT_RESTORE_POINT_UNKNOWN`, `CAT_BAD_CURSOR`.
 */
export async function listFolderContent(
  db: Database,
  driveId: string,
  query: FileQuery,
): Promise<FolderContentView> {
  const { organizationId } = await driveOwner(db, driveId)
  const point = await restorePoint(db, organizationId, query.at)
  const path = await pathTo(db, driveId, query.folder, point)
  const folder = path.at(-1)
  // A drive that has nothing at this restore point.
  if (!folder) return { items: [], nextCursor: null, path }
  const limit = query.limit ?? 50
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ['integer', 'text', 'id'])
  const found: { view: FileView; place: [number, string, string] }[] = []
  if (after?.[0] !== 1) {
    let folders = foldersAt(db, driveId, point).where('folder_versions.parent_id', '=', folder.id)
    if (after)
      folders = folders.where(
        sql<boolean>`(lower(folder_versions.name), folder_versions.folder_id) > (${after[1]}, ${after[2]}::uuid)`,
      )
    const rows = await folders
      .select([
        'folder_versions.folder_id',
        'folder_versions.name',
        'folder_versions.path',
        'folder_versions.metadata',
        'resources.user_principal_name',
      ])
      .select(sql<string>`lower(folder_versions.name)`.as('sort_name'))
      .orderBy(sql`lower(folder_versions.name)`)
      .orderBy('folder_versions.folder_id')
      .limit(limit + 1)
      .execute()
    for (const row of rows) {
      const { metadata } = row
      found.push({
        view: {
          id: row.folder_id,
          kind: metadata['kind'] === 'notebook' ? 'notebook' : 'folder',
          driveId,
          driveAddress: row.user_principal_name,
          folderId: folder.id,
          folderPath: row.path.slice(0, Math.max(0, row.path.length - row.name.length - ' / '.length)),
          name: row.name,
          size: null,
          createdAt: textOf(metadata['createdAt']),
          modifiedAt: textOf(metadata['modifiedAt']),
          modifiedBy: null,
          shared: sharedWith(metadata) > 0,
        },
        place: [0, row.sort_name, row.folder_id],
      })
    }
  }
  if (found.length <= limit) {
    let files = itemsAt(db, point).where('items.folder_id', '=', folder.id)
    if (after?.[0] === 1)
      files = files.where(sql<boolean>`(lower(items.subject), items.id) > (${after[1]}, ${after[2]}::uuid)`)
    const rows = await selectFile(files)
      .orderBy(sql`lower(items.subject)`)
      .orderBy('items.id')
      .limit(limit + 1 - found.length)
      .execute()
    for (const row of rows) found.push({ view: fileView(row), place: [1, row.sort_name, row.id] })
  }
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ view }) => view),
    nextCursor: found.length > limit && last ? encodeCursor(last.place) : null,
    path,
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** From the drive's top to a folder; to the top itself without one. Empty for a drive that has nothing there. */
async function pathTo(
  db: Database,
  driveId: string,
  folderId: string | undefined,
  point: number,
): Promise<FolderStep[]> {
  const steps: FolderStep[] = []
  let next = folderId ?? null
  do {
    const row = await foldersAt(db, driveId, point)
      .select(['folder_versions.folder_id', 'folder_versions.parent_id', 'folder_versions.name'])
      .where((e) =>
        next === null
          ? e('folder_versions.parent_id', 'is', null)
          : e('folder_versions.folder_id', '=', next),
      )
      .executeTakeFirst()
    if (!row) {
      if (folderId !== undefined && steps.length === 0) throw fail('CAT_FOLDER_UNKNOWN', { folder: folderId })
      break
    }
    steps.unshift({ id: row.folder_id, name: row.name })
    next = row.parent_id
  } while (next !== null && steps.length < deepestFolder)
  return steps
}

/** Files of all drives of an organization (`only` of some, where it is not null) that hold every word in name, folder or who changed them. */
export async function searchFiles(
  db: Database,
  organizationId: string,
  query: FileSearchQuery,
  only: readonly string[] | null = null,
): Promise<Page<FileView>> {
  const point = await restorePoint(db, organizationId, query.at)
  const limit = query.limit ?? 50
  let files = itemsAt(db, point)
    .where('resources.organization_id', '=', organizationId)
    .where('resources.workload', '=', 'drive')
  if (only !== null) files = files.where(sql<boolean>`items.resource_id = any(${only}::uuid[])`)
  if (query.drive !== undefined) files = files.where('items.resource_id', '=', query.drive)
  if (query.cursor !== undefined) {
    const [modified, id] = decodeCursor(query.cursor, ['time', 'id'])
    files = files.where(
      sql<boolean>`(coalesce(items.received_at, '-infinity'), items.id) < (coalesce(${modified}::timestamptz, '-infinity'), ${id}::uuid)`,
    )
  }
  const scope = query.drive === undefined ? { organizationId } : { resourceId: query.drive }
  const words = await wordsCondition(db, query.query, { ...scope, point })
  if (words) files = files.where(words)
  const found = await selectFile(files)
    .orderBy(sql`coalesce(items.received_at, '-infinity')`, 'desc')
    .orderBy('items.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageFrom(found, limit, fileView, (row) => [row.received_at?.toISOString() ?? null, row.id])
}

/** One published version of a file. Throws `CAT_FILE_UNKNOWN`. */
export async function findFile(db: Database, fileId: string): Promise<StoredItem> {
  const file = await findItem(db, fileId).catch((error: unknown) => {
    if (isAppError(error, 'CAT_ITEM_UNKNOWN')) return undefined
    throw error
  })
  if (file?.workload !== 'drive') throw fail('CAT_FILE_UNKNOWN', { file: fileId })
  return file
}

/** The same with where it lies, and every state of it that restore points hold. Throws `CAT_FILE_UNKNOWN`. */
export async function describeFile(
  db: Database,
  fileId: string,
): Promise<{
  readonly stored: StoredItem
  readonly view: FileView
  readonly path: FolderStep[]
  readonly sharedWith: number
  readonly olderVersions: number
  readonly versions: FileVersionView[]
}> {
  const stored = await findFile(db, fileId)
  const head = await restorePoint(db, stored.organizationId)
  const states = await db
    .selectFrom('items')
    .innerJoin('folder_versions', (join) =>
      join
        .onRef('folder_versions.folder_id', '=', 'items.folder_id')
        .onRef('folder_versions.valid_from', '<=', 'items.valid_from')
        .on((e) =>
          e.or([
            e('folder_versions.valid_to', 'is', null),
            e('folder_versions.valid_to', '>', e.ref('items.valid_from')),
          ]),
        ),
    )
    .innerJoin('resources', 'resources.id', 'items.resource_id')
    .select([...fileColumns, 'items.valid_from', 'items.valid_to'])
    .select(sql<number>`cardinality(items.versions)`.as('older_versions'))
    .select(sql<string>`lower(items.subject)`.as('sort_name'))
    .where('items.resource_id', '=', stored.view.mailboxId)
    .where('items.external_id', '=', stored.externalId)
    .where('items.valid_from', '<=', head)
    .orderBy('items.valid_from', 'desc')
    .limit(mostVersions)
    .execute()
  const own = states.find(({ id }) => id === fileId)
  if (!own) throw fail('CAT_FILE_UNKNOWN', { file: fileId })
  return {
    stored,
    view: fileView(own),
    path: await pathTo(db, own.resource_id, own.folder_id, own.valid_from),
    sharedWith: sharedWith(own.metadata),
    olderVersions: own.older_versions,
    versions: states.map((row) => ({
      id: row.id,
      name: row.subject,
      folderPath: row.path,
      size: Number(row.size),
      modifiedAt: row.received_at?.toISOString() ?? null,
      modifiedBy: row.from_name || null,
      fromRun: row.valid_from,
      // What the run in progress ends is still there for everybody.
      untilRun: row.valid_to !== null && row.valid_to <= head ? row.valid_to : null,
    })),
  }
}

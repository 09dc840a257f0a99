import { sql } from 'kysely'
import type {
  DriveQuery,
  DriveView,
  FolderView,
  MailboxQuery,
  MailboxView,
  Page,
  Problem,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { decodeCursor } from './cursor.ts'
import { restorePoint } from './restore-point.ts'

/** Folders of one mailbox that are shown at most; Exchange Online itself stops at 10,000. */
const maximumFolders = 10_000

/**
 * The mailboxes of an organization, or what it has of another workload, by address; `only` those of the ids, where it is not null. `search` looks in
 * name and address.
 */
export async function listMailboxes(
  db: Database,
  organizationId: string,
  query: MailboxQuery,
  only: readonly string[] | null = null,
): Promise<Page<MailboxView>> {
  const { items, nextCursor } = await listResources(db, organizationId, query, only)
  return { items: items.map(({ view }) => view), nextCursor }
}

/** The same of the drives of an organization. */
export async function listDrives(
  db: Database,
  organizationId: string,
  query: DriveQuery,
  only: readonly string[] | null = null,
): Promise<Page<DriveView>> {
  const { items, nextCursor } = await listResources(db, organizationId, { ...query, workload: 'drive' }, only)
  const views = items.map(
    ({ view, isOfSite }): DriveView => ({ ...view, kind: isOfSite ? 'library' : 'oneDrive' }),
  )
  return { items: views, nextCursor }
}

async function listResources(
  db: Database,
  organizationId: string,
  query: MailboxQuery,
  only: readonly string[] | null,
): Promise<Page<{ readonly view: MailboxView; readonly isOfSite: boolean }>> {
  const limit = query.limit ?? 50
  let rows = db
    .selectFrom('resources')
    .select([
      'id',
      'user_principal_name',
      'display_name',
      'items',
      'last_success_at',
      'error',
      'site_external_id',
    ])
    .select(sql<string>`lower(user_principal_name)`.as('name'))
    .where('organization_id', '=', organizationId)
    .where('workload', '=', query.workload ?? 'mail')
    // A user who never had a mailbox is not one.
    .where((e) => e.or([e('last_success_sequence', 'is not', null), e('error', 'is not', null)]))
  if (only !== null) rows = rows.where(sql<boolean>`id = any(${only}::uuid[])`)
  if (query.search) {
    const pattern = `%${query.search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    rows = rows.where(sql<boolean>`lower(user_principal_name) || ' ' || lower(display_name) like ${pattern}`)
  }
  if (query.cursor !== undefined) {
    const [name, id] = decodeCursor(query.cursor, ['text', 'id'])
    rows = rows.where(sql<boolean>`(lower(user_principal_name), id) > (${name}, ${id}::uuid)`)
  }
  const found = await rows
    .orderBy(sql`lower(user_principal_name)`)
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return pageFrom(
    found,
    limit,
    (row) => ({
      view: {
        id: row.id,
        userPrincipalName: row.user_principal_name,
        displayName: row.display_name,
        items: row.items,
        lastBackupAt: row.last_success_at?.toISOString() ?? null,
        error: (row.error as Problem | null) ?? null,
      },
      isOfSite: row.site_external_id !== null,
    }),
    (row) => [row.name, row.id],
  )
}

/** The organization a mailbox belongs to, and what it is there. Throws `CAT_MAILBOX_UNKNOWN`. */
export async function mailboxOwner(db: Database, mailboxId: string) {
  const row = await db
    .selectFrom('resources')
    .select(['organization_id', 'workload', 'external_id', 'user_principal_name'])
    .where('id', '=', mailboxId)
    .where('workload', '<>', 'drive')
    .executeTakeFirst()
  if (!row) throw fail('CAT_MAILBOX_UNKNOWN', { mailbox: mailboxId })
  return {
    organizationId: row.organization_id,
    workload: row.workload,
    /** Microsoft's id of the user. */
    externalId: row.external_id,
    userPrincipalName: row.user_principal_name,
  }
}

/** A drive of an organization by the id that its lists show; undefined for any other text. */
export async function driveByCatalogId(db: Database, organizationId: string, id: string) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined
  const row = await db
    .selectFrom('resources')
    .select(['external_id', 'site_external_id', 'display_name', 'user_principal_name'])
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .where('workload', '=', 'drive')
    .executeTakeFirst()
  return (
    row && {
      /** Microsoft's id of the user, or of a library's drive. */
      externalId: row.external_id,
      siteId: row.site_external_id,
      name: row.site_external_id === null ? row.user_principal_name : row.display_name,
    }
  )
}

/** The organization a drive belongs to. Throws `CAT_DRIVE_UNKNOWN`. */
export async function driveOwner(db: Database, driveId: string): Promise<{ organizationId: string }> {
  const row = await db
    .selectFrom('resources')
    .select('organization_id')
    .where('id', '=', driveId)
    .where('workload', '=', 'drive')
    .executeTakeFirst()
  if (!row) throw fail('CAT_DRIVE_UNKNOWN', { drive: driveId })
  return { organizationId: row.organization_id }
}

/** The folders of a mailbox at a restore point with their item counts, by path: parents stand before their children. */
export async function listFolders(db: Database, mailboxId: string, at?: number): Promise<FolderView[]> {
  const { organizationId } = await mailboxOwner(db, mailboxId)
  const point = await restorePoint(db, organizationId, at)
  const counts = db
    .selectFrom('items')
    .select(['folder_id', (e) => e.fn.countAll<number>().as('count')])
    .where('resource_id', '=', mailboxId)
    .where('valid_from', '<=', point)
    .where((e) => e.or([e('valid_to', 'is', null), e('valid_to', '>', point)]))
    .groupBy('folder_id')
    .as('counts')
  const rows = await db
    .selectFrom('folder_versions as version')
    .leftJoin(counts, 'counts.folder_id', 'version.folder_id')
    .select([
      'version.folder_id',
      'version.parent_id',
      'version.name',
      'version.path',
      'version.is_hidden',
      'counts.count',
    ])
    .where('version.resource_id', '=', mailboxId)
    .where('version.valid_from', '<=', point)
    .where((e) => e.or([e('version.valid_to', 'is', null), e('version.valid_to', '>', point)]))
    .orderBy('version.path')
    .limit(maximumFolders)
    .execute()
  const children = new Map<string | null, typeof rows>()
  const known = new Set(rows.map((row) => row.folder_id))
  for (const row of rows) {
    const parent = row.parent_id !== null && known.has(row.parent_id) ? row.parent_id : null
    children.set(parent, [...(children.get(parent) ?? []), row])
  }
  // A hidden folder in which nothing was taken is of no use to anybody.
  const visit = (parent: string | null): FolderView[] =>
    (children.get(parent) ?? []).flatMap((row) => {
      const below = visit(row.folder_id)
      const items = row.count ?? 0
      if (row.is_hidden && Number(items) === 0 && below.length === 0) return []
      return [{ id: row.folder_id, parentId: parent, name: row.name, path: row.path, items }, ...below]
    })
  return visit(null)
}

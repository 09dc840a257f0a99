/** Reading the catalog's items at a restore point: lists, search, one item. */
import { sql } from 'kysely'
import type { MailItemQuery, MailItemView, MailSearchQuery, Page } from '../../contract/index.ts'
import type { Database, ResourceWorkload } from '../../database/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { decodeCursor } from './cursor.ts'
import { mailboxOwner } from './mailboxes.ts'
import { restorePoint } from './restore-point.ts'
import { wordsCondition } from './words-condition.ts'

const columns = [
  'items.id',
  'items.resource_id',
  'items.folder_id',
  'items.subject',
  'items.from_name',
  'items.from_address',
  'items.people',
  'items.received_at',
  'items.sent_at',
  'items.size',
  'items.is_read',
  'items.is_draft',
  'items.flag',
  'items.importance',
  'items.categories',
  'items.has_attachments',
  'resources.user_principal_name',
  'folder_versions.path',
] as const

/** Items with whose they are and the folder as it was called at the restore point. */
export function itemsAt(db: Database, point: number) {
  return db
    .selectFrom('items')
    .innerJoin('resources', 'resources.id', 'items.resource_id')
    .innerJoin('folder_versions', (join) =>
      join
        .onRef('folder_versions.folder_id', '=', 'items.folder_id')
        .on('folder_versions.valid_from', '<=', point)
        .on((e) =>
          e.or([e('folder_versions.valid_to', 'is', null), e('folder_versions.valid_to', '>', point)]),
        ),
    )
    .where('items.valid_from', '<=', point)
    .where((e) => e.or([e('items.valid_to', 'is', null), e('items.valid_to', '>', point)]))
}

export type ItemsAt = ReturnType<typeof itemsAt>
type ItemRow = Awaited<ReturnType<ReturnType<typeof selectItem>['execute']>>[number]
const selectItem = (items: ItemsAt) => items.select(columns)

function viewOf(row: ItemRow): MailItemView {
  return {
    id: row.id,
    mailboxId: row.resource_id,
    userPrincipalName: row.user_principal_name,
    folderId: row.folder_id,
    folderPath: row.path,
    subject: row.subject,
    from: row.from_address || row.from_name ? { name: row.from_name, address: row.from_address } : null,
    to: row.people.to,
    receivedAt: row.received_at?.toISOString() ?? null,
    sentAt: row.sent_at?.toISOString() ?? null,
    size: Number(row.size),
    isRead: row.is_read,
    isDraft: row.is_draft,
    flag: row.flag,
    importance: row.importance,
    categories: row.categories,
    hasAttachments: row.has_attachments,
  }
}

/** Newest first; mails without a date last. */
async function pageOf(
  items: ItemsAt,
  query: { cursor?: string; limit?: number },
): Promise<Page<MailItemView>> {
  const limit = query.limit ?? 50
  let rows = selectItem(items)
  if (query.cursor !== undefined) {
    const [received, id] = decodeCursor(query.cursor, ['time', 'id'])
    rows = rows.where(
      sql<boolean>`(coalesce(items.received_at, '-infinity'), items.id) < (coalesce(${received}::timestamptz, '-infinity'), ${id}::uuid)`,
    )
  }
  const found = await rows
    .orderBy(sql`coalesce(items.received_at, '-infinity')`, 'desc')
    .orderBy('items.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageFrom(found, limit, viewOf, (row) => [row.received_at?.toISOString() ?? null, row.id])
}

/** The items of a mailbox or one of its folders, newest first. */
export async function listItems(
  db: Database,
  mailboxId: string,
  query: MailItemQuery,
): Promise<Page<MailItemView>> {
  const { organizationId } = await mailboxOwner(db, mailboxId)
  const point = await restorePoint(db, organizationId, query.at)
  let items = itemsAt(db, point).where('items.resource_id', '=', mailboxId)
  if (query.folder !== undefined) items = items.where('items.folder_id', '=', query.folder)
  const scope = { resourceId: mailboxId, point }
  const words = query.search === undefined ? null : await wordsCondition(db, query.search, scope)
  return pageOf(words ? items.where(words) : items, query)
}

/** Mails of all mailboxes of an organization (`only` of some, where it is not null) that hold every word in subject, people or folder. */
export async function searchItems(
  db: Database,
  organizationId: string,
  query: MailSearchQuery,
  only: readonly string[] | null = null,
): Promise<Page<MailItemView>> {
  const point = await restorePoint(db, organizationId, query.at)
  let items = itemsAt(db, point)
    .where('resources.organization_id', '=', organizationId)
    .where('resources.workload', '=', 'mail')
  if (only !== null) items = items.where(sql<boolean>`items.resource_id = any(${only}::uuid[])`)
  if (query.mailbox !== undefined) items = items.where('items.resource_id', '=', query.mailbox)
  if (query.receivedAfter !== undefined)
    items = items.where('items.received_at', '>=', new Date(query.receivedAfter))
  if (query.receivedBefore !== undefined)
    items = items.where('items.received_at', '<', new Date(query.receivedBefore))
  const words = await wordsCondition(db, query.query, { organizationId, point })
  return pageOf(words ? items.where(words) : items, query)
}

/** An item with what is needed to read its content. */
export interface StoredItem {
  readonly view: MailItemView
  readonly organizationId: string
  readonly workload: ResourceWorkload
  /** Microsoft's ids of user, folder and item; of a document library that of its drive instead of the user's. */
  readonly userId: string
  /** Of a document library. */
  readonly siteId: string | null
  readonly folderExternalId: string
  /** What the backup noted of the folder. */
  readonly folderMetadata: Readonly<Record<string, unknown>>
  readonly externalId: string
  readonly people: { cc: Person[]; bcc: Person[]; replyTo: Person[] }
  readonly internetMessageId: string | null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly sha256: string
  /** Data blobs in order. */
  readonly content: readonly string[]
  readonly fileName: string
  /** The last restore point that holds this version: what the folder was called there is what the view says. */
  readonly lastPoint: number
}
type Person = { name: string; address: string }

/** One published version of an item, where it was last. Throws `CAT_ITEM_UNKNOWN`. */
export async function findItem(db: Database, itemId: string): Promise<StoredItem> {
  const [item] = (await findItems(db, [itemId])).values()
  if (!item) throw fail('CAT_ITEM_UNKNOWN', { item: itemId })
  return item
}

/** The same of many, in one question for each restore point they were last in. */
export async function findItems(db: Database, itemIds: readonly string[]): Promise<Map<string, StoredItem>> {
  const places = await db
    .selectFrom('items')
    .innerJoin('resources', 'resources.id', 'items.resource_id')
    .innerJoin('repositories', 'repositories.organization_id', 'resources.organization_id')
    .select(['items.id', 'items.valid_from', 'resources.organization_id'])
    // The last point that is left of those that hold it: what its folder was called before or after may be forgotten.
    .select(
      sql<number | null>`(select max(sequence) from runs
        where runs.organization_id = resources.organization_id and snapshot_id is not null and forgotten_at is null
          and state in ('succeeded', 'partial') and sequence between items.valid_from and repositories.head_sequence
          and (items.valid_to is null or sequence < items.valid_to))`.as('last_point'),
    )
    .where('items.id', 'in', itemIds)
    .whereRef('items.valid_from', '<=', 'repositories.head_sequence')
    .execute()
  const byPoint = Map.groupBy(places, (place) => Number(place.last_point ?? place.valid_from))
  const found = new Map<string, StoredItem>()
  for (const [lastPoint, there] of byPoint) {
    const organizations = new Map(there.map((place) => [place.id, place.organization_id]))
    const rows = await selectStored(
      itemsAt(db, lastPoint).where('items.id', 'in', [...organizations.keys()]),
    ).execute()
    for (const row of rows) {
      const organizationId = organizations.get(row.id)
      if (organizationId !== undefined) found.set(row.id, storedOf(row, organizationId, lastPoint))
    }
  }
  return found
}

type StoredRow = Awaited<ReturnType<ReturnType<typeof selectStored>['execute']>>[number]
const selectStored = (items: ItemsAt) =>
  selectItem(items)
    .innerJoin('folders', 'folders.id', 'items.folder_id')
    .select([
      'resources.workload',
      'resources.external_id as user_external_id',
      'resources.site_external_id',
      'folders.external_id as folder_external_id',
      'folder_versions.metadata as folder_metadata',
      'items.external_id',
      'items.internet_message_id',
      'items.metadata',
      'items.sha256',
      'items.content',
      'items.file_name',
    ])

function storedOf(row: StoredRow, organizationId: string, lastPoint: number): StoredItem {
  return {
    view: viewOf(row),
    organizationId,
    workload: row.workload,
    userId: row.user_external_id,
    siteId: row.site_external_id,
    folderExternalId: row.folder_external_id,
    folderMetadata: row.folder_metadata,
    externalId: row.external_id,
    people: row.people,
    internetMessageId: row.internet_message_id,
    metadata: row.metadata,
    sha256: row.sha256,
    content: row.content,
    fileName: row.file_name,
    lastPoint,
  }
}

/** Names of an item's folder and of those it lies in, from the top down: a name may hold what a path is joined with. */
export async function folderNamesOf(db: Database, { view, lastPoint }: StoredItem): Promise<string[]> {
  return (await foldersDownTo(db, view.folderId, lastPoint)).map(({ name }) => name)
}

/** A folder, and before it those it lies in from the top down, as they were at a restore point. */
export async function foldersDownTo(
  db: Database,
  folderId: string,
  point: number,
): Promise<{ readonly name: string; readonly metadata: Readonly<Record<string, unknown>> }[]> {
  const { rows } = await sql<{ name: string; metadata: Record<string, unknown> }>`
    with recursive above as (
      select folder_id, parent_id, name, metadata, 0 as height from folder_versions
        where folder_id = ${folderId}
          and valid_from <= ${point} and (valid_to is null or valid_to > ${point})
      union all
      select parent.folder_id, parent.parent_id, parent.name, parent.metadata, above.height + 1 from folder_versions parent
        join above on above.parent_id = parent.folder_id
        where parent.valid_from <= ${point} and (parent.valid_to is null or parent.valid_to > ${point})
          and above.height < 300
    )
    select name, metadata from above order by height desc`.execute(db)
  return rows
}

/** The same of what is in mailboxes; files have a door of their own (`files.ts`). Throws `CAT_ITEM_UNKNOWN`. */
export async function findMail(db: Database, itemId: string): Promise<StoredItem> {
  const item = await findItem(db, itemId)
  if (item.workload === 'drive') throw fail('CAT_ITEM_UNKNOWN', { item: itemId })
  return item
}

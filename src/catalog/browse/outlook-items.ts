/** Reading calendars, contacts and tasks at a restore point: lists, search, one item. What an item says of itself stays as it is stored. */
import { sql } from 'kysely'
import type { OutlookItemQuery, OutlookSearchQuery, OutlookWorkloadName, Page } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { decodeCursor } from './cursor.ts'
import { findItem, itemsAt, type StoredItem } from './items.ts'
import { mailboxOwner } from './mailboxes.ts'
import { restorePoint } from './restore-point.ts'
import { wordsCondition } from './words-condition.ts'

const workloads: readonly string[] = ['calendar', 'contacts', 'todo'] satisfies OutlookWorkloadName[]

const isOutlook = (workload: string): workload is OutlookWorkloadName => workloads.includes(workload)

const columns = [
  'items.id',
  'items.resource_id',
  'items.folder_id',
  'items.subject',
  'items.received_at',
  'items.size',
  'items.categories',
  'items.has_attachments',
  'items.metadata',
  'resources.user_principal_name',
  'folder_versions.path',
] as const

type ItemsAt = ReturnType<typeof itemsAt>
const selectRow = (items: ItemsAt) =>
  items.select(columns).select(sql<string>`lower(items.subject)`.as('sort_name'))
type Row = Awaited<ReturnType<ReturnType<typeof selectRow>['execute']>>[number]

/** An item as the list shows it, with the properties that Microsoft gave it, but for its text. */
export interface OutlookRow {
  readonly id: string
  readonly mailboxId: string
  readonly userPrincipalName: string
  readonly workload: OutlookWorkloadName
  readonly folderId: string
  readonly folderPath: string
  readonly title: string
  readonly size: number
  readonly categories: string[]
  readonly hasAttachments: boolean
  readonly metadata: Readonly<Record<string, unknown>>
}

const rowOf =
  (workload: OutlookWorkloadName) =>
  (row: Row): OutlookRow => ({
    id: row.id,
    mailboxId: row.resource_id,
    userPrincipalName: row.user_principal_name,
    workload,
    folderId: row.folder_id,
    folderPath: row.path,
    title: row.subject,
    size: Number(row.size),
    categories: row.categories,
    hasAttachments: row.has_attachments,
    metadata: row.metadata,
  })

/** Contacts by name; all else the latest first, what has no time last. */
async function pageOf(
  items: ItemsAt,
  workload: OutlookWorkloadName,
  query: { cursor?: string; limit?: number },
): Promise<Page<OutlookRow>> {
  const limit = query.limit ?? 50
  let rows = selectRow(items)
  if (workload === 'contacts') {
    if (query.cursor !== undefined) {
      const [name, id] = decodeCursor(query.cursor, ['text', 'id'])
      rows = rows.where(sql<boolean>`(lower(items.subject), items.id) > (${name}, ${id}::uuid)`)
    }
    const found = await rows
      .orderBy(sql`lower(items.subject)`)
      .orderBy('items.id')
      .limit(limit + 1)
      .execute()
    return pageFrom(found, limit, rowOf(workload), (row) => [row.sort_name, row.id])
  }
  if (query.cursor !== undefined) {
    const [time, id] = decodeCursor(query.cursor, ['time', 'id'])
    rows = rows.where(
      sql<boolean>`(coalesce(items.received_at, '-infinity'), items.id) < (coalesce(${time}::timestamptz, '-infinity'), ${id}::uuid)`,
    )
  }
  const found = await rows
    .orderBy(sql`coalesce(items.received_at, '-infinity')`, 'desc')
    .orderBy('items.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageFrom(found, limit, rowOf(workload), (row) => [row.received_at?.toISOString() ?? null, row.id])
}

/**
 * What is in a user's calendars, contacts or tasks, or in one of their folders.
 * Throws `CAT_MAILBOX_UNKNOWN` (for mails, too), `CAT_RESTORE_POINT_UNKNOWN`, `CAT_BAD_CURSOR`.
 */
export async function listOutlookItems(
  db: Database,
  mailboxId: string,
  query: OutlookItemQuery,
): Promise<Page<OutlookRow>> {
  const { organizationId, workload } = await mailboxOwner(db, mailboxId)
  if (!isOutlook(workload)) throw fail('CAT_MAILBOX_UNKNOWN', { mailbox: mailboxId })
  const point = await restorePoint(db, organizationId, query.at)
  let items = itemsAt(db, point).where('items.resource_id', '=', mailboxId)
  if (query.folder !== undefined) items = items.where('items.folder_id', '=', query.folder)
  const scope = { resourceId: mailboxId, point }
  const words = query.search === undefined ? null : await wordsCondition(db, query.search, scope)
  return pageOf(words ? items.where(words) : items, workload, query)
}

/** The same of all users of an organization (`only` of some, where it is not null): what holds every word. */
export async function searchOutlookItems(
  db: Database,
  organizationId: string,
  query: OutlookSearchQuery,
  only: readonly string[] | null = null,
): Promise<Page<OutlookRow>> {
  const point = await restorePoint(db, organizationId, query.at)
  let items = itemsAt(db, point)
    .where('resources.organization_id', '=', organizationId)
    .where('resources.workload', '=', query.workload)
  if (only !== null) items = items.where(sql<boolean>`items.resource_id = any(${only}::uuid[])`)
  if (query.mailbox !== undefined) items = items.where('items.resource_id', '=', query.mailbox)
  const scope = query.mailbox === undefined ? { organizationId } : { resourceId: query.mailbox }
  const words = await wordsCondition(db, query.query, { ...scope, point })
  return pageOf(words ? items.where(words) : items, query.workload, query)
}

/** One published version of an event, contact or task. Throws `CAT_ITEM_UNKNOWN`. */
export async function findOutlookItem(
  db: Database,
  itemId: string,
): Promise<{ readonly stored: StoredItem; readonly row: OutlookRow }> {
  const stored = await findItem(db, itemId)
  const { view, workload, metadata } = stored
  if (!isOutlook(workload)) throw fail('CAT_ITEM_UNKNOWN', { item: itemId })
  const { id, mailboxId, userPrincipalName, folderId, folderPath, size, categories, hasAttachments } = view
  return {
    stored,
    row: {
      id,
      mailboxId,
      userPrincipalName,
      workload,
      folderId,
      folderPath,
      size,
      categories,
      hasAttachments,
      title: view.subject,
      metadata,
    },
  }
}

/** When the first of these items is, milliseconds since the epoch; null where none of them has a time. */
export async function firstTime(db: Database, itemIds: readonly string[]): Promise<number | null> {
  const { first } = await db
    .selectFrom('items')
    .select((e) => e.fn.min('received_at').as('first'))
    .where(sql<boolean>`id = any(${itemIds}::uuid[])`)
    .executeTakeFirstOrThrow()
  return first?.getTime() ?? null
}

/** What a selection names at its restore point: everything that is restored or downloaded together. */
import { sql } from 'kysely'
import type { Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { fail } from '../errors.ts'
import { findItems, type ItemsAt, itemsAt, type StoredItem } from './items.ts'
import { driveOwner, mailboxOwner } from './mailboxes.ts'
import { restorePoint } from './restore-point.ts'
import { wordsCondition } from './words-condition.ts'

/** Throws `CAT_ITEM_UNKNOWN` or `CAT_MAILBOX_UNKNOWN` when a selection names anything outside of the mailboxes. */
export async function requireWithin(
  db: Database,
  selection: Selection,
  mailboxIds: readonly string[],
): Promise<void> {
  if ('drive' in selection) {
    // Its files are looked for in the drive alone.
    if (!mailboxIds.includes(selection.drive)) throw fail('CAT_DRIVE_UNKNOWN', { drive: selection.drive })
    return
  }
  if (!('items' in selection)) {
    if (!mailboxIds.includes(selection.mailbox))
      throw fail('CAT_MAILBOX_UNKNOWN', { mailbox: selection.mailbox })
    return
  }
  const outside = await db
    .selectFrom('items')
    .select('id')
    .where('id', 'in', selection.items)
    .where(sql<boolean>`resource_id <> all(${mailboxIds}::uuid[])`)
    .limit(1)
    .executeTakeFirst()
  if (outside) throw fail('CAT_ITEM_UNKNOWN', { item: outside.id })
}

/**
 * The ids of the items a selection names, all of the given organization, in batches, folder by folder.
 * Throws `CAT_ITEM_UNKNOWN` or `CAT_MAILBOX_UNKNOWN` for what does not exist there.
 */
export async function* selectedItems(
  db: Database,
  organizationId: string,
  selection: Selection,
): AsyncGenerator<string[]> {
  if ('drive' in selection) {
    yield* selectedOfDrive(db, organizationId, selection)
    return
  }
  if ('items' in selection) {
    const ids = [...new Set(selection.items)]
    const rows = await db
      .selectFrom('items')
      .innerJoin('resources', 'resources.id', 'items.resource_id')
      .innerJoin('repositories', 'repositories.organization_id', 'resources.organization_id')
      .select('items.id')
      .where('items.id', 'in', ids)
      .where('resources.organization_id', '=', organizationId)
      .whereRef('items.valid_from', '<=', 'repositories.head_sequence')
      .execute()
    const known = new Set(rows.map((row) => row.id))
    const missing = ids.find((id) => !known.has(id))
    if (missing !== undefined) throw fail('CAT_ITEM_UNKNOWN', { item: missing })
    yield ids
    return
  }
  const owner = await mailboxOwner(db, selection.mailbox)
  if (owner.organizationId !== organizationId)
    throw fail('CAT_MAILBOX_UNKNOWN', { mailbox: selection.mailbox })
  const point = await restorePoint(db, organizationId, selection.at)
  let items = itemsAt(db, point).where('items.resource_id', '=', selection.mailbox)
  if (selection.folder !== undefined) {
    items = items.where(isBelow(selection.mailbox, [selection.folder], point))
  }
  const scope = { resourceId: selection.mailbox, point }
  const words = selection.search === undefined ? null : await wordsCondition(db, selection.search, scope)
  if (words) items = items.where(words)
  yield* inBatches(items)
}

/** So many items are read from the database at once: each can name the blobs of many gigabytes. */
const readAtOnce = 25

/** The items themselves, in the same order. Throws the same, and `CAT_ITEM_UNKNOWN` for one that is gone when its turn comes. */
export async function* storedItems(
  db: Database,
  organizationId: string,
  selection: Selection,
): AsyncGenerator<StoredItem> {
  for await (const batch of selectedItems(db, organizationId, selection))
    for (let at = 0; at < batch.length; at += readAtOnce) {
      const ids = batch.slice(at, at + readAtOnce)
      const items = await findItems(db, ids)
      for (const id of ids) {
        const item = items.get(id)
        if (!item) throw fail('CAT_ITEM_UNKNOWN', { item: id })
        yield item
      }
    }
}

async function* selectedOfDrive(
  db: Database,
  organizationId: string,
  selection: DriveSelection,
): AsyncGenerator<string[]> {
  const { drive, folders = [], files = [] } = selection
  if ((await driveOwner(db, drive)).organizationId !== organizationId)
    throw fail('CAT_DRIVE_UNKNOWN', { drive })
  const point = await restorePoint(db, organizationId, selection.at)
  const items = itemsAt(db, point).where('items.resource_id', '=', drive)
  if (folders.length === 0 && files.length === 0) return yield* inBatches(items)
  const known = await items
    .where('items.id', 'in', [...files, noId])
    .select('items.id')
    .execute()
  const ids = new Set(known.map((row) => row.id))
  const missing = files.find((id) => !ids.has(id))
  if (missing !== undefined) throw fail('CAT_FILE_UNKNOWN', { file: missing })
  if (ids.size > 0) yield [...ids]
  if (folders.length === 0) return
  for await (const batch of inBatches(items.where(isBelow(drive, folders, point)))) {
    const more = batch.filter((id) => !ids.has(id))
    if (more.length > 0) yield more
  }
}
type DriveSelection = Extract<Selection, { drive: string }>
/** So that no list is empty. */
const noId = '00000000-0000-0000-0000-000000000000'

/** In one of the folders, or in one below at that restore point. */
function isBelow(resourceId: string, folders: readonly string[], point: number) {
  return sql<boolean>`items.folder_id in (
    with recursive below as (
      select id from folders where id = any(${folders}::uuid[]) and resource_id = ${resourceId}
      union
      select child.folder_id from folder_versions child join below on below.id = child.parent_id
      where child.valid_from <= ${point} and (child.valid_to is null or child.valid_to > ${point}))
    select id from below)`
}

async function* inBatches(items: ItemsAt): AsyncGenerator<string[]> {
  const batch = 1000
  let after: string | null = null
  for (;;) {
    let next = items.select('items.id')
    if (after !== null) next = next.where('items.id', '>', after)
    const rows = await next.orderBy('items.id').limit(batch).execute()
    if (rows.length > 0) yield rows.map((row) => row.id)
    if (rows.length < batch) return
    after = rows.at(-1)?.id ?? after
  }
}

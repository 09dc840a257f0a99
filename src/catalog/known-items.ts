import { sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { textArray } from './run-guard.ts'

/** The newest version of an item, which may have ended. */
export interface KnownItem {
  readonly externalId: string
  readonly folderId: string
  readonly validFrom: number
  readonly validTo: number | null
  readonly bucket: string
  readonly fileName: string
  readonly size: number
  readonly sha256: string
  readonly content: string[]
  readonly changeKey: string
  readonly fingerprint: string
  readonly isDraft: boolean
  readonly receivedAt: number | null
  readonly metadata: Record<string, unknown>
  /** Older versions of a file that lie beside it, and their directory. */
  readonly versions: readonly string[]
  readonly versionsTree: string | null
}

/**
 * The newest version of each of the items, staged ones included. Ended versions come too: an item that was removed from one
 * folder turns up in another when it was moved, and its content need not be fetched again.
 */
export async function knownItems(
  db: Database,
  resourceId: string,
  externalIds: readonly string[],
): Promise<Map<string, KnownItem>> {
  if (externalIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('items')
    .distinctOn('external_id')
    .select([
      'external_id',
      'folder_id',
      'valid_from',
      'valid_to',
      'bucket',
      'file_name',
      'size',
      'sha256',
      'content',
      'change_key',
      'fingerprint',
      'is_draft',
      'received_at',
      'metadata',
      'versions',
      'versions_tree',
    ])
    .where('resource_id', '=', resourceId)
    .where(sql<boolean>`external_id = any(${textArray(externalIds)})`)
    .orderBy('external_id')
    .orderBy('valid_from', 'desc')
    .execute()
  return new Map(
    rows.map((row) => [
      row.external_id,
      {
        externalId: row.external_id,
        folderId: row.folder_id,
        validFrom: row.valid_from,
        validTo: row.valid_to,
        bucket: row.bucket,
        fileName: row.file_name,
        size: Number(row.size),
        sha256: row.sha256,
        content: row.content,
        changeKey: row.change_key,
        fingerprint: row.fingerprint,
        isDraft: row.is_draft,
        receivedAt: row.received_at?.getTime() ?? null,
        metadata: row.metadata,
        versions: row.versions,
        versionsTree: row.versions_tree,
      },
    ]),
  )
}

/** Open items of a folder. */
export async function countFolderItems(db: Database, folderId: string): Promise<number> {
  const { count } = await db
    .selectFrom('items')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('folder_id', '=', folderId)
    .where('valid_to', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Open items of a mailbox, staged ones included. */
export async function countResourceItems(db: Database, resourceId: string): Promise<number> {
  const { count } = await db
    .selectFrom('items')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('resource_id', '=', resourceId)
    .where('valid_to', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

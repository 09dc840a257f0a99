/**
 * The dates of folders that a restore makes. They are set when all is in them, since what is put into a folder may change its date. Until then
 * each is a row, written before the folder is made: whoever goes on with a restore that broke off finds which folders are its own.
 */
import type { Database } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import { dateFolder } from '../../workloads/index.ts'

export interface FolderToDate {
  readonly driveId: string
  readonly parentId: string
  readonly name: string
  /** RFC 3339; null where nothing is known. */
  readonly createdAt: string | null
  readonly modifiedAt: string | null
}

const rowsAtOnce = 100

/** Has a folder that is about to be made dated when the restore is through. Can be repeated. */
export async function noteFolder(db: Database, restoreId: string, folder: FolderToDate): Promise<void> {
  const { driveId, parentId, name, createdAt, modifiedAt } = folder
  await db
    .insertInto('restored_folders')
    .values({
      restore_id: restoreId,
      drive_id: driveId,
      parent_id: parentId,
      name,
      created_at: createdAt,
      modified_at: modifiedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Those that were made last first: a folder comes after all that lies in it. What somebody has deleted or renamed since is passed over.
 * @param ready asked before each; what it throws ends the work
 * @throws MicrosoftError, the signal's reason
 */
export async function dateFolders(
  db: Database,
  restoreId: string,
  graph: GraphClient,
  ready: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const rows = await db
      .selectFrom('restored_folders')
      .select(['number', 'drive_id', 'parent_id', 'name', 'created_at', 'modified_at'])
      .where('restore_id', '=', restoreId)
      .orderBy('number', 'desc')
      .limit(rowsAtOnce)
      .execute()
    if (rows.length === 0) return
    for (const row of rows) {
      signal.throwIfAborted()
      await ready()
      const dates = { createdAt: row.created_at, modifiedAt: row.modified_at }
      await dateFolder(graph, row.drive_id, row.parent_id, row.name, dates, signal)
      await db
        .deleteFrom('restored_folders')
        .where('restore_id', '=', restoreId)
        .where('number', '=', row.number)
        .execute()
    }
  }
}

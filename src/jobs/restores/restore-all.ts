/** The work of a restore that this process holds: its rows one after the other, and what is left to do when they are through. */
import { findFolder, findItem, folderNamesOf, foldersDownTo } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { type GraphClient, isNotFound } from '../../microsoft/index.ts'
import type { Repository } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { fail } from './errors.ts'
import { dateFolders, noteFolder } from './folder-dates.ts'
import { type MemoryRoom, memoryOf } from './memory-room.ts'
import type { OwnedRestore } from './restore-lease.ts'
import { type Place, type Restored, type RestoreOrder, type RestoreTools, restorers } from './restorers.ts'
import type { Turns } from './turns.ts'
import { versionToRestore } from './versions.ts'

export interface RestoreWork {
  readonly db: Database
  readonly id: string
  readonly claim: OwnedRestore
  readonly graph: GraphClient
  readonly repository: Repository
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly inTurn: Turns
  readonly room: MemoryRoom
  /** Asked before each request that writes: restore rights may end, or be taken away, while a restore runs. */
  readonly requireRights: () => Promise<void>
  /** After each row. */
  readonly publish: () => Promise<void>
}

/** Mails in work at once: Graph allows four requests per mailbox, and a backup may want some of them. */
const concurrency = 2
const batchSize = 50
/** What was found first is forgotten then, and looked for again. */
const mostRemembered = 1_000

interface Row {
  readonly item_id: string | null
  readonly version_id: string | null
  readonly folder_id: string | null
  readonly folder_point: number | null
  readonly position: number
  readonly state: string
}

/** Goes on where an earlier try was broken off. @throws the signal's reason, what the database throws */
export async function restoreAll(work: RestoreWork): Promise<void> {
  const { db, id, claim, clock, graph, inTurn, logger, repository, room, signal } = work
  const found = new Map<string, Promise<string>>()
  const tools: RestoreTools = {
    graph,
    repository,
    clock,
    signal,
    inTurn,
    folderNames: (item) => folderNamesOf(db, item),
    foldersDownTo: (folderId, point) => foldersDownTo(db, folderId, point),
    noteFolder: (folder) => noteFolder(db, id, folder),
    remembered(key, find) {
      const known = found.get(key)
      if (known) return known
      if (found.size >= mostRemembered) found.delete(found.keys().next().value ?? '')
      const made = find()
      found.set(key, made)
      made.catch(() => found.delete(key))
      return made
    },
    order: orderOf(claim),
  }
  for (;;) {
    const batch = await db
      .selectFrom('restore_items')
      .select(['item_id', 'version_id', 'folder_id', 'folder_point', 'position', 'state'])
      .where('restore_id', '=', id)
      .where('state', 'in', ['waiting', 'creating'])
      .orderBy('position')
      .limit(batchSize)
      .execute()
    if (batch.length === 0) break
    const queue = batch.values()
    const worker = async () => {
      for (const row of queue) {
        signal.throwIfAborted()
        await restoreOne(row)
        await work.publish()
      }
    }
    // Nothing of a worker may go on when the restore has ended for another one.
    const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
  await setDates()

  /** After a refusal the rest is left, so that no trouble is met once for each: a restore can do without. */
  async function setDates(): Promise<void> {
    try {
      await dateFolders(db, id, graph, work.requireRights, signal)
    } catch (error) {
      if (signal.aborted) throw error
      logger.warn({ error, restore: id }, 'dates of folders that a restore made were left as they are')
    }
  }

  async function restoreOne(row: Row): Promise<void> {
    const record = (values: {
      state: 'creating' | 'restored' | 'already-there' | 'failed'
      message_id?: string
      reason?: string | null
    }) =>
      db
        .updateTable('restore_items')
        .set(values)
        .where('restore_id', '=', id)
        .where('position', '=', row.position)
        .execute()
    let place: Place | undefined
    try {
      await work.requireRights()
      const resumed = row.state === 'creating'
      let result: Restored
      if (row.item_id === null) {
        await record({ state: 'creating' })
        result = await restoreFolder(row, resumed)
      } else {
        const item =
          row.version_id === null
            ? await findItem(db, row.item_id)
            : await versionToRestore(db, row.item_id, row.version_id, claim.conflict)
        const restorer = restorers[item.workload]
        const there = await restorer.place(tools, item)
        place = there
        await record({ state: 'creating' })
        result = await room.hold(memoryOf(item.view.size), signal, () =>
          restorer.restore(tools, item, there, resumed),
        )
      }
      const { outcome, messageId, notes = [] } = result
      const reason = notes.length === 0 ? null : notes.join(' ')
      await record({ state: outcome, message_id: messageId, reason })
    } catch (error) {
      if (signal.aborted) throw error
      // Somebody may have deleted the folder: the next mail makes it anew.
      if (isNotFound(error) && place) found.delete(place.key)
      if (!isAppError(error))
        logger.error(
          { error, restore: id, item: row.item_id ?? row.folder_id },
          'restoring an item failed unexpectedly',
        )
      await record({
        state: 'failed',
        reason: isAppError(error)
          ? `${error.message} ${error.remedy}`
          : 'Unexpected error; see the server log.',
      })
    }
  }

  async function restoreFolder({ folder_id, folder_point }: Row, resumed: boolean): Promise<Restored> {
    const folder = await findFolder(db, folder_id ?? '', folder_point ?? 0)
    if (!folder || !restorers.drive.restoreFolder) throw fail('JOB_RESTORE_FOLDER_GONE')
    return restorers.drive.restoreFolder(tools, folder, resumed)
  }
}

function orderOf(claim: OwnedRestore): RestoreOrder {
  return {
    destination:
      claim.target_user_id !== null
        ? { userId: claim.target_user_id }
        : claim.target_drive_id !== null
          ? { driveId: claim.target_drive_id }
          : null,
    folderKind: claim.folder_kind,
    folderName: claim.folder_name,
    conflict: claim.conflict,
    sharing: claim.sharing,
    askedAt: claim.created_at,
  }
}

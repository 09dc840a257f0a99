/**
 * The messages of one folder: the delta round from where the last one ended, page by page. The position that is recorded is
 * always the one whose page is stored. A lost position leads to a full enumeration in which unchanged messages are recognized
 * by their change key and not fetched again; what it does not meet is removed (see `held-removals.ts`). Where the cloud tracks no
 * changes every round is such an enumeration, and begins anew after an interruption.
 */
import {
  countFolderItems,
  type FolderState,
  forgetEnumerated,
  missingItems,
  type Position,
} from '../../catalog/index.ts'
import { isResyncRequired, isTruncatedAnswer } from '../../microsoft/index.ts'
import { enumerateMessages, meansGone, messagesStillIn } from '../../workloads/index.ts'
import { fail } from '../errors.ts'
import { holdsBack, noteHeld } from '../resource/held-removals.ts'
import { addNotice } from '../resource/resource-progress.ts'
import { type MessageStore, storeMessages } from './store-messages.ts'

const removalsAtOnce = 1_000
const none: ReadonlySet<string> = new Set()

export async function backUpFolder(
  store: MessageStore,
  folder: FolderState,
  position: Position | undefined,
): Promise<void> {
  const { context } = store
  const { db, guard, logger } = context
  if (position?.heldSequence === guard.sequence) return
  let link = position?.link ?? null
  let resync = position?.resync ?? false
  // Without a position but with items, the position was lost: what is no longer there has to be found.
  if (link === null && (await countFolderItems(db, folder.id)) > 0) {
    await forgetEnumerated(db, { folderId: folder.id })
    resync = true
  }
  const heldSequence = position?.heldSequence ?? null
  try {
    for (let restarted = false; ; restarted = true) {
      try {
        await round(store, folder, link, resync, heldSequence)
        return
      } catch (error) {
        if (restarted || link === null || !isResyncRequired(error)) throw error
        logger.warn({ folder: folder.id }, 'delta position lost, the folder is enumerated in full')
        await store.buffer.record()
        await forgetEnumerated(db, { folderId: folder.id })
        link = null
        resync = true
      }
    }
  } catch (error) {
    if (isTruncatedAnswer(error) && !context.signal.aborted) {
      const said = fail('JOB_FOLDER_UNREADABLE', { folder: folder.path })
      addNotice(context.progress, said)
      return
    }
    // Deleted since the folders were read: the next run's folder round says so. The mailbox itself is there.
    if (!meansGone(error) || context.signal.aborted) throw error
    logger.info({ folder: folder.id }, 'folder is gone since the folders were read')
  }
}

async function round(
  store: MessageStore,
  folder: FolderState,
  link: string | null,
  resync: boolean,
  heldSequence: number | null,
): Promise<void> {
  const { buffer, context } = store
  const { graph, resource: mailbox, signal } = context
  for await (const page of enumerateMessages(graph, mailbox.externalId, folder.externalId, link, signal)) {
    await storeMessages(store, folder, page.messages)
    if (resync) {
      for (const message of page.messages) {
        if (!message['@removed']) buffer.enumerated(folder.id, message.id)
      }
    }
    const position = {
      container: folder.externalId,
      link: page.position,
      roundDone: page.roundDone,
      heldSequence,
    }
    if (page.roundDone && resync) await finishResync(store, folder, position)
    else buffer.position({ ...position, resync })
    await buffer.recordIfDue()
  }
}

async function finishResync(
  { buffer, context }: MessageStore,
  folder: FolderState,
  position: { container: string; link: string | null; roundDone: boolean; heldSequence: number | null },
): Promise<void> {
  const { db, graph, guard, resource: mailbox, progress, signal } = context
  await buffer.record()
  const first = await missingItems(db, { folderId: folder.id }, removalsAtOnce)
  const isListing = position.link === null
  if (!isListing && holdsBack(first.missing, first.open, position.heldSequence, guard.sequence)) {
    noteHeld(progress, first.missing, first.open, `folder ${folder.path}`)
    buffer.position({ ...position, link: null, resync: false, heldSequence: guard.sequence })
  } else {
    for (let found = first.externalIds; found.length > 0; ) {
      const there = isListing
        ? await messagesStillIn(graph, mailbox.externalId, folder.externalId, found, signal)
        : none
      for (const id of found) {
        if (there.has(id)) buffer.enumerated(folder.id, id)
        else buffer.remove(id)
      }
      progress.itemsRemoved += found.length - there.size
      await buffer.record()
      found = (await missingItems(db, { folderId: folder.id }, removalsAtOnce)).externalIds
    }
    buffer.position({ ...position, resync: false, heldSequence: null })
  }
  buffer.enumerationDone(folder.id)
}

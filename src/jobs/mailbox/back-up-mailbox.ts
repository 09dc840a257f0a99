/**
 * Backs one mailbox up: folders, then what earlier runs could not fetch, then each folder's messages, then the tree. All of it
 * is staged; publishing is the run's.
 */
import { countResourceItems, type FolderState, type Position, positionsOf } from '../../catalog/index.ts'
import {
  isRecoverableRoot,
  mailLayout,
  meansGone,
  meansItemFailed,
  readMessage,
  settingsFile,
} from '../../workloads/index.ts'
import { createCheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import { loadFailedItems } from '../resource/failed-items.ts'
import { layOutResource } from '../resource/lay-out-resource.ts'
import type { ResourceContext, ResourceResult } from '../resource/resource-context.ts'
import { backUpFolder } from './back-up-folder.ts'
import { backUpFolders } from './back-up-folders.ts'
import { backUpSettings } from './back-up-settings.ts'
import { createBucketAssignment } from './bucket-assignment.ts'
import { type MessageStore, storeMessage } from './store-messages.ts'
import { isAskedFor, isTaken } from './taken-folders.ts'

/**
 * @throws MicrosoftError when the mailbox as a whole cannot be read: its staged rows wait for the next run; CAT_RUN_TAKEN_OVER;
 *   STO_ errors; the signal's reason
 */
export async function backUpMailbox(context: ResourceContext): Promise<ResourceResult> {
  const { db, resource: mailbox, progress, signal } = context
  const positions = await positionsOf(db, mailbox.resourceId)
  const folders = await backUpFolders(context, positions.get('folders'))
  const buffer = createCheckpointBuffer(context)
  const buckets = createBucketAssignment(db)
  buffer.onRecorded(() => buckets.reset())
  const failedItems = await loadFailedItems(context, buffer)
  const store: MessageStore = { context, buffer, buckets, failedItems }

  const taken = new Map(
    [...folders].filter(([, folder]) => isTaken(context, folder, folders) && !isRecoverableRoot(folder)),
  )
  progress.itemsExpected = expectedItems(taken, positions)
  await retryFailed(store, folders)
  for (const folder of taken.values()) {
    signal.throwIfAborted()
    await backUpFolder(store, folder, positions.get(folder.externalId))
  }
  await buffer.record()
  const settings = await backUpSettings(context)
  const files = new Map(settings === null ? [] : [[settingsFile, settings]])
  const result = await layOutResource(context, folders, 'mail', mailLayout, files)
  progress.itemsTotal = await countResourceItems(db, mailbox.resourceId)
  return result
}

/** Of the folders whose first round is not over; null when only changes are to come, of which nobody knows how many. */
function expectedItems(
  folders: ReadonlyMap<string, FolderState>,
  positions: ReadonlyMap<string, Position>,
): number | null {
  const unread = [...folders.values()].filter((folder) => !positions.get(folder.externalId)?.roundDone)
  if (unread.length === 0) return null
  return unread.reduce((sum, folder) => sum + (folder.expectedItems ?? 0), 0)
}

async function retryFailed(store: MessageStore, folders: ReadonlyMap<string, FolderState>): Promise<void> {
  const { buffer, context, failedItems } = store
  const { graph, resource: mailbox, signal } = context
  const byExternalId = new Map([...folders.values()].map((folder) => [folder.externalId, folder]))
  await failedItems.noteLeftAlone(buffer, (id) => (id === null ? '' : (folders.get(id)?.path ?? '')))
  for await (const retry of failedItems.due()) {
    signal.throwIfAborted()
    const noted = retry.folderId === null ? undefined : folders.get(retry.folderId)
    try {
      const message = await readMessage(graph, mailbox.externalId, retry.externalId, signal)
      const folder = byExternalId.get(message.parentFolderId ?? '') ?? noted
      if (folder && isAskedFor(context, folder, folders)) await storeMessage(store, folder, message)
      else failedItems.heal(buffer, retry.externalId)
    } catch (error) {
      // Without its folder it is gone too, or announced by the folder that it was moved to.
      if (meansGone(error) || (meansItemFailed(error) && !noted)) failedItems.heal(buffer, retry.externalId)
      else if (noted && meansItemFailed(error) && !signal.aborted) {
        const { externalId, subject, changeKey } = retry
        failedItems.add(buffer, noted, { externalId, subject, changeKey }, error)
      } else throw error
    }
    await buffer.recordIfDue()
  }
}

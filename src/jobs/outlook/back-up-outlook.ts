/**
 * Backs up what a user has in Outlook beside mail: the calendars, the contacts or the tasks. Collections first, then what earlier runs could not
 * fetch, then each collection's items, then the tree. All of it is staged; publishing is the run's.
 */
import { countResourceItems, type FolderState, positionsOf } from '../../catalog/index.ts'
import { meansGone, meansItemFailed, type OutlookWorkload, outlookLayout } from '../../workloads/index.ts'
import { createCheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import { loadFailedItems } from '../resource/failed-items.ts'
import { layOutResource } from '../resource/lay-out-resource.ts'
import type { ResourceContext, ResourceResult } from '../resource/resource-context.ts'
import { backUpCollection } from './back-up-collection.ts'
import { backUpCollections } from './back-up-collections.ts'
import { type OutlookStore, storeEntry } from './store-entries.ts'

/**
 * @throws MicrosoftError when nothing can be read: staged rows wait for the next run; CAT_RUN_TAKEN_OVER; STO_ errors; the signal's reason
 */
export const backUpOutlook =
  (workload: OutlookWorkload) =>
  async (context: ResourceContext): Promise<ResourceResult> => {
    const { db, resource, progress, signal } = context
    const collections = await backUpCollections(workload, context)
    const positions = await positionsOf(db, resource.resourceId)
    const buffer = createCheckpointBuffer(context)
    const failedItems = await loadFailedItems(context, buffer)
    const store: OutlookStore = { workload, context, buffer, failedItems }
    await retryFailed(store, collections)
    for (const collection of collections.values()) {
      signal.throwIfAborted()
      await backUpCollection(store, collection, positions.get(collection.externalId))
    }
    await buffer.record()
    const result = await layOutResource(context, collections, workload.top, outlookLayout(workload))
    progress.itemsTotal = await countResourceItems(db, resource.resourceId)
    return result
  }

async function retryFailed(
  store: OutlookStore,
  collections: ReadonlyMap<string, FolderState>,
): Promise<void> {
  const { buffer, context, failedItems, workload } = store
  const { graph, resource, signal } = context
  await failedItems.noteLeftAlone(buffer, (id) => (id === null ? '' : (collections.get(id)?.path ?? '')))
  for await (const retry of failedItems.due()) {
    signal.throwIfAborted()
    const collection = retry.folderId === null ? undefined : collections.get(retry.folderId)
    // With its collection it is gone, or told by the one that it was moved to.
    if (!collection) {
      failedItems.heal(buffer, retry.externalId)
      continue
    }
    try {
      const { externalId } = retry
      const entry = await workload.entry(
        graph,
        resource.externalId,
        collection.externalId,
        externalId,
        signal,
      )
      if (entry) await storeEntry(store, collection, entry)
      else failedItems.heal(buffer, externalId)
    } catch (error) {
      if (meansGone(error)) failedItems.heal(buffer, retry.externalId)
      else if (meansItemFailed(error) && !signal.aborted) {
        const { externalId, subject, changeKey } = retry
        failedItems.add(buffer, collection, { externalId, subject, changeKey }, error)
      } else throw error
    }
    await buffer.recordIfDue()
  }
}

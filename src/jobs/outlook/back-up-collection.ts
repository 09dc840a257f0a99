/**
 * The items of one collection: the round from where the last one ended, page by page, or a list of all where there is no such function. The
 * position that is recorded is always the one whose page is stored. What a full enumeration does not meet is removed; after a lost position
 * not before that is plausible (see `resource/held-removals.ts`), after a list not before each was asked for.
 */
import {
  countFolderItems,
  type FolderState,
  forgetEnumerated,
  missingItems,
  type Position,
} from '../../catalog/index.ts'
import { isResyncRequired } from '../../microsoft/index.ts'
import { meansGone } from '../../workloads/index.ts'
import { holdsBack, noteHeld } from '../resource/held-removals.ts'
import { inParallel } from '../resource/in-parallel.ts'
import { type OutlookStore, storeEntries } from './store-entries.ts'

const removalsAtOnce = 500
const requestsAtOnce = 4

export async function backUpCollection(
  store: OutlookStore,
  collection: FolderState,
  position: Position | undefined,
): Promise<void> {
  const { context } = store
  const { db, guard, logger, signal } = context
  if (position?.heldSequence === guard.sequence) return
  let link = position?.link ?? null
  let resync = position?.resync ?? false
  if (link === null && (await countFolderItems(db, collection.id)) > 0) {
    await forgetEnumerated(db, { folderId: collection.id })
    resync = true
  }
  const heldSequence = position?.heldSequence ?? null
  try {
    for (let restarted = false; ; restarted = true) {
      try {
        await round(store, collection, link, resync, heldSequence)
        return
      } catch (error) {
        if (restarted || link === null || !isResyncRequired(error)) throw error
        logger.warn({ folder: collection.id }, 'delta position lost, the collection is enumerated in full')
        await store.buffer.record()
        await forgetEnumerated(db, { folderId: collection.id })
        link = null
        resync = true
      }
    }
  } catch (error) {
    // Deleted since the collections were read: the next run says so. The mailbox itself is there.
    if (!meansGone(error) || signal.aborted) throw error
    logger.info({ folder: collection.id }, 'collection is gone since the collections were read')
  }
}

interface RoundPosition {
  readonly container: string
  readonly link: string | null
  readonly roundDone: boolean
  readonly heldSequence: number | null
}

async function round(
  store: OutlookStore,
  collection: FolderState,
  link: string | null,
  resync: boolean,
  heldSequence: number | null,
): Promise<void> {
  const { buffer, context, workload } = store
  const { graph, resource, signal } = context
  for await (const page of workload.items(graph, resource.externalId, collection.externalId, link, signal)) {
    await storeEntries(store, collection, page.entries)
    if (resync) {
      for (const { externalId, isRemoved } of page.entries)
        if (!isRemoved) buffer.enumerated(collection.id, externalId)
    }
    const position = {
      container: collection.externalId,
      link: page.position,
      roundDone: page.roundDone,
      heldSequence,
    }
    if (page.roundDone && resync) await finishResync(store, collection, position)
    else buffer.position({ ...position, resync })
    await buffer.recordIfDue()
  }
}

async function finishResync(
  store: OutlookStore,
  collection: FolderState,
  position: RoundPosition,
): Promise<void> {
  const { buffer, context } = store
  const { db, guard, progress } = context
  await buffer.record()
  const first = await missingItems(db, { folderId: collection.id }, removalsAtOnce)
  const isListing = position.link === null
  if (!isListing && holdsBack(first.missing, first.open, position.heldSequence, guard.sequence)) {
    noteHeld(progress, first.missing, first.open, `folder ${collection.path}`)
    buffer.position({ ...position, link: null, resync: false, heldSequence: guard.sequence })
  } else {
    for (let missing = first.externalIds; missing.length > 0; ) {
      const there = isListing ? await stillThere(store, collection, missing) : new Set<string>()
      for (const id of missing) {
        if (there.has(id)) buffer.enumerated(collection.id, id)
        else buffer.remove(id)
      }
      progress.itemsRemoved += missing.length - there.size
      await buffer.record()
      missing = (await missingItems(db, { folderId: collection.id }, removalsAtOnce)).externalIds
    }
    buffer.position({ ...position, resync: false, heldSequence: null })
  }
  buffer.enumerationDone(collection.id)
}

async function stillThere(
  { context, workload }: OutlookStore,
  collection: FolderState,
  ids: readonly string[],
): Promise<Set<string>> {
  const { graph, resource, signal } = context
  const entries = await inParallel(ids, requestsAtOnce, (id) =>
    workload.entry(graph, resource.externalId, collection.externalId, id, signal),
  )
  return new Set(entries.flatMap((entry) => (entry ? [entry.externalId] : [])))
}

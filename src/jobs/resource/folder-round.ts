/**
 * The items of one folder, of whatever workload: the round from where the last one ended, page by page. The position that is recorded is always
 * the one whose page is stored. A lost position leads to a full enumeration, in which what is unchanged is recognized and not fetched again; what
 * it does not meet is removed, when that is plausible (`held-removals.ts`). Where Microsoft tracks no changes every round is such an enumeration: it
 * begins anew after an interruption, and what it does not meet is asked for before it is removed.
 */
import {
  countFolderItems,
  countMissing,
  type FolderState,
  forgetEnumerated,
  missingItems,
  type Position,
} from '../../catalog/index.ts'
import { meansGone } from '../../workloads/index.ts'
import type { CheckpointBuffer } from './checkpoint-buffer.ts'
import { holdsBack, noteHeld } from './held-removals.ts'
import { goRoundAgain } from './lost-position.ts'
import type { ResourceContext } from './resource-context.ts'

const removalsAtOnce = 500

export interface RoundPage<Entry> {
  readonly entries: readonly Entry[]
  /** Where to go on once the page is stored; null in a list without changes. */
  readonly position: string | null
  readonly roundDone: boolean
}

/** What a workload knows of its folders. */
export interface FolderRound<Entry> {
  readonly context: ResourceContext
  readonly buffer: CheckpointBuffer
  /** From the position, or from the beginning. */
  pages(folder: FolderState, link: string | null): AsyncIterable<RoundPage<Entry>>
  /** Takes over the entries of a page, removals among them. */
  store(folder: FolderState, entries: readonly Entry[]): Promise<void>
  /** Microsoft's id; null for a removal. */
  presentId(entry: Entry): string | null
  /** Those of the ids that are in the folder yet. */
  readonly stillIn: (folder: FolderState, ids: readonly string[]) => Promise<ReadonlySet<string>>
}

/** @throws what concerns the resource as a whole; the signal's reason */
export async function goRound<Entry>(
  work: FolderRound<Entry>,
  folder: FolderState,
  position: Position | undefined,
): Promise<void> {
  const { db, guard, logger, signal } = work.context
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
    await goRoundAgain(
      () => round(work, folder, link, resync, heldSequence),
      async () => {
        logger.warn({ folder: folder.id }, 'delta position lost, the folder is enumerated in full')
        await work.buffer.record()
        await forgetEnumerated(db, { folderId: folder.id })
        link = null
        resync = true
      },
    )
  } catch (error) {
    // Deleted since the folders were read: the next run's folder round says so. The resource itself is there.
    if (!meansGone(error) || signal.aborted) throw error
    logger.info({ folder: folder.id }, 'folder is gone since the folders were read')
  }
}

interface RoundPosition {
  readonly container: string
  readonly link: string | null
  readonly roundDone: boolean
  readonly heldSequence: number | null
}

async function round<Entry>(
  work: FolderRound<Entry>,
  folder: FolderState,
  link: string | null,
  resync: boolean,
  heldSequence: number | null,
): Promise<void> {
  const { buffer } = work
  for await (const page of work.pages(folder, link)) {
    await work.store(folder, page.entries)
    if (resync) {
      for (const entry of page.entries) {
        const id = work.presentId(entry)
        if (id !== null) buffer.enumerated(folder.id, id)
      }
    }
    const position = {
      container: folder.externalId,
      link: page.position,
      roundDone: page.roundDone,
      heldSequence,
    }
    if (page.roundDone && resync) await finishResync(work, folder, position)
    else buffer.position({ ...position, resync })
    await buffer.recordIfDue()
  }
}

async function finishResync<Entry>(
  { buffer, context, stillIn }: FolderRound<Entry>,
  folder: FolderState,
  position: RoundPosition,
): Promise<void> {
  const { db, guard, progress } = context
  await buffer.record()
  const scope = { folderId: folder.id }
  const { missing, open } = await countMissing(db, scope)
  const isListing = position.link === null
  if (!isListing && holdsBack(missing, open, position.heldSequence, guard.sequence)) {
    noteHeld(progress, missing, open, `folder ${folder.path}`)
    buffer.position({ ...position, link: null, resync: false, heldSequence: guard.sequence })
  } else {
    for await (const ids of missingItems(db, scope, removalsAtOnce)) {
      const there = isListing ? await stillIn(folder, ids) : new Set<string>()
      for (const id of ids) {
        if (there.has(id)) buffer.enumerated(folder.id, id)
        else buffer.remove(id)
      }
      progress.itemsRemoved += ids.length - there.size
      await buffer.record()
    }
    buffer.position({ ...position, resync: false, heldSequence: null })
  }
  buffer.enumerationDone(folder.id)
}

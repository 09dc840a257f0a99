/** The folders of a mailbox: one delta round, resolved to our own ids, paths and directory names. */
import {
  type FolderState,
  folderIdentities,
  foldersOf,
  type Position,
  stageFolders,
} from '../../catalog/index.ts'
import { isResyncRequired } from '../../microsoft/index.ts'
import {
  enumerateFolders,
  type FolderChange,
  folderDirectory,
  foldersStillThere,
} from '../../workloads/index.ts'
import { holdsBack, noteHeld } from '../resource/held-removals.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

type FolderFacts = Omit<FolderChange, 'parentExternalId'> & { parentExternalId: string | null }

/** Reads the folder changes, records them and answers all folders by our id. */
export async function backUpFolders(
  context: ResourceContext,
  position: Position | undefined,
): Promise<Map<string, FolderState>> {
  const { db, guard, graph, resource: mailbox, progress, signal } = context
  const before = await foldersOf(db, mailbox.resourceId)
  let link = position?.link ?? null
  let round: Awaited<ReturnType<typeof enumerateFolders>>
  try {
    round = await enumerateFolders(graph, mailbox.externalId, link, signal)
  } catch (error) {
    if (link === null || !isResyncRequired(error)) throw error
    link = null
    round = await enumerateFolders(graph, mailbox.externalId, null, signal)
  }
  const facts = new Map<string, FolderFacts>()
  for (const folder of before.values()) facts.set(folder.externalId, factsOf(folder, before))
  let missing = link === null ? [...facts.keys()].filter((id) => !round.changed.has(id)) : []
  const isListing = round.deltaLink === null
  if (isListing) {
    // A list that was read while folders moved may lack one that is there.
    const there = await foldersStillThere(graph, mailbox.externalId, missing, signal)
    missing = missing.filter((id) => !there.has(id))
  }
  const held =
    !isListing && holdsBack(missing.length, facts.size, position?.heldSequence ?? null, guard.sequence)
  if (held) noteHeld(progress, missing.length, facts.size, 'the folder list')
  else for (const id of missing) round.removed.add(id)

  for (const change of round.changed.values()) {
    const known = facts.get(change.externalId)
    facts.set(change.externalId, {
      externalId: change.externalId,
      parentExternalId: change.parentExternalId ?? known?.parentExternalId ?? null,
      name: change.name ?? known?.name ?? '',
      expectedItems: change.expectedItems ?? known?.expectedItems ?? null,
      isHidden: change.isHidden ?? known?.isHidden ?? false,
    })
  }
  dropRemoved(facts, round.removed, round.changed)
  const after = await resolve(context, facts)
  const ended = await stageFolders(db, guard, mailbox.resourceId, before, after, {
    container: 'folders',
    link: held ? null : round.deltaLink,
    roundDone: true,
    resync: false,
    heldSequence: held ? guard.sequence : null,
  })
  progress.itemsRemoved += ended
  return after
}

function factsOf(folder: FolderState, all: ReadonlyMap<string, FolderState>): FolderFacts {
  return {
    externalId: folder.externalId,
    parentExternalId: folder.parentId === null ? null : (all.get(folder.parentId)?.externalId ?? null),
    name: folder.name,
    expectedItems: folder.expectedItems,
    isHidden: folder.isHidden,
  }
}

/** A folder goes with the one above it, unless this very round says where it is now. */
function dropRemoved(
  facts: Map<string, FolderFacts>,
  removed: ReadonlySet<string>,
  changed: ReadonlyMap<string, unknown>,
): void {
  for (const id of removed) facts.delete(id)
  const gone = new Set(removed)
  for (let found = true; found; ) {
    found = false
    for (const folder of facts.values()) {
      if (
        changed.has(folder.externalId) ||
        folder.parentExternalId === null ||
        !gone.has(folder.parentExternalId)
      )
        continue
      facts.delete(folder.externalId)
      gone.add(folder.externalId)
      found = true
    }
  }
}

/** A parent that is no folder of the round is the mailbox's root; folders in a circle (never seen) hang on the root too. */
async function resolve(
  context: ResourceContext,
  facts: ReadonlyMap<string, FolderFacts>,
): Promise<Map<string, FolderState>> {
  const ids = await folderIdentities(context.db, context.resource.resourceId, [...facts.keys()])
  const resolved = new Map<string, FolderState>()
  const inProgress = new Set<string>()

  function place(folder: FolderFacts): FolderState | undefined {
    const id = ids.get(folder.externalId)
    if (id === undefined || inProgress.has(id)) return undefined
    const done = resolved.get(id)
    if (done) return done
    inProgress.add(id)
    const above = folder.parentExternalId === null ? undefined : facts.get(folder.parentExternalId)
    const parent = above === undefined ? undefined : place(above)
    inProgress.delete(id)
    const own = folderDirectory(folder)
    const state: FolderState = {
      id,
      externalId: folder.externalId,
      parentId: parent?.id ?? null,
      name: folder.name,
      path: parent ? `${parent.path} / ${folder.name}` : folder.name,
      directory: parent ? `${parent.directory}/${own}` : own,
      expectedItems: folder.expectedItems,
      isHidden: folder.isHidden,
      metadata: {},
    }
    resolved.set(id, state)
    return state
  }

  for (const folder of facts.values()) place(folder)
  return resolved
}

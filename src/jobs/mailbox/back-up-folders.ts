/** The folders of a mailbox: one delta round, resolved to our own ids, paths and directory names. */
import { type FolderState, foldersOf, type Position, stageFolders } from '../../catalog/index.ts'
import {
  enumerateFolders,
  type FolderChange,
  foldersStillThere,
  isRecoverable,
  listRecoverableFolders,
} from '../../workloads/index.ts'
import { holdsBack, noteHeld } from '../resource/held-removals.ts'
import { goRoundAgain } from '../resource/lost-position.ts'
import { placeFolders } from '../resource/place-folders.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

type FolderFacts = Omit<FolderChange, 'parentExternalId'> & {
  readonly parentExternalId: string | null
  readonly metadata: FolderState['metadata']
}

/** Reads the folder changes, records them and answers all folders by our id. */
export async function backUpFolders(
  context: ResourceContext,
  position: Position | undefined,
): Promise<Map<string, FolderState>> {
  const { db, guard, graph, resource: mailbox, progress, signal } = context
  const before = await foldersOf(db, mailbox.resourceId)
  let link = position?.link ?? null
  const round = await goRoundAgain(
    () => enumerateFolders(graph, mailbox.externalId, link, signal),
    () => {
      link = null
    },
  )
  const facts = new Map<string, FolderFacts>()
  for (const folder of before.values()) facts.set(folder.externalId, factsOf(folder, before))
  // The round does not tell of Recoverable Items.
  const told = [...facts].filter(([, folder]) => !isRecoverable(folder)).map(([id]) => id)
  let missing = link === null ? told.filter((id) => !round.changed.has(id)) : []
  const isListing = round.deltaLink === null
  if (isListing) {
    // A list that was read while folders moved may lack one that is there.
    const there = await foldersStillThere(graph, mailbox.externalId, missing, signal)
    missing = missing.filter((id) => !there.has(id))
  }
  const held =
    !isListing && holdsBack(missing.length, told.length, position?.heldSequence ?? null, guard.sequence)
  if (held) noteHeld(progress, missing.length, told.length, 'the folder list')
  else for (const id of missing) round.removed.add(id)

  for (const change of round.changed.values()) {
    const known = facts.get(change.externalId)
    facts.set(change.externalId, {
      externalId: change.externalId,
      parentExternalId: change.parentExternalId ?? known?.parentExternalId ?? null,
      name: change.name ?? known?.name ?? '',
      expectedItems: change.expectedItems ?? known?.expectedItems ?? null,
      isHidden: change.isHidden ?? known?.isHidden ?? false,
      metadata: known?.metadata ?? {},
    })
  }
  dropRemoved(facts, round.removed, round.changed)
  if (context.mailboxes.recoverableItems) await addRecoverable(context, facts)
  const after = await placeFolders(context, facts)
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

/** They are listed each time: a handful, of which Microsoft tracks no changes. */
async function addRecoverable(
  { graph, resource, signal }: ResourceContext,
  facts: Map<string, FolderFacts>,
): Promise<void> {
  const found = await listRecoverableFolders(graph, resource.externalId, signal)
  if (found === null) return
  for (const [id, folder] of facts) if (isRecoverable(folder)) facts.delete(id)
  for (const folder of found) facts.set(folder.externalId, folder)
}

function factsOf(folder: FolderState, all: ReadonlyMap<string, FolderState>): FolderFacts {
  return {
    externalId: folder.externalId,
    parentExternalId: folder.parentId === null ? null : (all.get(folder.parentId)?.externalId ?? null),
    name: folder.name,
    expectedItems: folder.expectedItems,
    isHidden: folder.isHidden,
    metadata: folder.metadata,
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

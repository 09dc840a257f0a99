/**
 * Backs one drive up: what earlier runs could not fetch, then the round over its changes, then the tree. All of it is staged; publishing is
 * the run's. The position is that of the drive's id: a OneDrive that was made anew has none, and is read in full.
 */
import {
  countMissing,
  countResourceItems,
  forgetEnumerated,
  missingFolders,
  missingItems,
  type Position,
  positionsOf,
} from '../../catalog/index.ts'
import { isNotFound } from '../../microsoft/index.ts'
import {
  type DriveChange,
  type DriveFile,
  type DriveFolder,
  driveLayout,
  enumerateDrive,
  type FoundDrive,
  meansFileFailed,
  readDrive,
  readEntry,
  readPermissions,
  type UnreadableEntry,
  userDrive,
} from '../../workloads/index.ts'
import { createCheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import { loadFailedItems } from '../resource/failed-items.ts'
import { holdsBack, noteHeld } from '../resource/held-removals.ts'
import { layOutResource } from '../resource/lay-out-resource.ts'
import { goRoundAgain } from '../resource/lost-position.ts'
import type { ResourceContext, ResourceResult } from '../resource/resource-context.ts'
import { openDriveFolders } from './drive-folders.ts'
import { type DriveStore, iso, recordIfDue } from './drive-store.ts'
import { retryVersions } from './retry-versions.ts'
import { storeFiles } from './store-files.ts'
import { fileOfPart } from './store-versions.ts'

const removalsAtOnce = 1_000

/**
 * @throws MicrosoftError when the drive as a whole cannot be read: its staged rows wait for the next run; CAT_RUN_TAKEN_OVER; STO_ errors; the
 *   signal's reason
 */
export async function backUpDrive(context: ResourceContext): Promise<ResourceResult> {
  const { db, guard, progress, resource, signal, logger } = context
  const drive = await findDrive(context)
  const buffer = createCheckpointBuffer(context)
  const folders = await openDriveFolders(context, drive.name)
  const failedItems = await loadFailedItems(context, buffer)
  const store: DriveStore = { context, driveId: drive.driveId, buffer, folders, failedItems }
  const position = (await positionsOf(db, resource.resourceId)).get(drive.driveId)

  await retryFailed(store)
  // A round that this run ended before it was interrupted is over, when its removals were held back: the next run decides.
  if (position?.heldSequence !== guard.sequence) {
    const known = (await countResourceItems(db, resource.resourceId)) > 0
    let link = position?.link ?? null
    let resync = position?.resync ?? false
    if (link === null && known) {
      await forgetEnumerated(db, { resourceId: resource.resourceId })
      resync = true
    }
    await goRoundAgain(
      () => round(store, link, resync, position),
      async () => {
        logger.warn({ resource: resource.resourceId }, 'delta position lost, the drive is enumerated in full')
        await folders.stage()
        await buffer.record()
        await forgetEnumerated(db, { resourceId: resource.resourceId })
        link = null
        resync = true
      },
    )
  }
  signal.throwIfAborted()
  const { folders: all } = await folders.finish()
  const result = await layOutResource(context, all, 'drives', driveLayout)
  progress.itemsTotal = await countResourceItems(db, resource.resourceId)
  return result
}

/** A OneDrive is found by its user, a library is known by its drive. */
async function findDrive({ graph, resource, signal }: ResourceContext): Promise<FoundDrive> {
  if (resource.siteExternalId === null) return userDrive(graph, resource.externalId, signal)
  return readDrive(graph, resource.externalId, signal)
}

async function round(
  store: DriveStore,
  link: string | null,
  resync: boolean,
  before: Position | undefined,
): Promise<void> {
  const { buffer, context, driveId, folders } = store
  const heldSequence = before?.heldSequence ?? null
  for await (const page of enumerateDrive(context.graph, driveId, link, context.signal)) {
    await storePage(store, page.changes, resync)
    const position = { container: driveId, link: page.position, roundDone: page.roundDone, heldSequence }
    if (!page.roundDone) {
      buffer.position({ ...position, resync })
      await recordIfDue(store)
      continue
    }
    // Whatever was moved out of a folder that is gone must be recorded where it is now, before that folder takes its items along.
    await folders.stage()
    await buffer.record()
    const held = resync && (await removeMissing(store, heldSequence))
    const { ended } = await folders.finish()
    context.progress.itemsRemoved += ended
    buffer.position(
      held
        ? { ...position, link: null, resync: false, heldSequence: context.guard.sequence }
        : { ...position, resync: false, heldSequence: null },
    )
    await buffer.record()
    if (resync) await forgetEnumerated(context.db, { resourceId: context.resource.resourceId })
  }
}

async function storePage(store: DriveStore, changes: readonly DriveChange[], resync: boolean): Promise<void> {
  const { buffer, folders } = store
  // An entry may come twice in a page; the last word counts.
  const latest = new Map(
    changes.map((change) => [
      change.gone ? change.externalId : (change.item ?? change.unreadable).externalId,
      change,
    ]),
  )
  const gone: string[] = []
  const files: DriveFile[] = []
  const met: (DriveFile | DriveFolder)[] = []
  const unreadable: UnreadableEntry[] = []
  for (const [externalId, change] of latest) {
    if (change.gone) gone.push(externalId)
    else if (change.item === null) unreadable.push(change.unreadable)
    else {
      met.push(change.item)
      if (change.item.kind === 'file') files.push(change.item)
      else await seeFolder(store, change.item)
    }
  }
  await remove(store, gone)
  await storeFiles(store, files, resync)
  await noteUnreadable(store, unreadable, resync)
  if (!resync) return
  const ids = await folders.identities(
    met.map((item) => (item.kind === 'file' ? (item.parentExternalId ?? '') : item.externalId)),
  )
  for (const item of met) {
    const folderId = ids.get(item.kind === 'file' ? (item.parentExternalId ?? '') : item.externalId)
    if (folderId !== undefined) buffer.enumerated(folderId, item.externalId)
  }
}

/** Named in the run's report and asked for again by the next runs; what is stored of them stays. */
async function noteUnreadable(
  { buffer, failedItems, folders }: DriveStore,
  entries: readonly UnreadableEntry[],
  resync: boolean,
): Promise<void> {
  if (entries.length === 0) return
  const ids = entries.map(({ externalId }) => externalId)
  const known = await buffer.known(ids)
  await failedItems.meet(ids)
  for (const { error, externalId, isFile, name, parentExternalId } of entries) {
    // What is in a folder that has no place would have none either: the drive waits for it.
    if (!isFile && !folders.has(externalId)) throw error
    const container = folders.has(externalId) ? externalId : (parentExternalId ?? externalId)
    const id = known.get(externalId)?.folderId ?? (await folders.identities([container])).get(container)
    if (id === undefined) throw error
    const item = { externalId, subject: name, changeKey: '' }
    failedItems.add(buffer, { id, path: folders.pathOf(id) }, item, error)
    if (resync) buffer.enumerated(id, externalId)
  }
  failedItems.checkOutage()
}

async function seeFolder({ context, driveId, folders }: DriveStore, folder: DriveFolder): Promise<void> {
  const { externalId, kind, shared, tag } = folder
  const known = folders.metadata(externalId)
  const permissions = shared
    ? known?.['tag'] === tag && tag !== null
      ? known['permissions']
      : await readPermissions(context.graph, driveId, externalId, context.signal)
    : undefined
  folders.see(folder, {
    tag,
    createdAt: iso(folder.createdAt),
    modifiedAt: iso(folder.modifiedAt),
    ...(kind === 'notebook' ? { kind } : {}),
    ...(permissions === undefined ? {} : { permissions }),
  })
}

async function remove(
  { buffer, context, failedItems, folders }: DriveStore,
  ids: readonly string[],
): Promise<void> {
  const known = await buffer.known(ids.filter((id) => !folders.has(id)))
  await failedItems.meet(ids)
  for (const id of ids) {
    if (folders.has(id)) folders.remove(id)
    for (const part of [id, ...failedItems.partsOf(id)]) failedItems.heal(buffer, part)
    if (known.get(id)?.validTo !== null) continue
    buffer.remove(id)
    context.progress.itemsRemoved += 1
  }
}

/** What a full enumeration did not meet is gone, unless it is so much that it may be a fault. Answers whether it was held back. */
async function removeMissing(store: DriveStore, heldSequence: number | null): Promise<boolean> {
  const { buffer, context, folders } = store
  const { db, guard, progress, resource } = context
  const scope = { resourceId: resource.resourceId }
  const { missing, open } = await countMissing(db, scope)
  if (holdsBack(missing, open, heldSequence, guard.sequence)) {
    noteHeld(progress, missing, open, resource.displayName)
    return true
  }
  for await (const ids of missingItems(db, scope, removalsAtOnce)) {
    for (const id of ids) buffer.remove(id)
    progress.itemsRemoved += ids.length
    await buffer.record()
  }
  for (const id of await missingFolders(db, resource.resourceId)) folders.remove(id)
  return false
}

async function retryFailed(store: DriveStore): Promise<void> {
  const { buffer, context, failedItems, folders } = store
  const { signal } = context
  await failedItems.noteLeftAlone(buffer, (id) => folders.pathOf(id))
  const retried = new Set<string>()
  for await (const retry of failedItems.due()) {
    signal.throwIfAborted()
    const file = fileOfPart(retry.externalId)
    if (file !== null && retried.has(file)) continue
    try {
      if (file === null) await retryEntry(store, retry.externalId)
      else {
        // All of the file's at once.
        retried.add(file)
        await retryVersions(store, file)
      }
    } catch (error) {
      if (isNotFound(error)) failedItems.heal(buffer, retry.externalId)
      else if (meansFileFailed(error) && retry.folderId !== null && !signal.aborted) {
        const { externalId, subject, changeKey } = retry
        const folder = { id: retry.folderId, path: folders.pathOf(retry.folderId) }
        failedItems.add(buffer, folder, { externalId, subject, changeKey }, error)
      } else throw error
    }
    await recordIfDue(store)
  }
}

async function retryEntry(store: DriveStore, externalId: string): Promise<void> {
  const { buffer, context, driveId, failedItems } = store
  const item = await readEntry(context.graph, driveId, externalId, context.signal)
  if (item.kind === 'file') return storeFiles(store, [item], false)
  await seeFolder(store, item)
  failedItems.heal(buffer, externalId)
}

/**
 * Takes over what a page says of files. Each has exactly one outcome: unchanged, updated (name, place, dates or sharing; no content is
 * fetched), stored (content fetched), removed, skipped or failed. At most four contents are fetched at a time, and what was stored is
 * recorded in between: a page of large files may take hours.
 */
import { isDeepStrictEqual } from 'node:util'
import { type KnownItem, noMail, type StagedItem } from '../../catalog/index.ts'
import {
  type DriveFile,
  driveEntryName,
  fetchFile,
  hashBucket,
  infectedFile,
  meansFileFailed,
  meansInfected,
  readPermissions,
} from '../../workloads/index.ts'
import type { FailedItem, FailedItemFolder } from '../resource/failed-items.ts'
import { inParallel } from '../resource/in-parallel.ts'
import { whyLeftOut } from '../resource/left-out.ts'
import { type DriveStore, iso, parentOf, recordIfDue } from './drive-store.ts'
import { keptVersions, noteVersions, noVersions, type TakenVersions, takeVersions } from './store-versions.ts'

const fetchesAtOnce = 4
const filesAtOnce = 32

type Verdict =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed' | 'skipped'; readonly error: unknown }
  | { readonly kind: 'left-out'; readonly reason: string }
  | {
      readonly kind: 'put'
      readonly item: StagedItem
      readonly fetched: boolean
      readonly versions: TakenVersions
    }

/** @param resync a full enumeration of what is mostly known: sharing of what did not change is not asked for again */
export async function storeFiles(
  store: DriveStore,
  files: readonly DriveFile[],
  resync: boolean,
): Promise<void> {
  for (const some of batchesOf(files, store.context.checkpoints.bytes)) {
    const externalIds = some.map(({ externalId }) => externalId)
    const known = await store.buffer.known(externalIds)
    await store.failedItems.meet(externalIds)
    const ids = await store.folders.identities(some.map(parentOf))
    const verdicts = await inParallel(some, fetchesAtOnce, (file) =>
      judge(store, file, ids.get(parentOf(file)) ?? '', known.get(file.externalId), resync),
    )
    for (const [index, file] of some.entries()) {
      const verdict = verdicts[index]
      store.context.progress.itemsSeen += 1
      if (verdict) apply(store, file, ids.get(parentOf(file)) ?? '', known.get(file.externalId), verdict)
    }
    store.failedItems.checkOutage()
    // What was recorded without its position is found unchanged when the page is read again.
    if (files.length > some.length) await recordIfDue(store)
  }
}

/** Only what keeps the fetches busy of large files: those that are through wait for the others to be recorded. */
function* batchesOf(files: readonly DriveFile[], mostBytes: number): Generator<DriveFile[]> {
  let batch: DriveFile[] = []
  let bytes = 0
  for (const file of files) {
    batch.push(file)
    bytes += file.size
    if (batch.length < (bytes < mostBytes ? filesAtOnce : fetchesAtOnce)) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

async function judge(
  store: DriveStore,
  file: DriveFile,
  folderId: string,
  known: KnownItem | undefined,
  resync: boolean,
): Promise<Verdict> {
  const { context, driveId, failedItems, folders } = store
  const { files, graph, repository, writer, signal } = context
  try {
    const sameTag = known !== undefined && known.metadata['tag'] === file.tag && file.tag !== null
    const isHere = known?.validTo === null && known.folderId === folderId
    if (sameTag && isHere && (resync || !file.shared) && known.changeKey === file.contentTag)
      return { kind: 'unchanged' }
    if (failedItems.triedAlready(file.externalId, file.contentTag)) return { kind: 'unchanged' }
    if (!known) {
      const { name, size, modifiedAt } = file
      const item = { name, size, ...(modifiedAt === null ? {} : { time: modifiedAt }) }
      const reason = whyLeftOut(context, folders.namesTo(parentOf(file)), item)
      if (reason !== null) return { kind: 'left-out', reason }
    }
    if (file.malware) return { kind: 'skipped', error: infectedFile() }
    const permissions = file.shared
      ? resync && sameTag
        ? known.metadata['permissions']
        : await readPermissions(graph, driveId, file.externalId, signal)
      : undefined
    const contentStays =
      known?.changeKey === file.contentTag && known.content.every((id) => repository.hasBlob('data', id))
    if (contentStays) {
      const versions = keptVersions(known, repository)
      const item = stagedFile(file, folderId, known, permissions, known.metadata['hashCheck'], versions)
      return isHere && isDeepStrictEqual(item.metadata, known.metadata)
        ? { kind: 'unchanged' }
        : { kind: 'put', item, fetched: false, versions }
    }
    const { stored, hash } = await fetchFile(graph, writer, driveId, file, signal)
    const versions = files.versions > 0 ? await takeVersions(store, file, known) : noVersions
    const item = stagedFile(file, folderId, stored, permissions, hash, versions)
    return { kind: 'put', item, fetched: true, versions }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (meansInfected(error)) return { kind: 'skipped', error }
    if (meansFileFailed(error)) return { kind: 'failed', error }
    throw error
  }
}

export function stagedFile(
  file: DriveFile,
  folderId: string,
  stored: { readonly size: number; readonly sha256: string; readonly content: readonly string[] },
  permissions: unknown,
  hashCheck: unknown,
  { ids, tree }: Pick<TakenVersions, 'ids' | 'tree'>,
): StagedItem {
  const { externalId, name, createdAt, modifiedAt, createdBy, modifiedBy, mimeType, quickXorHash, tag } = file
  return {
    ...noMail,
    externalId,
    folderId,
    bucket: hashBucket(externalId),
    fileName: driveEntryName(file),
    size: stored.size,
    sha256: stored.sha256,
    content: stored.content,
    changeKey: file.contentTag,
    fingerprint: quickXorHash ?? file.contentTag,
    subject: name,
    fromName: modifiedBy ?? '',
    receivedAt: modifiedAt,
    sentAt: createdAt,
    metadata: {
      id: externalId,
      name,
      tag,
      contentTag: file.contentTag,
      mimeType,
      quickXorHash,
      hashCheck,
      // What Microsoft lists is at times not the length of what it gives.
      ...(stored.size === file.size ? {} : { listedSize: file.size }),
      createdAt: iso(createdAt),
      modifiedAt: iso(modifiedAt),
      createdBy,
      modifiedBy,
      ...(permissions === undefined ? {} : { permissions }),
    },
    // The parts of a name are words, too.
    searchText: `${name} ${name.replaceAll(/[._\-+]+/g, ' ')} ${modifiedBy ?? ''}`,
    versions: ids,
    versionsTree: tree,
  }
}

function apply(
  store: DriveStore,
  file: DriveFile,
  folderId: string,
  known: KnownItem | undefined,
  verdict: Verdict,
): void {
  const { buffer, context, failedItems, folders } = store
  const { progress, guard } = context
  const folder: FailedItemFolder = folders.place(parentOf(file)) ?? { id: folderId, path: '' }
  switch (verdict.kind) {
    case 'unchanged':
      return
    case 'failed':
      failedItems.add(buffer, folder, failedFile(file), verdict.error)
      return
    case 'skipped':
      failedItems.skip(buffer, folder, failedFile(file), verdict.error)
      return
    case 'left-out':
      failedItems.exclude(buffer, folder, failedFile(file), verdict.reason)
      return
    case 'put':
      buffer.put(verdict.item, verdict.fetched ? verdict.item.size : 0)
      if (verdict.fetched) noteVersions(store, folder, file, verdict.versions)
      // After what is noted of its versions: failures in a row are those of files.
      failedItems.heal(buffer, file.externalId)
      if (known?.validTo === guard.sequence) progress.itemsRemoved = Math.max(0, progress.itemsRemoved - 1)
      if (verdict.fetched) {
        progress.itemsStored += 1
        progress.bytesRead += verdict.item.size
      } else progress.itemsUpdated += 1
  }
}

function failedFile({ externalId, name, contentTag }: DriveFile): FailedItem {
  return { externalId, subject: name, changeKey: contentTag }
}

/**
 * Older versions of files, where the protection settings ask for them: the newest ones that Microsoft keeps, taken when a file is new or has
 * another content. Each is fetched once and known by its id from then on. One that cannot be had is named in the run's report and asked for
 * again by the next runs; its file is stored all the same.
 */
import type { KnownItem, StagedVersion } from '../../catalog/index.ts'
import type { Repository } from '../../repository/index.ts'
import {
  type DriveFile,
  type FileVersion,
  fetchVersion,
  listOlderVersions,
  meansFileFailed,
  meansInfected,
  saveVersions,
} from '../../workloads/index.ts'
import type { FailedItemFolder } from '../resource/failed-items.ts'
import { whyLeftOut } from '../resource/left-out.ts'
import { type DriveStore, parentOf } from './drive-store.ts'

export interface TakenVersions {
  /** What lies beside the file: Microsoft's ids, newest first. */
  readonly ids: readonly string[]
  /** Their directory. */
  readonly tree: string | null
  /** Bytes fetched. */
  readonly bytes: number
  readonly missing: readonly MissingVersion[]
}

interface MissingVersion {
  /** Null where the versions could not even be listed. */
  readonly id: string | null
  readonly why:
    | { readonly kind: 'failed' | 'skipped'; readonly error: unknown }
    | { readonly kind: 'left-out'; readonly reason: string }
}

export const noVersions: TakenVersions = { ids: [], tree: null, bytes: 0, missing: [] }

/** Those that lie beside a file whose content did not change; none where they were pruned since. */
export function keptVersions(
  { versions, versionsTree }: KnownItem,
  repository: Pick<Repository, 'hasBlob'>,
): TakenVersions {
  const isThere = versionsTree !== null && repository.hasBlob('tree', versionsTree)
  return isThere ? { ...noVersions, ids: versions, tree: versionsTree } : noVersions
}

/**
 * @param known the file as it was: its versions stay where they cannot be listed now
 * @throws what concerns the drive as a whole
 */
export async function takeVersions(
  { buffer, context, driveId, folders }: DriveStore,
  file: DriveFile,
  known: KnownItem | undefined,
): Promise<TakenVersions> {
  const { files, graph, repository, signal, writer } = context
  const { externalId, name } = file
  let listed: readonly FileVersion[]
  try {
    listed = await listOlderVersions(graph, driveId, externalId, files.versions, signal)
  } catch (error) {
    const why = whyMissing(error, signal)
    const kept = known === undefined ? noVersions : keptVersions(known, repository)
    return { ...kept, missing: [{ id: null, why }] }
  }
  if (listed.length === 0) return noVersions
  const before = await buffer.knownVersions(externalId)
  const taken: StagedVersion[] = []
  let bytes = 0
  const missing: MissingVersion[] = []
  for (const version of listed) {
    signal.throwIfAborted()
    const { id, size, modifiedAt } = version
    const stored = before.get(id)
    if (stored?.content.every((blob) => repository.hasBlob('data', blob))) {
      taken.push(stored)
      continue
    }
    const facts = { name, size, ...(modifiedAt === null ? {} : { time: modifiedAt }) }
    const reason = whyLeftOut(context, folders.namesTo(parentOf(file)), facts)
    if (reason !== null) {
      missing.push({ id, why: { kind: 'left-out', reason } })
      continue
    }
    try {
      const content = await fetchVersion(graph, writer, { driveId, itemId: externalId }, version, signal)
      const now = { ...version, ...content, externalId }
      taken.push(now)
      bytes += now.size
      await buffer.version(now)
    } catch (error) {
      missing.push({ id, why: whyMissing(error, signal) })
    }
  }
  const tree = await saveVersions(writer, name, taken)
  return { ids: taken.map(({ id }) => id), tree, bytes, missing }
}

function whyMissing(error: unknown, signal: AbortSignal): MissingVersion['why'] {
  if (signal.aborted) throw signal.reason
  if (meansInfected(error)) return { kind: 'skipped', error }
  if (meansFileFailed(error)) return { kind: 'failed', error }
  throw error
}

/** Names what is missing in the run's report, and no more what was named earlier and is not missing now. */
export function noteVersions(
  { buffer, context, failedItems }: DriveStore,
  folder: FailedItemFolder,
  { externalId, name, contentTag: changeKey }: DriveFile,
  { bytes, missing }: TakenVersions,
): void {
  context.progress.bytesRead += bytes
  const left = new Set(failedItems.partsOf(externalId))
  for (const { id, why } of missing) {
    const part = `${externalId}/versions${id === null ? '' : `/${id}`}`
    const item = {
      externalId: part,
      subject: `${name} (${id === null ? 'older versions' : `version ${id}`})`,
      changeKey,
    }
    left.delete(part)
    if (why.kind === 'left-out') failedItems.exclude(buffer, folder, item, why.reason)
    else if (why.kind === 'skipped') failedItems.skip(buffer, folder, item, why.error)
    else failedItems.add(buffer, folder, item, why.error)
  }
  for (const part of left) failedItems.heal(buffer, part)
}

/** The id of the file that a part noted by `noteVersions` belongs to; null for what is no such part. */
export function fileOfPart(externalId: string): string | null {
  const at = externalId.indexOf('/versions')
  return at < 0 ? null : externalId.slice(0, at)
}

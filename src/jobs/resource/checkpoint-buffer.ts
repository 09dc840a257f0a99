/**
 * What a mailbox's backup has stored in the repository but not yet recorded, and the order in which it is recorded: first the
 * repository's packs and index become durable, then one transaction writes rows, positions and failures. A process that dies
 * before the transaction leaves unreferenced blobs, nothing else.
 */
import {
  type KnownItem,
  knownItems,
  type StagedFailure,
  type StagedItem,
  type StagedPosition,
  type StagedVersion,
  stageCheckpoint,
  storedVersions,
} from '../../catalog/index.ts'
import type { ResourceContext } from './resource-context.ts'
import { countsOf } from './resource-progress.ts'

export interface CheckpointBuffer {
  /** The newest version of each item, what is only in this buffer included. */
  known(externalIds: readonly string[]): Promise<Map<string, KnownItem>>
  /** The older versions of a file that were fetched at any time, by their id. */
  knownVersions(externalId: string): Promise<Map<string, StagedVersion>>
  put(item: StagedItem, bytesFetched: number): void
  /** An older version of a file that was fetched. Recorded by itself when there is much of it: no state of the file has to name it yet. */
  version(version: StagedVersion): Promise<void>
  remove(externalId: string): void
  failed(failure: StagedFailure): void
  healed(externalId: string): void
  position(position: StagedPosition): void
  enumerated(folderId: string, externalId: string): void
  enumerationDone(folderId: string): void
  /** There is enough, or it was long ago. */
  isDue(): boolean
  /** Records when it is due. */
  recordIfDue(): Promise<void>
  record(): Promise<void>
  /** Called after each recording, when the database knows all. */
  onRecorded(listener: () => void): void
}

export function createCheckpointBuffer(context: ResourceContext): CheckpointBuffer {
  const { db, guard, writer, clock, resource, progress, checkpoints } = context
  const puts = new Map<string, StagedItem>()
  const removes = new Set<string>()
  /** Puts that a removal took back: the item may turn up in another folder. */
  const parked = new Map<string, StagedItem>()
  const failures = new Map<string, StagedFailure>()
  const healed = new Set<string>()
  const positions = new Map<string, StagedPosition>()
  const listeners: (() => void)[] = []
  let versions: StagedVersion[] = []
  let versionBytes = 0
  let enumerated: { folderId: string; externalId: string }[] = []
  let enumerationDone: string[] = []
  let bytes = 0
  let recordedAt = clock.now()

  const asKnown = (item: StagedItem, validTo: number | null): KnownItem => ({
    externalId: item.externalId,
    folderId: item.folderId,
    validFrom: guard.sequence,
    validTo,
    bucket: item.bucket,
    fileName: item.fileName,
    size: item.size,
    sha256: item.sha256,
    content: [...item.content],
    changeKey: item.changeKey,
    fingerprint: item.fingerprint,
    isDraft: item.isDraft,
    receivedAt: item.receivedAt,
    metadata: { ...item.metadata },
    versions: item.versions ?? [],
    versionsTree: item.versionsTree ?? null,
  })

  async function record(): Promise<void> {
    const rows = puts.size + removes.size
    if (
      rows + positions.size + failures.size + healed.size + enumerated.length + enumerationDone.length >
      0
    ) {
      if (puts.size > 0) await writer.flush()
      context.signal.throwIfAborted()
      await stageCheckpoint(db, guard, {
        resourceId: resource.resourceId,
        puts: [...puts.values()],
        versions,
        removes: [...removes],
        positions: [...positions.values()],
        failures: [...failures.values()],
        healed: [...healed].filter((id) => !failures.has(id)),
        enumerated,
        enumerationDone,
        counts: countsOf(progress),
      })
    }
    puts.clear()
    versions = []
    versionBytes = 0
    removes.clear()
    parked.clear()
    failures.clear()
    healed.clear()
    positions.clear()
    enumerated = []
    enumerationDone = []
    bytes = 0
    recordedAt = clock.now()
    for (const listener of listeners) listener()
  }

  /** Several files may be at it at once, each with its own rows; nothing else is touched. */
  async function recordVersions(): Promise<void> {
    const taken = versions
    versions = []
    versionBytes = 0
    await writer.flush()
    context.signal.throwIfAborted()
    await stageCheckpoint(db, guard, {
      resourceId: resource.resourceId,
      puts: [],
      removes: [],
      versions: taken,
      positions: [],
      failures: [],
      healed: [],
      enumerated: [],
      enumerationDone: [],
      counts: countsOf(progress),
    })
  }

  function isDue(): boolean {
    const rows = puts.size + removes.size + enumerated.length + failures.size + healed.size
    const elapsed = clock.now() - recordedAt
    return rows >= checkpoints.rows || bytes >= checkpoints.bytes || elapsed >= checkpoints.milliseconds
  }

  return {
    async known(externalIds) {
      const found = await knownItems(db, resource.resourceId, externalIds)
      for (const id of externalIds) {
        const put = puts.get(id)
        const taken = parked.get(id)
        const row = found.get(id)
        if (put) found.set(id, asKnown(put, null))
        else if (taken) found.set(id, asKnown(taken, guard.sequence))
        else if (row && removes.has(id)) found.set(id, { ...row, validTo: guard.sequence })
      }
      return found
    },
    async knownVersions(externalId) {
      const found = await storedVersions(db, resource.resourceId, externalId)
      for (const version of versions) if (version.externalId === externalId) found.set(version.id, version)
      return found
    },
    put(item, bytesFetched) {
      puts.set(item.externalId, item)
      removes.delete(item.externalId)
      parked.delete(item.externalId)
      bytes += bytesFetched
    },
    async version(version) {
      versions.push(version)
      versionBytes += version.size
      bytes += version.size
      if (versionBytes >= checkpoints.bytes || versions.length >= checkpoints.rows) await recordVersions()
    },
    remove(externalId) {
      const put = puts.get(externalId)
      if (put) parked.set(externalId, put)
      puts.delete(externalId)
      removes.add(externalId)
    },
    failed: (failure) => void failures.set(failure.externalId, failure),
    healed(externalId) {
      failures.delete(externalId)
      healed.add(externalId)
    },
    position: (position) => void positions.set(position.container, position),
    enumerated: (folderId, externalId) => void enumerated.push({ folderId, externalId }),
    enumerationDone: (folderId) => void enumerationDone.push(folderId),
    isDue,
    async recordIfDue() {
      if (isDue()) await record()
    },
    record,
    onRecorded: (listener) => void listeners.push(listener),
  }
}

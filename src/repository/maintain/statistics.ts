/** Sizes of snapshots: what a restore would bring, and what their blobs take in the repository, each counted once. */
import { internalsOf } from '../create-repository.ts'
import { sealOverhead } from '../format/crypto.ts'
import { walkTree } from '../read/walk-tree.ts'
import type { Repository, Snapshot } from '../repository.ts'
import { markReachable } from './reachable-blobs.ts'
import { withLock } from './with-lock.ts'

/** Which snapshots are counted, and how. */
export interface StatisticsOptions {
  /** Default: all snapshots. */
  readonly select?: (snapshot: Snapshot) => boolean
  readonly signal?: AbortSignal
}

/** What a restore of snapshots would write. */
export interface RestoreSize {
  readonly snapshots: number
  /** Files, directories and everything else, as restic counts them. */
  readonly items: number
  /** Bytes; a file with several names counts once a snapshot. */
  readonly bytes: number
}

/** What snapshots take up as they are stored. */
export interface StoredSize {
  readonly snapshots: number
  readonly blobs: number
  /** Compressed and sealed bytes. */
  readonly storedBytes: number
  readonly plainBytes: number
}

/** What restoring each of the snapshots would bring. Errors: `STO_LOCKED`, those of reading trees. */
export function restoreSize(repository: Repository, options: StatisticsOptions = {}): Promise<RestoreSize> {
  return withLock(repository, 'shared', options.signal, async (signal) => {
    const snapshots = await chosen(repository, options, signal)
    await repository.refreshIndex(signal)
    let [items, bytes] = [0, 0]
    for (const { tree } of snapshots) {
      const seen = new Set<string>()
      for await (const { node } of walkTree(repository, tree, { signal })) {
        items++
        if (node.type !== 'file') continue
        if ((node.links ?? 0) > 1) {
          const key = `${node.device_id ?? 0} ${node.inode ?? 0}`
          if (seen.has(key)) continue
          seen.add(key)
        }
        bytes += node.size ?? 0
      }
    }
    return { snapshots: snapshots.length, items, bytes }
  })
}

/** What the blobs of the snapshots take. Memory: one byte a blob of the repository. Errors: `STO_LOCKED`, `STO_BLOB_UNKNOWN`. */
export function storedSize(repository: Repository, options: StatisticsOptions = {}): Promise<StoredSize> {
  return withLock(repository, 'shared', options.signal, async (signal) => {
    const internals = internalsOf(repository)
    const snapshots = await chosen(repository, options, signal)
    await repository.refreshIndex(signal)
    const index = internals.index()
    const roots = [...new Set(snapshots.map(({ tree }) => tree))]
    const marked = await markReachable(internals, index, roots, [], signal, () => undefined)
    let [blobs, storedBytes, plainBytes] = [0, 0, 0]
    for (let entry = 0; entry < index.size; entry++) {
      if (marked[entry] !== 1) continue
      const { length, uncompressedLength = length - sealOverhead } = index.entry(entry)
      blobs++
      storedBytes += length
      plainBytes += uncompressedLength
    }
    return { snapshots: snapshots.length, blobs, storedBytes, plainBytes }
  })
}

async function chosen(
  repository: Repository,
  { select = () => true }: StatisticsOptions,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  return (await repository.listSnapshots(signal)).filter(select)
}

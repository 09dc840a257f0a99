/**
 * Copies snapshots into another repository: trees byte for byte, whatever wrote them, and each blob once. Blobs are opened, checked and
 * sealed anew with the other key. Write order as in a backup: data and trees, index, snapshot; a snapshot is there when all of it is.
 * Both repositories are under a shared lock. With the same chunker polynomial, both sides share large files cut by later backups, too.
 */
import { internalsOf, type RepositoryInternals } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { isId } from '../format/blob-id.ts'
import { saveJsonFile } from '../format/json-file.ts'
import { encodeSnapshot } from '../format/snapshot-file.ts'
import { rawNodes } from '../format/tree-decoder.ts'
import type { BlobIndex, BlobLocation } from '../read/blob-index.ts'
import type { Repository, RepositoryLock, Snapshot } from '../repository.ts'
import type { InternalWriter } from '../write/repository-writer.ts'
import { readPacks } from './read-pack.ts'
import { assertHeld, withLock } from './with-lock.ts'

/** How far a copy has come. */
export interface CopyProgress {
  readonly snapshotsDone: number
  readonly snapshotsTotal: number
  /** Blobs and plain bytes copied so far. */
  readonly blobs: number
  readonly bytes: number
}

/** Which snapshots are copied. */
export interface CopyOptions {
  /** Ids (or unique prefixes, or `latest`) of the snapshots. Default: all. */
  readonly snapshots?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CopyProgress) => void
}

/** What was copied, and what was there already. */
export interface CopyResult {
  /** Which snapshot was copied, and its id in the other repository. */
  readonly copied: readonly { readonly from: string; readonly to: string }[]
  /** Snapshots whose copy was there already. */
  readonly skipped: readonly string[]
}

/** The other repository has another key: blobs are sealed anew. */
const allPlain = { wantsPlain: () => true }

/** Data blobs gathered before they are read pack by pack. */
const blobsPerRound = 20_000

/**
 * Errors: `STO_COPY_UNFIT` (both are the same repository), `STO_SNAPSHOT_UNKNOWN`, `STO_LOCKED`, `STO_BLOB_UNKNOWN`, `STO_BLOB_DAMAGED`.
 * After any of them, and after a cancellation, both repositories are valid; copying again goes on where it ended.
 */
export async function copySnapshots(
  from: Repository,
  to: Repository,
  options: CopyOptions = {},
): Promise<CopyResult> {
  if (from.id === to.id) throw fail('STO_COPY_UNFIT')
  return withLock(from, 'shared', options.signal, (readSignal) =>
    withLock(to, 'shared', readSignal, async (signal, lock) => {
      const all = await from.listSnapshots(signal)
      const present = new Set((await to.listSnapshots(signal)).map(sameness))
      const chosen = options.snapshots
        ? await Promise.all(options.snapshots.map((id) => from.findSnapshot(id, signal)))
        : all
      await from.refreshIndex(signal)
      await to.refreshIndex(signal)
      const source = internalsOf(from)
      const letIndexGo = source.holdIndex()
      const writer = internalsOf(to).writer(signal)
      const copied: { from: string; to: string }[] = []
      const skipped: string[] = []
      const counters = { blobs: 0, bytes: 0 }
      const report = () =>
        options.onProgress?.({
          snapshotsDone: copied.length + skipped.length,
          snapshotsTotal: chosen.length,
          ...counters,
        })
      try {
        const seen = createSeenTrees(source.index())
        for (const snapshot of chosen) {
          if (present.has(sameness(snapshot))) skipped.push(snapshot.id)
          else {
            await copyTree(source, writer, snapshot.tree, seen, signal, (bytes) => {
              counters.blobs++
              counters.bytes += bytes
            })
            copied.push({
              from: snapshot.id,
              to: await saveCopy(internalsOf(to), writer, snapshot, lock, signal),
            })
            present.add(sameness(snapshot))
          }
          report()
        }
      } finally {
        // Gives the writer back to the repository; everything that matters was flushed with its snapshot.
        writer.abort()
        letIndexGo()
      }
      return { copied, skipped }
    }),
  )
}

/** Two snapshots with this in common are copies of one: the first id of their line, and all that people see. */
function sameness(snapshot: Snapshot): string {
  const { id, original = id, tree, time, hostname, username, paths, tags } = snapshot
  return JSON.stringify([original, tree, Date.parse(time), hostname, username, paths, tags.toSorted()])
}

async function saveCopy(
  { backend, key }: RepositoryInternals,
  writer: InternalWriter,
  snapshot: Snapshot,
  lock: RepositoryLock,
  signal: AbortSignal,
): Promise<string> {
  await writer.flush()
  await assertHeld(lock, signal)
  // The parent has another id over there, or is not there at all.
  const { id, parent: _, ...rest } = snapshot
  const bytes = encodeSnapshot({ ...rest, original: snapshot.original ?? id })
  return saveJsonFile(backend, key, 'snapshots', bytes, signal)
}

interface SeenTrees {
  /** Answers whether the tree was not asked for before. */
  isNew(tree: string): boolean
}

/** One byte for each place of the index, instead of a set of ids. */
function createSeenTrees(index: BlobIndex): SeenTrees {
  const seen = new Uint8Array(index.size)
  return {
    isNew(tree) {
      const place = index.entryOf('tree', tree)
      if (place < 0 || place >= seen.length) return true
      const isNew = seen[place] === 0
      seen[place] = 1
      return isNew
    },
  }
}

/** Copies a tree and all below it. Trees in `seen` were copied, or found to be there, with everything below them. */
async function copyTree(
  source: RepositoryInternals,
  writer: InternalWriter,
  root: string,
  seen: SeenTrees,
  signal: AbortSignal,
  onBlob: (bytes: number) => void,
): Promise<void> {
  const open = [root]
  const wanted = new Map<string, BlobLocation>()
  const copyData = async () => {
    await copyBlobs(source, writer, [...wanted.values()], signal, onBlob)
    wanted.clear()
  }
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (!seen.isNew(tree)) continue
    const [place] = await source.locate('tree', tree)
    if (!place) throw fail('STO_BLOB_UNKNOWN', { type: 'tree', blob: tree })
    for await (const { plain } of readPacks(source, source.index(), [[place]], { ...allPlain, signal })) {
      if (!plain) continue
      // Even a tree that is there is walked: a crash may have left it without what it refers to.
      for (const { type, subtree, content } of rawNodes(plain, tree)) {
        if (type === 'dir' && isId(subtree)) open.push(subtree)
        if (type !== 'file' || !Array.isArray(content)) continue
        for (const id of content) {
          if (!isId(id) || wanted.has(id) || writer.knows('data', id)) continue
          const [data] = await source.locate('data', id)
          if (data) wanted.set(id, data)
        }
      }
      if (await writer.saveBlob('tree', tree, plain)) onBlob(plain.length)
    }
    if (wanted.size >= blobsPerRound) await copyData()
  }
  await copyData()
}

async function copyBlobs(
  source: RepositoryInternals,
  writer: InternalWriter,
  blobs: readonly BlobLocation[],
  signal: AbortSignal,
  onBlob: (bytes: number) => void,
): Promise<void> {
  const packs = Map.groupBy(blobs, ({ pack }) => pack)
  const options = { ...allPlain, signal }
  for await (const { blob, plain } of readPacks(source, source.index(), packs.values(), options)) {
    if (plain && (await writer.saveBlob('data', blob.id, plain))) onBlob(plain.length)
  }
}

/**
 * Writes into a repository. Order, always: packs, then index files that name them, then the snapshot. A crash between two of
 * these leaves packs or blobs that nobody refers to; the next prune removes them.
 * Blobs are known (and not stored again) when a written index names them, when this writer has saved their pack, or while they
 * are under way here; `flush` makes all of them durable.
 */
import type { Clock } from '../../shared/index.ts'
import type { Backend } from '../backend.ts'
import { fail } from '../errors.ts'
import { idOf } from '../format/blob-id.ts'
import type { CompressionLevels } from '../format/compression.ts'
import type { MasterKey, RandomSource } from '../format/crypto.ts'
import { formatTime } from '../format/go-time.ts'
import { blobsPerIndexFile, encodeIndex } from '../format/index-file.ts'
import { saveJsonFile } from '../format/json-file.ts'
import { orderNodes } from '../format/node-order.ts'
import type { PackContent } from '../format/pack-header.ts'
import { encodeSnapshot } from '../format/snapshot-file.ts'
import { encodeTree } from '../format/tree-encoder.ts'
import { assertHeld } from '../maintain/with-lock.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import { createMemoryIndex } from '../read/memory-index.ts'
import type { BlobType, RepositoryWriter } from '../repository.ts'
import type { WorkerThreads } from '../threads/worker-threads.ts'
import type { TreeNode } from '../tree-node.ts'
import { type ChunkerTables, largestChunk, smallestChunk } from './chunker.ts'
import { splitContent } from './content-splitter.ts'
import { createPackWriter } from './pack-writer.ts'

/** restic writes an index at least this often, so that a crash costs minutes. */
const indexInterval = 10 * 60_000

export interface WriterContext {
  readonly backend: Backend
  readonly key: MasterKey
  readonly host: string
  readonly clock: Clock
  readonly threads: WorkerThreads
  readonly levels: CompressionLevels
  readonly extraVerify: boolean
  readonly packSize: number
  /** Bytes of packs. */
  readonly indexEvery: number
  readonly random: RandomSource
  readonly tables: () => ChunkerTables
  /** Blobs that written index files name. */
  readonly index: () => BlobIndex
  /** Told of every index file written. */
  readonly onIndexed: (name: string, packs: readonly PackContent[]) => Promise<void>
  readonly onTree: (id: string, nodes: readonly TreeNode[]) => void
  readonly onClose: (writer: InternalWriter) => void
  readonly signal?: AbortSignal
}

/** A writer whose unfinished blobs the repository can find. */
export interface InternalWriter extends RepositoryWriter {
  /** Makes a blob that is still under way readable; answers whether it knows it. */
  settle(type: BlobType, id: string): Promise<boolean>
  /** Stores the plain bytes of a blob as they are, of any size; the caller vouches for the id. Answers whether it was new. */
  saveBlob(type: BlobType, id: string, bytes: Uint8Array): Promise<boolean>
  knows(type: BlobType, id: string): boolean
  readonly fresh: BlobIndex
}

export function createRepositoryWriter(context: WriterContext): InternalWriter {
  const { backend, key, clock } = context
  const stop = new AbortController()
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal
  const statistics = { blobsNew: 0, blobsKnown: 0, bytesIn: 0, bytesStored: 0, packs: 0 }
  const underWay = new Set<string>()
  let unindexed: PackContent[] = []
  let unindexedBlobs = 0
  let unindexedBytes = 0
  let lastIndexTime = clock.now()
  let fresh = createMemoryIndex()
  let failure: { readonly reason: unknown } | undefined
  let queue: Promise<void> = Promise.resolve()

  const giveUp = (reason: unknown) => {
    if (failure) return
    failure = { reason }
    packs.fail(reason)
    stop.abort(reason)
    context.onClose(writer)
  }
  const check = () => {
    if (failure) throw failure.reason
    signal.throwIfAborted()
  }
  const packs = createPackWriter({
    backend,
    key,
    threads: context.threads,
    levels: context.levels,
    extraVerify: context.extraVerify,
    packSize: context.packSize,
    random: context.random,
    signal,
    onPack(pack, bytes) {
      statistics.packs++
      statistics.bytesStored += bytes
      unindexed.push(pack)
      unindexedBlobs += pack.blobs.length
      unindexedBytes += bytes
      fresh.add(pack)
      for (const blob of pack.blobs) underWay.delete(blob.type + blob.id)
      const isDue =
        unindexedBlobs >= blobsPerIndexFile ||
        unindexedBytes >= context.indexEvery ||
        clock.now() - lastIndexTime >= indexInterval
      if (!isDue) return
      unindexedBytes = 0
      void inOrder(writeIndex).catch(giveUp)
    },
    onFailure: giveUp,
  })

  /** One index write or flush at a time. */
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }
  const writeIndex = async (): Promise<void> => {
    unindexedBytes = 0
    while (unindexed.length > 0) {
      check()
      const chosen: PackContent[] = []
      let blobs = 0
      for (const pack of unindexed) {
        if (chosen.length > 0 && blobs + pack.blobs.length > blobsPerIndexFile) break
        chosen.push(pack)
        blobs += pack.blobs.length
      }
      const name = await saveJsonFile(backend, key, 'index', encodeIndex(chosen), signal)
      await context.onIndexed(name, chosen)
      unindexed = unindexed.slice(chosen.length)
      unindexedBlobs -= blobs
      lastIndexTime = clock.now()
    }
    fresh = createMemoryIndex()
    for (const pack of unindexed) fresh.add(pack)
  }
  const knows = (type: BlobType, id: string) =>
    underWay.has(type + id) || fresh.has(type, id) || context.index().has(type, id)

  const add = async (type: BlobType, id: string, bytes: Uint8Array): Promise<boolean> => {
    check()
    statistics.bytesIn += bytes.length
    if (knows(type, id)) {
      statistics.blobsKnown++
      return false
    }
    underWay.add(type + id)
    statistics.blobsNew++
    await packs.add(type, id, bytes)
    check()
    return true
  }
  const flush = () =>
    inOrder(async () => {
      check()
      await packs.drain()
      await writeIndex()
      check()
    })

  const writer: InternalWriter = {
    statistics,
    knows,
    saveBlob: add,
    get fresh() {
      return fresh
    },
    async saveData(bytes) {
      if (bytes.length > largestChunk)
        throw fail('STO_BLOB_TOO_LARGE', { size: bytes.length, limit: largestChunk })
      const id = idOf(bytes)
      return { id, isNew: await add('data', id, bytes) }
    },
    async saveContent(source) {
      check()
      if (source instanceof Uint8Array && source.length <= smallestChunk) {
        if (source.length === 0) return { content: [], size: 0, sha256: idOf(source) }
        const { id } = await writer.saveData(source)
        return { content: [id], size: source.length, sha256: id }
      }
      return splitContent(source, context.tables(), async (chunk) => (await writer.saveData(chunk)).id)
    },
    async saveTree(nodes) {
      const ordered = orderNodes(nodes)
      const bytes = encodeTree(ordered)
      const id = idOf(bytes)
      await add('tree', id, bytes)
      context.onTree(id, ordered)
      return id
    },
    flush,
    async saveSnapshot(input) {
      await flush()
      if (!context.index().has('tree', input.tree)) {
        throw fail('STO_BLOB_UNKNOWN', { type: 'tree', blob: input.tree })
      }
      const {
        time = clock.now(),
        hostname = context.host,
        paths = ['/'],
        username = '',
        tags = [],
        lock,
        ...rest
      } = input
      if (lock) await assertHeld(lock, signal)
      const snapshot = { ...rest, time: formatTime(time), hostname, paths, username, tags }
      return saveJsonFile(backend, key, 'snapshots', encodeSnapshot(snapshot), signal)
    },
    abort: (reason) => giveUp(reason ?? fail('STO_WRITER_CLOSED')),
    async settle(type, id) {
      if (underWay.has(type + id)) await flush()
      return knows(type, id)
    },
  }
  if (signal.aborted) giveUp(signal.reason)
  else
    context.signal?.addEventListener('abort', () => giveUp(context.signal?.reason), { signal: stop.signal })
  return writer
}

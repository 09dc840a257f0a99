/**
 * An open repository: its index in memory, its readers, writers and locks. Index files never change, so refreshing reads the new
 * ones only; when files vanished (a prune by somebody), everything is read anew. Snapshots are listed before the index is
 * refreshed by whoever needs both, as restic does.
 */
import { isAppError } from '../errors/index.ts'
import type { Clock } from '../shared/index.ts'
import type { Backend } from './backend.ts'
import { fail } from './errors.ts'
import type { CompressionLevels } from './format/compression.ts'
import type { MasterKey, RandomSource } from './format/crypto.ts'
import { loadJsonFile } from './format/json-file.ts'
import { decodeSnapshot } from './format/snapshot-file.ts'
import { decodeTree } from './format/tree-decoder.ts'
import { removeDeadLocks, takeLock } from './lock.ts'
import type { BlobIndex, BlobLocation } from './read/blob-index.ts'
import type { IndexStore } from './read/index-kind.ts'
import { loadBlobFrom } from './read/load-blob.ts'
import { createRepositoryIndex } from './read/repository-index.ts'
import { createTreeCache } from './read/tree-cache.ts'
import type { BlobType, Repository, Snapshot, WriterOptions } from './repository.ts'
import type { WorkerThreads } from './threads/worker-threads.ts'
import { type ChunkerTables, chunkerTables } from './write/chunker.ts'
import { createRepositoryWriter, type InternalWriter } from './write/repository-writer.ts'

export interface RepositoryContext {
  readonly backend: Backend
  readonly key: MasterKey
  readonly id: string
  readonly version: number
  readonly polynomial: bigint
  readonly host: string
  readonly processNonce: string
  readonly clock: Clock
  readonly warn: (details: object, message: string) => void
  readonly levels: CompressionLevels
  readonly extraVerify: boolean
  /** Bytes. */
  readonly packSize: number
  readonly random: RandomSource
  readonly threads: WorkerThreads
  readonly ownsThreads: boolean
  readonly indexes: IndexStore
  /** Name of the key file that opened the repository; a change of the password changes it. */
  readonly currentKey: { name: string }
}

const cachedNodes = 50_000

/** What maintenance needs beyond the public repository. */
export interface RepositoryInternals extends RepositoryContext {
  /** The index as it is now; a refresh may replace it. */
  index(): BlobIndex
  /** Keeps the index of now usable beyond a replacement, until the answered function is called. */
  holdIndex(): () => void
  /** All places of a blob, those of our own unfinished writers included. Errors: `STO_BLOB_UNKNOWN`. */
  locate(type: BlobType, id: string): Promise<readonly BlobLocation[]>
  writer(signal?: AbortSignal): InternalWriter
  /** Like `refreshIndex`, with less memory; when it fails the index is empty, which costs duplicates but never data. */
  reload(signal?: AbortSignal): Promise<void>
}

const internals = new WeakMap<Repository, RepositoryInternals>()

export function internalsOf(repository: Repository): RepositoryInternals {
  const context = internals.get(repository)
  if (!context) throw new TypeError('not a repository of openRepository')
  return context
}

export function createRepository(context: RepositoryContext): Repository {
  const { backend, key } = context
  const cache = createTreeCache(cachedNodes)
  const writers = new Set<InternalWriter>()
  const snapshots = new Map<string, Snapshot>()
  const index = createRepositoryIndex(context, context.indexes)
  let tables: ChunkerTables | undefined

  const locate = async (type: BlobType, id: string): Promise<readonly BlobLocation[]> => {
    const found = index.current().find(type, id)
    if (found.length > 0) return found
    for (const writer of writers) {
      if (!writer.knows(type, id)) continue
      if (await writer.settle(type, id))
        return [...writer.fresh.find(type, id), ...index.current().find(type, id)]
    }
    throw fail('STO_BLOB_UNKNOWN', { type, blob: id })
  }
  const loadBlob = async (id: string, type: BlobType = 'data', signal?: AbortSignal): Promise<Buffer> => {
    return loadBlobFrom(context, type, id, await locate(type, id), signal)
  }
  const loadSnapshot = async (name: string, signal?: AbortSignal): Promise<Snapshot> => {
    const known = snapshots.get(name)
    if (known) return known
    const snapshot = decodeSnapshot(await loadJsonFile(backend, key, 'snapshots', name, signal), name)
    snapshots.set(name, snapshot)
    return snapshot
  }
  const listSnapshots = async (signal?: AbortSignal): Promise<Snapshot[]> => {
    const names = new Set<string>()
    for await (const { name } of backend.list('snapshots', signal)) {
      names.add(name)
      try {
        await loadSnapshot(name, signal)
      } catch (cause) {
        // Removed by somebody since the listing.
        if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
      }
    }
    for (const name of snapshots.keys()) if (!names.has(name)) snapshots.delete(name)
    return [...snapshots.values()].sort(
      (a, b) => Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : 1),
    )
  }

  const openWriter = (signal?: AbortSignal, options: WriterOptions = {}): InternalWriter => {
    if (context.version !== 2) throw fail('STO_VERSION_UNSUPPORTED', { version: context.version })
    const writer = createRepositoryWriter({
      backend,
      key,
      host: context.host,
      clock: context.clock,
      threads: context.threads,
      levels: context.levels,
      extraVerify: context.extraVerify,
      packSize: context.packSize,
      indexEvery: options.indexEvery ?? Number.POSITIVE_INFINITY,
      random: context.random,
      tables: () => (tables ??= chunkerTables(context.polynomial)),
      index: index.current,
      onIndexed: index.written,
      onTree: (id, nodes) => cache.put(id, nodes),
      onClose: (closed) => writers.delete(closed),
      ...(signal ? { signal } : {}),
    })
    writers.add(writer)
    return writer
  }

  const repository: Repository = {
    id: context.id,
    chunkerPolynomial: context.polynomial.toString(16),
    host: context.host,
    lock: (kind, signal) => takeLock(context, kind, signal),
    removeOwnStaleLocks: () => removeDeadLocks(context),
    writer: openWriter,
    loadBlob,
    hasBlob: (type, id) =>
      index.current().has(type, id) || [...writers].some((writer) => writer.knows(type, id)),
    async loadTree(id, signal) {
      const cached = cache.get(id)
      if (cached) return cached
      const nodes = decodeTree(await loadBlob(id, 'tree', signal), id)
      cache.put(id, nodes)
      return nodes
    },
    async *readFile(node, signal) {
      let actual = 0
      for (const id of node.content ?? []) {
        const bytes = await loadBlob(id, 'data', signal)
        actual += bytes.length
        yield bytes
      }
      const size = node.size ?? 0
      if (actual !== size) throw fail('STO_FILE_SIZE_MISMATCH', { name: node.name, size, actual })
    },
    refreshIndex: index.refresh,
    listSnapshots,
    async findSnapshot(idOrPrefix, signal) {
      const unknown = () => fail('STO_SNAPSHOT_UNKNOWN', { id: idOrPrefix })
      if (idOrPrefix === 'latest') {
        const latest = (await listSnapshots(signal)).at(-1)
        if (latest) return latest
        throw unknown()
      }
      // By name, so that a snapshot which cannot be read keeps nobody from the others.
      const found: string[] = []
      for await (const { name } of backend.list('snapshots', signal)) {
        if (name.startsWith(idOrPrefix)) found.push(name)
      }
      const [first] = found
      if (first === undefined || idOrPrefix === '') throw unknown()
      if (found.length > 1) throw fail('STO_SNAPSHOT_AMBIGUOUS', { id: idOrPrefix })
      try {
        return await loadSnapshot(first, signal)
      } catch (cause) {
        throw isAppError(cause, 'STO_FILE_MISSING') ? unknown() : cause
      }
    },
    async removeSnapshot(id, signal) {
      await backend.remove('snapshots', id, signal)
      snapshots.delete(id)
    },
    async close() {
      for (const writer of writers) writer.abort()
      await index.close()
      if (context.ownsThreads) await context.threads.close()
      await backend.close()
    },
  }
  internals.set(repository, {
    ...context,
    index: index.current,
    holdIndex: index.hold,
    locate,
    writer: openWriter,
    reload: index.reload,
  })
  return repository
}

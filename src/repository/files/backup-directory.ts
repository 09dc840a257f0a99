/**
 * Backs folders of a disk up as restic does: the same nodes, trees and summary, files unchanged since the parent snapshot not read.
 * Order as in every backup: packs, index, snapshot. What cannot be read is told and left out, the rest is kept.
 */
import { resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { internalsOf } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { formatTime } from '../format/go-time.ts'
import { withLock } from '../maintain/with-lock.ts'
import type {
  BlobType,
  Repository,
  RepositoryLock,
  Snapshot,
  SnapshotInput,
  SnapshotSummary,
} from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'
import { type ChangeOptions, sameNode } from './change.ts'
import { createDirectorySaver } from './directory-saver.ts'
import { createFileReader } from './file-reader.ts'
import { type FileWorkers, fileWorkers } from './file-workers.ts'
import { findParent } from './find-parent.ts'
import { readOwners } from './owners.ts'
import { type RawPath, rawPath, readablePath } from './raw-path.ts'
import { targetTree } from './target-tree.ts'

/** How far a backup has come. */
export interface BackupProgress {
  readonly filesDone: number
  readonly bytesDone: number
  readonly errors: number
  /** The file or directory that was finished last. */
  readonly item: string
}

/** What of a folder is backed up, and how its snapshot is called. */
export interface BackupOptions extends ChangeOptions {
  /** Default: the repository's host. */
  readonly hostname?: string
  readonly username?: string
  readonly uid?: number
  readonly gid?: number
  readonly tags?: readonly string[]
  /** Milliseconds since the epoch; default: now. */
  readonly time?: number
  /** Id, prefix or `latest` of the snapshot to compare with. Default: the newest of the same host and paths. */
  readonly parent?: string
  /** Read all files, whatever their metadata say. */
  readonly force?: boolean
  /** Keep times of the last access; they make every directory a new one at every backup. */
  readonly withAccessTime?: boolean
  /** Whether an absolute path is left out; `file` is undefined when it could not be looked at. */
  readonly exclude?: (
    path: string,
    file: { readonly type: string; readonly size: number } | undefined,
  ) => boolean
  /** Told to readers of the snapshot: the patterns behind `exclude`. */
  readonly excludes?: readonly string[]
  /** Only say what would be stored. */
  readonly dryRun?: boolean
  readonly programVersion?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: BackupProgress) => void
  /** Told of everything that cannot be read, with the operating system's reason (`EACCES`). */
  readonly onError?: (path: string, reason: string) => void
}

/** What a backup has stored. */
export interface BackupResult {
  /** Undefined in a dry run. */
  readonly snapshot?: string
  readonly tree: string
  readonly parent?: string
  /** How many files and directories could not be read. */
  readonly errors: number
  readonly summary: Required<SnapshotSummary>
}

/**
 * Backs one or more files or folders up under a shared lock and answers the new snapshot.
 * Errors: `STO_SOURCE_MISSING` (none of them exists), `STO_LOCKED`, `STO_SNAPSHOT_UNKNOWN` (the parent), those of the backend. After any of
 * them, and after a cancellation, the repository is valid.
 */
export async function backupDirectory(
  repository: Repository,
  folders: string | readonly string[],
  options: BackupOptions = {},
): Promise<BackupResult> {
  const workers = fileWorkers(internalsOf(repository).threads)
  return withLock(repository, 'shared', options.signal, (signal, lock) =>
    backup(repository, workers, typeof folders === 'string' ? [folders] : folders, options, signal, lock),
  )
}

async function backup(
  repository: Repository,
  workers: FileWorkers,
  folders: readonly string[],
  options: BackupOptions,
  signal: AbortSignal,
  lock: RepositoryLock,
): Promise<BackupResult> {
  const { clock, polynomial } = internalsOf(repository)
  const start = clock.now()
  const { hostname = repository.host, time = start, tags = [], username = '' } = options
  const counters = createCounters(options)
  const sources = await existing(workers, folders, counters, signal)
  const paths = [...new Set(sources.map((folder) => resolve(folder)))]
  const parent = await chooseParent(repository, { hostname, paths, time }, options, signal)
  await repository.refreshIndex(signal)

  const store = options.dryRun ? dryStore(repository) : writingStore(repository, signal)
  try {
    const reader = createFileReader({
      workers,
      saveBlob: async (id, bytes) => counters.blob('data', bytes.length, await store.save('data', id, bytes)),
      polynomial,
      signal: store.signal,
      onBytes: (bytes) => counters.bytes(bytes),
    })
    const saver = createDirectorySaver({
      repository,
      workers,
      reader,
      owners: readOwners(),
      signal: store.signal,
      options: { ...options, withAccessTime: options.withAccessTime ?? false },
      isExcluded: (path, entry) => options.exclude?.(resolve(readablePath(path)), entry) ?? false,
      async saveTree(id, bytes) {
        counters.blob('tree', bytes.length, await store.save('tree', id, bytes))
        // Directories by the thousand must leave timers and sockets a turn.
        if (counters.turn()) await setImmediate()
      },
      onError: (path, reason) => counters.error(path, reason),
      onItem: (path, node, previous) => counters.item(path, node, previous),
    })
    const tree = await saver.save(targetTree(sources), parent?.tree)
    const packed = await store.finish()
    const summary = {
      backup_start: formatTime(start),
      backup_end: formatTime(clock.now()),
      ...counters.summary(),
      data_added_packed: packed,
    }
    const result = { tree, errors: counters.errors(), summary, ...(parent ? { parent: parent.id } : {}) }
    if (!store.snapshot) return result
    const snapshot = await store.snapshot({
      lock,
      tree,
      time,
      paths,
      hostname,
      username,
      tags,
      summary,
      ...(parent ? { parent: parent.id } : {}),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      ...(options.excludes ? { excludes: options.excludes } : {}),
      ...(options.programVersion === undefined ? {} : { programVersion: options.programVersion }),
    })
    return { ...result, snapshot }
  } finally {
    store.close()
  }
}

/** What is missing is told and left out, as restic does. */
async function existing(
  workers: FileWorkers,
  folders: readonly string[],
  counters: Counters,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    const path = rawPath(folder)
    const entry = await workers.read('lookAtPath', { path, follow: false }, signal)
    if ('fault' in entry) counters.error(path, entry.fault)
    else found.push(folder)
  }
  if (found.length === 0) throw fail('STO_SOURCE_MISSING', { paths: folders.join(', ') })
  return found
}

async function chooseParent(
  repository: Repository,
  wanted: { readonly hostname: string; readonly paths: readonly string[]; readonly time: number },
  options: BackupOptions,
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  if (options.force) return undefined
  return options.parent === undefined
    ? findParent(repository, wanted, signal)
    : repository.findSnapshot(options.parent, signal)
}

/** Where blobs go. */
function writingStore(repository: Repository, signal: AbortSignal) {
  const stop = new AbortController()
  const writer = internalsOf(repository).writer(signal)
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    save: (type: BlobType, id: string, bytes: Uint8Array) => writer.saveBlob(type, id, bytes),
    async finish(): Promise<number> {
      await writer.flush()
      return writer.statistics.bytesStored
    },
    snapshot: (input: SnapshotInput) => writer.saveSnapshot(input),
    /** Gives the writer back; what matters was flushed with the snapshot. */
    close() {
      stop.abort()
      writer.abort()
    },
  }
}

/** Stores nothing, and only knows what would be new. */
function dryStore(repository: Repository) {
  const seen = new Set<string>()
  const stop = new AbortController()
  return {
    signal: stop.signal,
    async save(type: BlobType, id: string): Promise<boolean> {
      const key = type + id
      if (seen.has(key) || repository.hasBlob(type, id)) return false
      seen.add(key)
      return true
    },
    finish: async () => 0,
    snapshot: undefined,
    close: () => stop.abort(),
  }
}

const itemsPerTurn = 256

type Counters = ReturnType<typeof createCounters>

function createCounters(options: BackupOptions) {
  const files = { new: 0, changed: 0, unmodified: 0 }
  const directories = { new: 0, changed: 0, unmodified: 0 }
  const blobs = { data: 0, tree: 0 }
  let [added, processed, bytesDone, errors, items] = [0, 0, 0, 0, 0]
  const report = (item: RawPath) =>
    options.onProgress?.({
      filesDone: files.new + files.changed + files.unmodified,
      bytesDone,
      errors,
      item: readablePath(item),
    })
  return {
    blob(type: BlobType, bytes: number, isNew: boolean) {
      if (!isNew) return
      blobs[type]++
      added += bytes
    },
    bytes(bytes: number) {
      bytesDone += bytes
    },
    error(path: RawPath, reason: string) {
      errors++
      options.onError?.(readablePath(path), reason)
    },
    item(path: RawPath, node: TreeNode, previous: TreeNode | undefined) {
      items++
      processed += node.type === 'file' ? (node.size ?? 0) : 0
      // As restic counts: neither links nor devices.
      const group = node.type === 'dir' ? directories : node.type === 'file' ? files : undefined
      if (group) group[!previous ? 'new' : sameNode(node, previous) ? 'unmodified' : 'changed']++
      report(path)
    },
    errors: () => errors,
    turn: () => items % itemsPerTurn === 0,
    summary: () => ({
      files_new: files.new,
      files_changed: files.changed,
      files_unmodified: files.unmodified,
      dirs_new: directories.new,
      dirs_changed: directories.changed,
      dirs_unmodified: directories.unmodified,
      data_blobs: blobs.data,
      tree_blobs: blobs.tree,
      data_added: added,
      total_files_processed: files.new + files.changed + files.unmodified,
      total_bytes_processed: processed,
    }),
  }
}

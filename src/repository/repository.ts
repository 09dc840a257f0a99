/** The engine's public vocabulary: repository, writer, lock, snapshot. */
import type { TreeNode } from './tree-node.ts'

/** Content of files, or directories. */
export type BlobType = 'data' | 'tree'

/** Shared locks go together, an exclusive one goes with none. */
export type LockKind = 'shared' | 'exclusive'

/** A lock that is held, refreshed by itself until it is released. */
export interface RepositoryLock {
  readonly kind: LockKind
  /** Fires when the lock could not be refreshed for 22.5 minutes, or was removed by somebody: stop writing at once. */
  readonly lost: AbortSignal
  /** Asks the store whether our lock file is still there (before publishing a snapshot, for example). */
  stillThere(signal?: AbortSignal): Promise<boolean>
  /** Removes the lock file. Safe to call twice. */
  release(): Promise<void>
}

/** Counters of a snapshot, as restic 0.17 and later show them. All optional. */
export interface SnapshotSummary {
  readonly backup_start?: string
  readonly backup_end?: string
  readonly files_new?: number
  readonly files_changed?: number
  readonly files_unmodified?: number
  readonly dirs_new?: number
  readonly dirs_changed?: number
  readonly dirs_unmodified?: number
  readonly data_blobs?: number
  readonly tree_blobs?: number
  readonly data_added?: number
  readonly data_added_packed?: number
  readonly total_files_processed?: number
  readonly total_bytes_processed?: number
}

/** A snapshot that is to be written. */
export interface SnapshotInput {
  /** Id of the root tree. */
  readonly tree: string
  /** Milliseconds since the epoch; default: the repository's clock. */
  readonly time?: number
  /** Absolute paths; default `['/']`. */
  readonly paths?: readonly string[]
  /** Default: the repository's host. */
  readonly hostname?: string
  readonly username?: string
  readonly uid?: number
  readonly gid?: number
  /** Patterns of what was left out. */
  readonly excludes?: readonly string[]
  readonly tags?: readonly string[]
  readonly parent?: string
  readonly original?: string
  readonly programVersion?: string
  readonly summary?: SnapshotSummary
  /**
   * The lock it is written under. The store is asked for it after everything is flushed: where it was removed, a prune may have taken what
   * was stored since, and nothing is published.
   */
  readonly lock?: RepositoryLock
}

/** A snapshot as it is stored. */
export interface Snapshot {
  readonly id: string
  /** RFC 3339 text as stored. */
  readonly time: string
  readonly tree: string
  readonly paths: readonly string[]
  readonly hostname: string
  readonly username: string
  /** Of the user who made it on a machine of restic's; absent when 0. */
  readonly uid?: number
  readonly gid?: number
  /** Patterns that the backup left out. */
  readonly excludes?: readonly string[]
  readonly tags: readonly string[]
  readonly parent?: string
  readonly original?: string
  readonly programVersion?: string
  readonly summary?: SnapshotSummary
}

/** Counters of one writer. */
export interface WriterStatistics {
  /** Blobs stored by this writer. */
  readonly blobsNew: number
  /** Blobs that were there already. */
  readonly blobsKnown: number
  /** Plain bytes given to the writer, known ones included. */
  readonly bytesIn: number
  /** Bytes of finished packs, compressed and sealed. */
  readonly bytesStored: number
  /** Finished packs. */
  readonly packs: number
}

/** How a writer works, beside what the repository says. */
export interface WriterOptions {
  /**
   * Bytes of packs after which an index file names them, beside restic's own limits: ten minutes, 50,000 blobs. What no index names when the
   * process dies is stored again. Default: no limit.
   */
  readonly indexEvery?: number
}

/** Where content went that a writer has stored. */
export interface StoredContent {
  /** Ids of the data blobs in order: a file node's `content`. */
  readonly content: string[]
  /** Bytes. */
  readonly size: number
  /** Lowercase hex of the whole content. */
  readonly sha256: string
}

/**
 * Adds blobs, trees and snapshots. Any number of callers may use one writer at once; a promise that stays pending is
 * backpressure. Bytes are copied before a promise resolves, so the caller may reuse its buffer afterwards.
 */
export interface RepositoryWriter {
  /** Stores one data blob of at most 8 MiB (larger content: `saveContent`). */
  saveData(bytes: Uint8Array): Promise<{ readonly id: string; readonly isNew: boolean }>
  /** Stores content of any size; above 512 KiB it is cut by content (restic's own boundaries). Empty content has no blob. */
  saveContent(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredContent>
  /** Stores a directory and answers its id. Sorts by raw UTF-8 bytes; refuses duplicates and names no disk can hold. */
  saveTree(nodes: readonly TreeNode[]): Promise<string>
  /** After it, every blob saved before the call is in a pack and in a written index: durable. */
  flush(): Promise<void>
  /** Flushes, then writes the snapshot (packs, index, snapshot: in that order) and answers its id. Errors: `STO_LOCK_LOST`. */
  saveSnapshot(snapshot: SnapshotInput): Promise<string>
  readonly statistics: WriterStatistics
  /** Gives up: pending calls reject, nothing more is written. The repository stays valid; packs may stay orphaned. */
  abort(reason?: unknown): void
}

/** An open repository. Any number of callers may use it at once. */
export interface Repository {
  /** 64 hex digits from the config file. */
  readonly id: string
  /** Hex without prefix, as in the config file. */
  readonly chunkerPolynomial: string
  /** Our own name in locks and snapshots. */
  readonly host: string
  /** Takes restic's lock. Errors: `STO_LOCKED`, `STO_LOCK_UNREADABLE`. */
  lock(kind: LockKind, signal?: AbortSignal): Promise<RepositoryLock>
  writer(signal?: AbortSignal, options?: WriterOptions): RepositoryWriter
  /** Plain bytes of a blob, checked against its id. Errors: `STO_BLOB_UNKNOWN`, `STO_BLOB_DAMAGED`. */
  loadBlob(id: string, type?: BlobType, signal?: AbortSignal): Promise<Buffer>
  /** Whether a written index names the blob, or one of our writers has stored it. */
  hasBlob(type: BlobType, id: string): boolean
  loadTree(id: string, signal?: AbortSignal): Promise<readonly TreeNode[]>
  /** The content of a file node, blob by blob. */
  readFile(node: TreeNode, signal?: AbortSignal): AsyncIterable<Buffer>
  /** Reads the index files that others have written since. */
  refreshIndex(signal?: AbortSignal): Promise<void>
  /** Oldest first. */
  listSnapshots(signal?: AbortSignal): Promise<Snapshot[]>
  /** By whole id, unique prefix or `latest`. Errors: `STO_SNAPSHOT_UNKNOWN`, `STO_SNAPSHOT_AMBIGUOUS`. */
  findSnapshot(idOrPrefix: string, signal?: AbortSignal): Promise<Snapshot>
  removeSnapshot(id: string, signal?: AbortSignal): Promise<void>
  /** Removes locks of our own host whose process is dead, and answers how many. */
  removeOwnStaleLocks(): Promise<number>
  close(): Promise<void>
}

/** One edit of a directory tree. Paths are names from the root; parents that are missing are made. */
export type TreeChange =
  | { readonly kind: 'put'; readonly path: readonly string[]; readonly node: TreeNode }
  | { readonly kind: 'remove'; readonly path: readonly string[] }
  | { readonly kind: 'move'; readonly from: readonly string[]; readonly to: readonly string[] }

/** What the strict validator found. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** A `STO_` code. */
  readonly code: string
  readonly message: string
  /** File or blob or path the finding is about. */
  readonly subject: string
}

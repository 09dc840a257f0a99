/** The door of the repository room: restic v2 repositories, written and read. */
import type { Clock } from '../shared/index.ts'
import type { Backend } from './backend.ts'
import type { Finding, Repository, RepositoryWriter, TreeChange } from './repository.ts'
import type { TreeNode } from './tree-node.ts'

export type { Backend, BackendFeatures, ByteRange, FileType, StoredFile } from './backend.ts'
export type * from './repository.ts'
export type { ExtendedAttribute, NodeType, TreeNode } from './tree-node.ts'

export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}
export interface InitOptions {
  readonly password: string
  readonly chunkerPolynomial?: bigint | string
  readonly clock?: Clock
  readonly random?: (bytes: number) => Buffer
  readonly scrypt?: ScryptCost
}
export interface OpenOptions {
  readonly password: string
  readonly host: string
  readonly processNonce?: string
  readonly clock?: Clock
  readonly logger?: { warn(details: object, message: string): void }
}
export declare function localBackend(directory: string): Backend
export declare function memoryBackend(): Backend
export declare function initRepository(backend: Backend, options: InitOptions): Promise<void>
export declare function openRepository(backend: Backend, options: OpenOptions): Promise<Repository>
/** Times: milliseconds since the epoch. */
export declare function fileNode(file: {
  name: string
  size: number
  content: readonly string[]
  mtime: number
}): TreeNode
export declare function directoryNode(directory: { name: string; subtree: string; mtime: number }): TreeNode
export declare function sanitizeName(name: string, uniqueSuffix?: string): string
export declare function editTree(
  repository: Repository,
  writer: RepositoryWriter,
  root: string | undefined,
  changes: AsyncIterable<TreeChange> | Iterable<TreeChange>,
  options?: { readonly removeEmptyDirectories?: boolean; readonly time?: number },
): Promise<string>
export declare function lookup(
  repository: Repository,
  root: string,
  path: readonly string[],
): Promise<TreeNode | undefined>
export declare function validateRepository(
  repository: Repository,
  options?: { readonly readData?: boolean; readonly signal?: AbortSignal },
): AsyncIterable<Finding>

/** The door of the repository room: restic v2 repositories, written and read with nothing of restic's. */

export { AppError, type ErrorKind, isAppError } from '../errors/index.ts'
export { type Clock, systemClock } from '../shared/index.ts'

export type {
  Backend,
  BackendFeatures,
  ByteRange,
  FileState,
  FileType,
  Retention,
  StoredFile,
} from './backend.ts'
export { type AzureBackendOptions, azureBackend } from './backends/azure-backend.ts'
export { localBackend } from './backends/local-backend.ts'
export { memoryBackend } from './backends/memory-backend.ts'
export { type RestBackendOptions, restBackend } from './backends/rest-backend.ts'
export { retentionUntil } from './backends/retention.ts'
export type { RetryOptions } from './backends/retry.ts'
export { type RetryingOptions, retryingBackend } from './backends/retrying-backend.ts'
export { type S3BackendOptions, s3Backend } from './backends/s3-backend.ts'
export { repositoryErrors } from './errors.ts'
export {
  type BackupOptions,
  type BackupProgress,
  type BackupResult,
  backupDirectory,
} from './files/backup-directory.ts'
export type { ChangeOptions } from './files/change.ts'
export { type PathPatterns, pathPatterns } from './files/path-pattern.ts'
export type { OverwritePolicy } from './files/restore-plan.ts'
export {
  folderTree,
  parseSnapshotPath,
  type RestoreOptions,
  type RestoreProgress,
  restoreSnapshot,
} from './files/restore-snapshot.ts'
export type { RestoreResult } from './files/restorer.ts'
export type { Compression } from './format/compression.ts'
export type { ScryptCost } from './format/key-file.ts'
export {
  backendOf,
  hasPassword,
  type LocationOptions,
  locationBeneath,
  locationVariables,
  publicLocation,
} from './location.ts'
export { type CheckOptions, checkRepository } from './maintain/check.ts'
export {
  type CopyOptions,
  type CopyProgress,
  type CopyResult,
  copySnapshots,
} from './maintain/copy-snapshots.ts'
export { eraseRepository } from './maintain/erase-repository.ts'
export {
  type ExtendRetentionOptions,
  type ExtendRetentionProgress,
  type ExtendRetentionResult,
  extendRetention,
} from './maintain/extend-retention.ts'
export {
  type ForgetGroup,
  type ForgetOptions,
  forget,
  forgetSnapshots,
  type GroupKey,
} from './maintain/forget.ts'
export type { CheckProgress } from './maintain/inspect.ts'
export { changePassword, type KeyInfo, listKeys, removeKey } from './maintain/keys.ts'
export type { KeepCount, KeepPolicy } from './maintain/policy.ts'
export { type PruneOptions, type PruneProgress, type PruneResult, prune } from './maintain/prune.ts'
export type { RetainedFiles } from './maintain/removal.ts'
export {
  type RepairIndexOptions,
  type RepairIndexResult,
  repairIndex,
} from './maintain/repair-index.ts'
export {
  type RestoreSize,
  restoreSize,
  type StatisticsOptions,
  type StoredSize,
  storedSize,
} from './maintain/statistics.ts'
export { type UnlockOptions, unlock } from './maintain/unlock.ts'
export { type ValidateOptions, validateRepository } from './maintain/validate-repository.ts'
export { directoryNode, fileNode } from './nodes.ts'
export {
  addKey,
  type InitOptions,
  initRepository,
  type OpenOptions,
  openRepository,
} from './open-repository.ts'
export type { IndexKind } from './read/index-kind.ts'
export { isTreeWhole } from './read/is-tree-whole.ts'
export { lookup } from './read/lookup.ts'
export { readRange } from './read/read-range.ts'
export { type WalkedNode, type WalkOptions, walkTree } from './read/walk-tree.ts'
export type * from './repository.ts'
export { sanitizeName } from './sanitize-name.ts'
export * from './serve/index.ts'
export { createWorkerThreads, type WorkerThreads } from './threads/worker-threads.ts'
export type { ExtendedAttribute, NodeType, TreeNode } from './tree-node.ts'
export { type EditOptions, editTree } from './write/edit-tree.ts'
export { randomPolynomial } from './write/polynomial.ts'

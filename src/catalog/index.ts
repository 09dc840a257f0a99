/** The door of the catalog: what the restore points hold, as rows of the database. */

export { decodeCursor } from './browse/cursor.ts'
export { findFileVersion, listFileVersions } from './browse/file-versions.ts'
export * from './browse/files.ts'
export { findFolder, type StoredFolder, selectedFolders } from './browse/folders-to-restore.ts'
export {
  findItem,
  findMail,
  folderNamesOf,
  foldersDownTo,
  listItems,
  type StoredItem,
  searchItems,
} from './browse/items.ts'
export { driveByCatalogId, listDrives, listFolders, listMailboxes, mailboxOwner } from './browse/mailboxes.ts'
export * from './browse/outlook-items.ts'
export { restorePoint } from './browse/restore-point.ts'
export { requireWithin, selectedItems, storedItems } from './browse/selection.ts'
export { reachesUser, selectedWorkloads } from './browse/targets.ts'
export * from './buckets.ts'
export { catalogErrors } from './errors.ts'
export * from './file-versions.ts'
export * from './folders.ts'
export * from './go-back.ts'
export * from './gone-folders.ts'
export * from './known-items.ts'
export * from './lost-content.ts'
export * from './positions.ts'
export * from './publish-run.ts'
export * from './retries.ts'
export { guarded, type RunGuard } from './run-guard.ts'
export * from './stage-checkpoint.ts'

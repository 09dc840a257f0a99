/** The door of the workloads: what is backed up, and how it lies in the repository. One folder a workload. */
export * from './drive/discover-drives.ts'
export type { DriveChange, DriveFile, DriveFolder, UnreadableEntry } from './drive/drive-item.ts'
export { type DrivePage, enumerateDrive } from './drive/enumerate-drive.ts'
export { driveAbsence, driveClosed, infectedFile, meansFileFailed, meansInfected } from './drive/failures.ts'
export { type FetchedFile, fetchFile, readEntry } from './drive/fetch-file.ts'
export { driveEntryName, driveLayout, versionName } from './drive/names.ts'
export { readPermissions } from './drive/permissions.ts'
export { createQuickXorHash } from './drive/quick-xor-hash.ts'
export { driveRestoreErrors } from './drive/restore/errors.ts'
export { restoreFile } from './drive/restore/restore-file.ts'
export { shareAgain } from './drive/restore/sharing.ts'
export { folderByNames, sameFolder } from './drive/restore/target-folder.ts'
export { type FileVersion, fetchVersion, listOlderVersions, saveVersions } from './drive/versions.ts'
export { workloadErrors } from './errors.ts'
export type { LayoutFolder } from './layout/dirty-folders.ts'
export { hashBucket, isHashBucket, resourcePath } from './layout/names.ts'
export type { LayoutItem } from './layout/write-items.ts'
export * from './layout/write-resource-tree.ts'
export * from './mail/enumerate-folders.ts'
export * from './mail/enumerate-mailboxes.ts'
export * from './mail/enumerate-messages.ts'
export * from './mail/failures.ts'
export * from './mail/fetch-content.ts'
export type { GraphMessage } from './mail/graph-message.ts'
export { foldersStillThere, messagesStillIn } from './mail/listing.ts'
export * from './mail/mail-facts.ts'
export * from './mail/mailbox-settings.ts'
export * from './mail/names.ts'
export { plainText } from './mail/plain-text.ts'
export {
  isRecoverable,
  isRecoverableRoot,
  listRecoverableFolders,
  recoveredItemsFolder,
} from './mail/recoverable-items.ts'
export { mailRestoreErrors } from './mail/restore/errors.ts'
export type { MailFacts as RestoredMailFacts } from './mail/restore/message-json.ts'
export { type MailToRestore, type RestoredMail, restoreMail } from './mail/restore/restore-mail.ts'
export { restoreSettings } from './mail/restore/restore-settings.ts'
export { folderAt, originalFolder, requireMailPlace } from './mail/restore/target-folder.ts'
export { type MailAttachment, type ParsedMail, parseMail } from './mail/view/parsed-mail.ts'
export { previewHeaders, previewMail } from './mail/view/preview.ts'
export { outlookFileName, outlookLayout } from './outlook/layout.ts'
export type * from './outlook/outlook-workload.ts'
export {
  requireOutlookPlace,
  restoreOutlookItem,
  targetCollection,
} from './outlook/restore/restore-outlook.ts'
export { readContactPhoto, readStoredItem, type StoredItem } from './outlook/stored-item.ts'
export { createCalendarMerger } from './outlook/view/merge-calendar.ts'
export * from './outlook/view/outlook-view.ts'
export { calendarWorkload, contactsWorkload, todoWorkload } from './outlook/workloads.ts'

import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const catalogErrors = {
  CAT_RUN_TAKEN_OVER: {
    kind: 'operational',
    status: 409,
    message: 'The backup run is driven by another process by now, or has ended',
    remedy: 'Nothing is to be done: what this process had not yet recorded, the other one does again.',
  },
  CAT_BAD_CURSOR: {
    kind: 'user',
    status: 400,
    message: 'The cursor of this list is not valid.',
    remedy: 'Read the list from its beginning: leave the cursor out.',
  },
  CAT_RESTORE_POINT_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no restore point of run {run}.',
    remedy: 'Choose one of the restore points that the organization lists.',
  },
  CAT_MAILBOX_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no mailbox {mailbox} in these backups.',
    remedy: 'Choose one of the mailboxes that the organization lists.',
  },
  CAT_ITEM_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no mail {item} in these backups.',
    remedy: 'Search for the mail again: it may belong to another restore point.',
  },
  CAT_DRIVE_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no drive {drive} in these backups.',
    remedy: 'Choose one of the drives that the organization lists.',
  },
  CAT_FOLDER_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no folder {folder} in this drive at this restore point.',
    remedy: 'Go to it from the top of the drive, or choose another restore point.',
  },
  CAT_FILE_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no file {file} in these backups.',
    remedy: 'Search for the file again: it may belong to another restore point.',
  },
  CAT_FILE_VERSION_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'The backups hold no older version {version} of this file.',
    remedy: 'Choose one of the versions that are listed with the file, or another state of the file.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(catalogErrors)

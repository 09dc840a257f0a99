import { type ErrorCatalogue, errorFactory } from '../../errors/index.ts'

export const restoreErrors = {
  JOB_RESTORE_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no restore {restore}.',
    remedy: 'Choose one of the restores that the organization lists.',
  },
  JOB_RESTORE_EMPTY: {
    kind: 'user',
    status: 422,
    message: 'The selection holds nothing.',
    remedy: 'Choose at least one item, or another restore point.',
  },
  JOB_RESTORE_VERSIONS: {
    kind: 'user',
    status: 422,
    message: 'Older versions are restored of one file at a time.',
    remedy: 'Select the one file by its id, or leave the versions out.',
  },
  JOB_RESTORE_WORKLOAD: {
    kind: 'user',
    status: 422,
    message: 'Items of {workload} cannot be put into a document library.',
    remedy: 'Choose a user, or restore them to where they were.',
  },
  JOB_RESTORE_FOLDER_GONE: {
    kind: 'user',
    status: 404,
    message: 'No restore point holds the folder any more.',
    remedy: 'Choose it at another restore point.',
  },
  JOB_RESTORE_TOO_LARGE: {
    kind: 'user',
    status: 422,
    message: 'The selection holds more than {maximum} items.',
    remedy: 'Restore folder by folder.',
  },
  JOB_RESTORE_TARGET_UNKNOWN: {
    kind: 'user',
    status: 422,
    message: 'The organization has no user "{user}" into whose mailbox you may restore.',
    remedy: 'Give the user principal name or the object id of a user of the same organization.',
  },
  JOB_RESTORE_TARGET_WITHOUT_MAILBOX: {
    kind: 'user',
    status: 422,
    message: '{user} has no mailbox in Exchange Online, so there is no place for these items.',
    remedy: 'Assign a licence with a mailbox, wait until it is there, or choose another user.',
  },
  JOB_RESTORE_TARGET_DRIVE_UNKNOWN: {
    kind: 'user',
    status: 422,
    message: 'The organization has no drive "{drive}" into which you may restore.',
    remedy: 'Choose one of the drives that the organization lists, or give the id that Microsoft has for it.',
  },
  JOB_RESTORE_TARGET_WITHOUT_DRIVE: {
    kind: 'user',
    status: 422,
    message: 'There is no place for these files. {why}',
    remedy: 'Let the user open OneDrive once, or choose another user or library.',
  },
  JOB_RESTORE_TARGET_CLOSED: {
    kind: 'user',
    status: 422,
    message: 'Nothing can be put there. {why}',
    remedy: 'Unlock or reactivate the site in the SharePoint admin center, or choose another place.',
  },
  JOB_RESTORE_TARGET_FULL: {
    kind: 'user',
    status: 422,
    message: 'The selection holds {bytes} bytes, and only {room} are free there.',
    remedy: 'Restore less, make room, or choose another place.',
  },
  JOB_RESTORE_NOT_ALLOWED: {
    kind: 'user',
    status: 409,
    message:
      'The server may not write to the organization "{name}": there are no restore rights, or they have ended.',
    remedy: "Download the items instead, or use 'Grant restore rights' on the page of the organization.",
  },
  JOB_RESTORE_SETTINGS_NOT_GRANTED: {
    kind: 'user',
    status: 409,
    message:
      'The application may not write settings of mailboxes: it lacks the optional permission {permission}.',
    remedy:
      "Use 'Grant optional permissions' on the page of the organization, or 'bdrcloud org grant-optional --for mailbox-settings-restore'.",
  },
  JOB_EXPORT_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no such download, or it has expired.',
    remedy: 'Choose the items and download them again.',
  },
  JOB_EXPORT_NOT_ONE_FILE: {
    kind: 'user',
    status: 422,
    message: 'Only events and tasks, or contacts, can be saved as one file.',
    remedy: 'Save them as ZIP, or choose items of one kind.',
  },
  JOB_PREVIEW_IMPOSSIBLE: {
    kind: 'user',
    status: 415,
    message: '"{name}" cannot be shown here: only pictures and plain text are.',
    remedy: 'Download it.',
  },
  JOB_ATTACHMENT_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'This item has no attachment number {index}.',
    remedy: 'Choose one of the attachments that the item lists.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(restoreErrors)

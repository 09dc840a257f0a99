import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const jobErrors = {
  JOB_RUN_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no such backup run',
    remedy: 'Open the run from the list of runs of its organization.',
  },
  JOB_RUN_ACTIVE: {
    kind: 'user',
    status: 409,
    message: 'A backup run of this organization is under way already',
    remedy: 'Wait until it has ended, or cancel it.',
  },
  JOB_RUN_ENDED: {
    kind: 'user',
    status: 409,
    message: 'The backup run has ended already',
    remedy: 'Nothing is to be cancelled.',
  },
  JOB_RUN_CANCELLED: {
    kind: 'user',
    status: 409,
    message: 'The backup run was cancelled',
    remedy: 'What it has stored so far is used by the next run.',
  },
  JOB_RUN_LEASE_LOST: {
    kind: 'operational',
    status: 409,
    message: 'This process no longer owns the backup run',
    remedy: 'Nothing is to be done: whoever owns it now goes on from the last checkpoint.',
  },
  JOB_RUN_ALL_FAILED: {
    kind: 'operational',
    status: 502,
    message: 'None of the {count} mailboxes could be backed up; the first said: {reason}',
    remedy: 'Look at the mailboxes of the run. Earlier restore points are untouched.',
  },
  JOB_MAILBOX_OUT_OF_SCOPE: {
    kind: 'operational',
    status: 403,
    message: 'The mailbox is not in the scope of this application, so it is not covered by backups',
    remedy:
      'Exchange lets the application into the mailboxes of its scope only. To cover this one, widen the scope (RBAC for Applications or application access policy) in Exchange; backups made before are kept.',
  },
  JOB_LOCK_LOST: {
    kind: 'operational',
    status: 409,
    message: 'The lock of the repository was removed while the run was writing',
    remedy:
      'Do not run restic unlock while a backup is under way. The next run goes on from what is stored already.',
  },
  JOB_RESYNC_HELD: {
    kind: 'operational',
    status: 409,
    message: 'After a lost delta position, {missing} of {open} items of {container} are no longer there',
    remedy:
      'They are kept in this restore point. If the next run does not find them either, they are taken as deleted; earlier restore points hold them.',
  },
  JOB_FOLDER_UNREADABLE: {
    kind: 'operational',
    status: 502,
    message:
      'Microsoft cannot deliver an entry of the folder {folder}, so that the folder could not be read to its end',
    remedy:
      'What was read before is kept. The next run tries again; if it stays, look in Outlook for a damaged message in that folder.',
  },
  JOB_STILL_BUSY: {
    kind: 'operational',
    status: 503,
    message: 'Backups or restores of the organization are being stopped, and have not ended in time.',
    remedy: 'What was asked for goes on by itself when they have; look again in a minute.',
  },
  JOB_REPOSITORY_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'The organization has no repository yet',
    remedy: 'It is made by the first backup.',
  },
  JOB_VAULT_PASSWORD: {
    kind: 'operational',
    status: 500,
    message: 'The location of the vault holds a password, which would be shown wherever the location is',
    remedy: 'Give it as RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD, and the location without it.',
  },
  JOB_RESTIC_ACCESS_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no such access with restic',
    remedy: 'Load the list anew: somebody else may have revoked it.',
  },
  JOB_RESTIC_ACCESS_TOO_MANY: {
    kind: 'user',
    status: 409,
    message: 'The organization has {limit} accesses with restic, and cannot have more',
    remedy: 'Revoke one that nobody uses.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(jobErrors)

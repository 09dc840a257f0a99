import { type ErrorCatalogue, errorFactory } from '../../../errors/index.ts'

export const driveRestoreErrors = {
  WRK_RESTORE_NO_FOLDER: {
    kind: 'user',
    status: 409,
    message: 'A file is called "{name}" where the folder of that name was.',
    remedy: 'Rename that file, or restore into another folder.',
  },
  WRK_RESTORE_NAME_TAKEN: {
    kind: 'operational',
    status: 409,
    message: 'Somebody else keeps putting a file called "{name}" there while it is being restored.',
    remedy: 'Restore it again.',
  },
  WRK_RESTORE_DIFFERS: {
    kind: 'operational',
    status: 502,
    message: 'What Microsoft stored of "{name}" is not what was sent.',
    remedy: 'Restore it again. If it stays, download the file from the backups and upload it by hand.',
  },
  WRK_RESTORE_UPLOAD_LOST: {
    kind: 'operational',
    status: 502,
    message: 'The upload of "{name}" broke off again and again.',
    remedy: 'Restore it again when the line to Microsoft is better.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(driveRestoreErrors)

import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const workloadErrors = {
  WRK_CONTENT_EMPTY: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft answered the content of a mail with no bytes at all',
    remedy:
      'The next run fetches the mail again. If it stays, open it in Outlook to see whether it is damaged.',
  },
  WRK_MESSAGE_INCOMPLETE: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft answered a mail without the property {property}',
    remedy: 'The next run asks again.',
  },
  WRK_FOLDER_CYCLE: {
    kind: 'operational',
    status: 502,
    message: 'The mail folders of {mailbox} contain each other',
    remedy: 'The next run reads the folders again from the beginning.',
  },
  WRK_DRIVE_ITEM_INCOMPLETE: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft answered a file or folder without {property}',
    remedy: 'The next run asks again.',
  },
  WRK_STORED_ITEM_UNREADABLE: {
    kind: 'operational',
    status: 502,
    message: 'The stored file lacks what Microsoft said of the item, or it is damaged',
    remedy:
      'Take the file from another restore point; other calendar and contact programs may read this one all the same.',
  },
  WRK_FILE_INFECTED: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft found malware in the file and gives it to nobody',
    remedy: 'Delete the file, or have it released in Microsoft Defender; the next run then stores it.',
  },
  WRK_FILE_CHANGED: {
    kind: 'operational',
    status: 502,
    message: 'The file was changed while it was being read',
    remedy: 'The next run reads it again.',
  },
  WRK_FILE_INCOMPLETE: {
    kind: 'operational',
    status: 502,
    message: 'The {bytes} bytes of the file arrived differently each time',
    remedy: 'The next run reads it again. If it stays, look for a proxy or a line that damages downloads.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(workloadErrors)

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
} satisfies ErrorCatalogue

export const fail = errorFactory(workloadErrors)

import { type ErrorCatalogue, errorFactory } from '../../../errors/index.ts'

export const outlookRestoreErrors = {
  WRK_OUTLOOK_ATTACHMENT_TOO_LARGE: {
    kind: 'operational',
    status: 422,
    message:
      'The attachment "{name}" of {size} bytes is larger than can be put back into an event or a task (3 MB); nothing of the item was restored',
    remedy: 'Download the item: its file holds the attachment.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(outlookRestoreErrors)

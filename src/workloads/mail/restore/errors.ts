import { type ErrorCatalogue, errorFactory } from '../../../errors/index.ts'

export const mailRestoreErrors = {
  WRK_ATTACHMENT_TOO_LARGE: {
    kind: 'operational',
    status: 422,
    message: 'The attachment "{name}" of {size} bytes is larger than Microsoft Graph takes (150 MB).',
    remedy: 'Download the mail as EML and keep it beside the mailbox.',
  },
  WRK_RESTORE_UNCERTAIN: {
    kind: 'operational',
    status: 502,
    message:
      'Microsoft did not confirm that the mail was created, and it cannot be found in the target folder.',
    remedy: 'Start the restore again: mails that are there already are not created twice.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(mailRestoreErrors)

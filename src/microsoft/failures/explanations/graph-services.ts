/** Codes of the services behind Microsoft Graph: Exchange, SharePoint, OneDrive, Teams; limits and passing failures. */
import { type ExplanationRow, retriedByItself } from '../explanation.ts'

export const graphServiceExplanations: readonly ExplanationRow[] = [
  {
    codes: ['ErrorAccessDenied'],
    happened: 'Exchange denies access to the mailbox.',
    why: 'The mail permission is not granted (or was granted minutes ago), or an access policy of Exchange leaves this mailbox out.',
    remedy:
      'Check the permissions of the application and the application access policies of Exchange; changes there take up to two hours.',
  },
  {
    codes: ['accessDenied'],
    happened: 'SharePoint or OneDrive denies access.',
    why: 'The permission is not granted, or the site is locked against it.',
    remedy: 'Check the permissions of the application and the lock state of the site.',
  },
  {
    codes: ['Forbidden'],
    happened: 'The service denies the request.',
    why: 'A permission of the application is missing.',
    remedy: 'Grant the missing permission to the application.',
  },
  {
    codes: ['ErrorInvalidIdMalformed', 'ErrorInvalidId'],
    happened: 'An id is not valid.',
    why: 'It belongs to another mailbox, or to another kind of object.',
    remedy: 'Run the backup again; if it stays so, report it with the correlation id.',
  },
  {
    codes: ['ErrorItemNotFound', 'itemNotFound'],
    happened: 'The item is not there any more.',
    why: 'It was deleted or moved meanwhile.',
    remedy: 'Nothing needs to be done: the next run sees the new state.',
  },
  {
    codes: ['ResourceNotFound'],
    happened: 'The service does not find what was asked for.',
    why: 'It was deleted meanwhile, or the user does not have this service.',
    remedy: 'If the user should have the service, assign a licence; otherwise nothing needs to be done.',
  },
  {
    codes: ['ErrorSyncFolderNotFound', 'ErrorFolderNotFound', 'ErrorParentFolderNotFound'],
    happened: 'The folder is not there any more.',
    why: 'It was deleted meanwhile.',
    remedy: 'Nothing needs to be done: the next run sees the new state.',
  },
  {
    codes: ['MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI'],
    happened: 'The user has no mailbox here.',
    why: 'It is inactive, soft-deleted, not licensed, or hosted on premises.',
    remedy: 'If the user should have a mailbox, assign a licence with Exchange Online.',
  },
  {
    codes: ['ErrorInvalidUser', 'ErrorNonExistentMailbox'],
    happened: 'Exchange does not know the user.',
    why: 'The user has no mailbox, or was made moments ago.',
    remedy: 'If the user should have a mailbox, assign a licence with Exchange Online.',
  },
  {
    codes: ['ErrorCorruptData', 'ErrorMimeContentInvalid', 'ErrorMimeContentConversionFailed'],
    happened: 'Exchange cannot deliver the item.',
    why: 'The item is damaged inside the mailbox.',
    remedy:
      'Open it in Outlook; if that fails too, the item is lost. The rest of the mailbox is not affected.',
  },
  {
    codes: ['ErrorCannotOpenFileAttachment'],
    happened: 'Exchange cannot open an attachment.',
    why: 'The attachment is damaged inside the mailbox.',
    remedy: 'Open it in Outlook; if that fails too, the attachment is lost.',
  },
  {
    codes: ['ErrorQuotaExceeded'],
    happened: 'The mailbox is full.',
    why: 'Its quota is used up.',
    remedy: 'Free space in the mailbox or raise its quota, then try again.',
  },
  {
    codes: ['quotaLimitReached'],
    happened: 'The drive is full.',
    why: 'The quota of the drive or site is used up.',
    remedy: 'Free space or raise the quota, then try again.',
  },
  {
    codes: ['ErrorMessageSizeExceeded', 'RequestEntityTooLarge', 'ErrorAttachmentSizeLimitExceeded'],
    happened: 'The item is too large for Exchange.',
    why: 'It exceeds the size that the organization or Microsoft Graph accepts.',
    remedy: 'Raise the message size limit of the mailbox, or download the item instead.',
  },
  {
    codes: ['ErrorIrresolvableConflict', 'ErrorFolderExists', 'nameAlreadyExists', 'upload_name_conflict'],
    happened: 'Something of this name or version is there already.',
    why: 'It was changed or made meanwhile.',
    remedy: 'Try again: the next attempt sees the new state.',
  },
  {
    codes: [
      'SyncStateNotFound',
      'SyncStateInvalid',
      'ResyncRequired',
      'resyncChangesApplyDifferences',
      'resyncChangesUploadDifferences',
      'resyncApplyDifferences',
      'resyncUploadDifferences',
    ],
    happened: 'The position of the last synchronization has expired.',
    why: 'Microsoft keeps it for a limited time and number of changes.',
    remedy: 'Nothing needs to be done: the next run lists everything anew.',
  },
  {
    codes: ['ApplicationThrottled', 'ErrorServerBusy', 'ErrorExceededConnectionCount'],
    happened: 'Exchange limits the requests to this mailbox.',
    why: 'The application exceeds what Exchange allows per mailbox.',
    remedy: 'Nothing needs to be done: the server waits as long as Exchange asks.',
  },
  {
    codes: ['activityLimitReached', 'throttledRequest'],
    happened: 'SharePoint limits the requests of this organization.',
    why: 'There were more than the service allows in a while.',
    remedy: 'Nothing needs to be done: the server waits as long as Microsoft asks.',
  },
  {
    codes: ['TooManyRequests', 'Request_ThrottledTemporarily'],
    happened: 'Microsoft limits the requests of this organization.',
    why: 'There were more than the service allows in a while.',
    remedy: 'Nothing needs to be done: the server waits as long as Microsoft asks.',
  },
  {
    codes: [
      'ErrorMailboxStoreUnavailable',
      'ErrorInternalServerError',
      'ErrorInternalServerTransientError',
      'ErrorTimeoutExpired',
      'ErrorBatchProcessingStopped',
      'ErrorMailboxMoveInProgress',
    ],
    happened: 'Exchange has a passing failure.',
    why: 'One of its parts is overloaded, the mailbox is being moved, or it does not answer.',
    remedy: retriedByItself,
  },
  {
    codes: [
      'serviceNotAvailable',
      'ServiceUnavailable',
      'generalException',
      'InternalServerError',
      'UnknownError',
      'BadGateway',
      'GatewayTimeout',
    ],
    happened: 'The service has a passing failure.',
    why: 'One of its parts is overloaded or does not answer.',
    remedy: retriedByItself,
  },
  {
    codes: ['malwareDetected'],
    happened: 'Microsoft withholds the file.',
    why: 'It is marked as malware.',
    remedy: 'Nothing needs to be done: the file is recorded and left out.',
  },
  {
    codes: ['resourceLocked', 'notAllowed'],
    happened: 'The site is locked.',
    why: 'It is archived or locked by an administrator.',
    remedy: 'Unlock the site in the SharePoint admin center if it should be protected.',
  },
]

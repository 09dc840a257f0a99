/**
 * Codes of Microsoft Graph and of the services behind it, and OAuth errors that come without a number, in words.
 * Source: Microsoft Graph "error responses", the services' own pages and observed answers, November 2026.
 */
import type { Explanation } from './explanation.ts'

interface Row extends Explanation {
  readonly codes: readonly string[]
}

const retriedByItself =
  'The server tries again by itself; if it stays so, look at the service health of Microsoft 365.'

const rows: readonly Row[] = [
  {
    codes: ['Authorization_RequestDenied'],
    happened: 'The directory denies the request.',
    why: 'The account or application lacks a role or a permission for it. Granting permissions of Microsoft Graph takes a Global Administrator or Privileged Role Administrator.',
    remedy:
      'Sign in as an administrator with such a role (activate it first if it is only eligible), or have the permission granted.',
  },
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
    codes: ['InvalidAuthenticationToken', 'AuthenticationError', 'CompactToken', 'unauthenticated'],
    happened: 'The access token is not accepted.',
    why: 'It has expired, belongs to another cloud, or was revoked.',
    remedy: 'Try again; if it stays so, check the chosen cloud and verify the organization.',
  },
  {
    codes: ['NoBackingApplicationObject', 'Request_ResourceNotFound'],
    happened: 'The directory does not find the object.',
    why: 'It was deleted, or was made moments ago and is not replicated yet.',
    remedy:
      'If it is new, wait a minute and try again; otherwise check whether it was deleted in the Entra admin center.',
  },
  {
    codes: ['Directory_ObjectNotFound'],
    happened: 'The directory cannot be read at the moment.',
    why: 'It is busy, or the object is not replicated yet.',
    remedy: retriedByItself,
  },
  {
    codes: ['Request_MultipleObjectsWithSameKeyValue', 'ObjectConflict'],
    happened: 'The object exists already.',
    why: 'It was made by an earlier attempt.',
    remedy: 'Nothing needs to be done: the existing one is used.',
  },
  {
    codes: ['Request_BadRequest'],
    happened: 'The directory does not accept the request.',
    why: 'Something in it does not fit this organization.',
    remedy: "Read Microsoft's own text; if it does not help, report it with the correlation id.",
  },
  {
    codes: ['CredentialTypeNotAllowedAsPerAppPolicy'],
    happened: 'A policy of the organization forbids this kind of credential.',
    why: 'Its application management policy does not allow passwords (or certificates) for applications.',
    remedy: 'Use the other kind of credential, or have the application exempted from the policy.',
  },
  {
    codes: ['CredentialInvalidLifetimeAsPerAppPolicy'],
    happened: 'A policy of the organization wants credentials to expire sooner.',
    why: 'Its application management policy limits their lifetime.',
    remedy: 'Choose a shorter lifetime and renew the credential in time.',
  },
  {
    codes: ['HostNameNotOnVerifiedDomain'],
    happened: "The address does not belong to one of the organization's domains.",
    why: 'A policy of the organization restricts the addresses of applications.',
    remedy: 'Use an address on a verified domain, or have the application exempted from the policy.',
  },
  {
    codes: [
      'Request_UnsupportedQuery',
      'InefficientFilter',
      'BadRequest',
      'invalidRequest',
      'ErrorInvalidRequest',
    ],
    happened: 'The request is not accepted.',
    why: 'The service does not offer what was asked for, or not in this cloud.',
    remedy: "Read Microsoft's own text; if it does not help, report it with the correlation id.",
  },
  {
    codes: ['ErrorInvalidIdMalformed', 'ErrorInvalidId'],
    happened: 'An id is not valid.',
    why: 'It belongs to another mailbox, or to another kind of object.',
    remedy: 'Run the backup again; if it stays so, report it with the correlation id.',
  },
  {
    codes: ['ErrorItemNotFound', 'itemNotFound', 'ResourceNotFound'],
    happened: 'The item is not there any more.',
    why: 'It was deleted or moved meanwhile, or the user does not have this service.',
    remedy: 'Nothing needs to be done: the next run sees the new state.',
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
    codes: ['ErrorQuotaExceeded', 'quotaLimitReached'],
    happened: 'There is no space left.',
    why: 'The quota of the mailbox or drive is used up.',
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
    codes: ['TooManyRequests', 'activityLimitReached', 'throttledRequest', 'Request_ThrottledTemporarily'],
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
      'serviceNotAvailable',
      'ServiceUnavailable',
      'generalException',
      'InternalServerError',
      'UnknownError',
      'BadGateway',
      'GatewayTimeout',
    ],
    happened: 'The service has a passing failure.',
    why: 'One of its parts is overloaded, moving or does not answer.',
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
  {
    codes: ['access_denied'],
    happened: 'The sign-in ended without consent.',
    why: 'Either Cancel was chosen, or the account may not consent: Microsoft does not tell which.',
    remedy: 'Sign in again and accept, or have an administrator do it.',
  },
  {
    codes: ['invalid_client'],
    happened: "The application's credential is not accepted.",
    why: 'Password or certificate does not belong to this application.',
    remedy: 'Check Application ID, Tenant ID and the credential.',
  },
  {
    codes: ['invalid_grant', 'interaction_required', 'login_required', 'consent_required'],
    happened: 'The sign-in was not completed.',
    why: 'Microsoft wants something more from the person: a second factor, consent or a new sign-in.',
    remedy: 'Sign in again and answer every question on the page.',
  },
  {
    codes: ['unauthorized_client'],
    happened: 'The application may not do this.',
    why: 'It is not set up for this kind of sign-in, or not known in this organization.',
    remedy: 'Check the Application ID and the settings of the application.',
  },
  {
    codes: ['invalid_resource', 'invalid_scope'],
    happened: 'The service that access was asked for is not known here.',
    why: 'Either the wrong cloud was chosen, or the service is not available in this organization.',
    remedy: 'Check the chosen cloud and the licences of the organization.',
  },
  {
    codes: ['temporarily_unavailable', 'server_error'],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'One of its parts is overloaded or does not answer.',
    remedy: retriedByItself,
  },
  {
    codes: ['authorization_declined'],
    happened: 'The sign-in was declined.',
    why: 'Whoever entered the one-time code chose Cancel.',
    remedy: 'Ask for a new code and accept the sign-in.',
  },
  {
    codes: ['expired_token', 'code_expired', 'bad_verification_code'],
    happened: 'The one-time code is not valid any more.',
    why: 'It has expired or is not known.',
    remedy: 'Ask for a new code.',
  },
]

const byCode = new Map(rows.flatMap((row) => row.codes.map((code) => [code.toLowerCase(), row] as const)))

/** Letter case varies between services, so it is not looked at. */
export function explainGraphCode(code: string): Explanation | undefined {
  return byCode.get(code.toLowerCase())
}

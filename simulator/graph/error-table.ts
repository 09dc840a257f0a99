/**
 * Errors of Graph and the services behind it in their own words, for faults on demand. Source: Microsoft Graph "error responses",
 * the services' own pages and observed answers, November 2026.
 */
export type GraphErrorEntry = {
  readonly status: number
  /** Where it is not the entry's own name. */
  readonly code?: string
  readonly text: string
  readonly details?: readonly { readonly code: string; readonly message: string; readonly target?: string }[]
  /** Members of `innerError`. */
  readonly inner?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

const backing = "The appId '…' of the service principal does not reference a valid application object."
const throttled = { 'retry-after': '2' }
const resync = (text = 'Resync required.') => ({ status: 410, text })

/** By the name of a fault: the error's code, with what tells it from others of the same code behind a colon. */
export const graphErrors: Readonly<Record<string, GraphErrorEntry>> = {
  NoBackingApplicationObject: {
    status: 400,
    code: 'Request_BadRequest',
    text: backing,
    details: [{ code: 'NoBackingApplicationObject', message: backing, target: 'appId' }],
  },
  Authorization_RequestDenied: {
    status: 403,
    text: 'Insufficient privileges to complete the operation.',
  },
  'Authorization_RequestDenied:backing': {
    status: 403,
    code: 'Authorization_RequestDenied',
    text: 'When using this permission, the backing application of the service principal being created must in the local tenant',
  },
  Request_ResourceNotFound: {
    status: 404,
    text: "Resource '…' does not exist or one of its queried reference-property objects are not present.",
  },
  Directory_ObjectNotFound: {
    status: 404,
    text: 'Unable to read the company information from the directory.',
  },
  Request_MultipleObjectsWithSameKeyValue: {
    status: 409,
    text: 'Another object with the same value for property servicePrincipalNames already exists.',
    details: [{ code: 'ObjectConflict', message: 'Another object already exists.', target: 'appId' }],
  },
  ObjectConflict: { status: 409, text: 'Another object already exists.' },
  'Request_BadRequest:duplicate': {
    status: 400,
    code: 'Request_BadRequest',
    text: 'Permission being assigned already exists on the object',
  },
  'Request_BadRequest:unknown-permission': {
    status: 400,
    code: 'Request_BadRequest',
    text: 'Permission being assigned was not found on application.',
  },
  'Request_BadRequest:service-reference': {
    status: 400,
    code: 'Request_BadRequest',
    text: 'The property serviceManagementReference is required by the policy of the organization.',
  },
  CredentialTypeNotAllowedAsPerAppPolicy: {
    status: 400,
    text: 'Credential type not allowed as per assigned policy',
  },
  CredentialInvalidLifetimeAsPerAppPolicy: {
    status: 400,
    text: 'Credential lifetime exceeds the max value allowed as per assigned policy',
  },
  HostNameNotOnVerifiedDomain: {
    status: 400,
    text: 'Values of identifierUris property must use a verified domain of the organization or its subdomain.',
  },
  'InvalidAuthenticationToken:expired': {
    status: 401,
    code: 'InvalidAuthenticationToken',
    text: 'Lifetime validation failed, the token is expired.',
  },
  'InvalidAuthenticationToken:empty': {
    status: 401,
    code: 'InvalidAuthenticationToken',
    text: 'Access token is empty.',
  },
  'InvalidAuthenticationToken:audience': {
    status: 401,
    code: 'InvalidAuthenticationToken',
    text: 'Access token validation failure. Invalid audience.',
  },
  ErrorAccessDenied: { status: 403, text: 'Access is denied. Check credentials and try again.' },
  'ErrorAccessDenied:policy': {
    status: 403,
    code: 'ErrorAccessDenied',
    text: 'Access to OData is disabled.',
  },
  accessDenied: { status: 403, text: 'Access denied' },
  Forbidden: {
    status: 403,
    text: "Missing role permissions on the request. API requires one of 'Chat.Read.All, Chat.ReadWrite.All'. Roles on the request ''.",
  },
  UnknownError: { status: 500, text: '' },
  SyncStateNotFound: resync('The sync state generation is not found.'),
  SyncStateInvalid: { status: 400, text: 'The sync state is invalid.' },
  ResyncRequired: resync(),
  resyncChangesApplyDifferences: resync(),
  resyncChangesUploadDifferences: resync(),
  resyncApplyDifferences: resync(),
  resyncUploadDifferences: resync(),
  ErrorItemNotFound: { status: 404, text: 'The specified object was not found in the store.' },
  ErrorSyncFolderNotFound: { status: 404, text: 'The specified folder could not be found in the store.' },
  MailboxNotEnabledForRESTAPI: {
    status: 404,
    text: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  },
  ErrorInvalidUser: { status: 404, text: "The requested user '…' is invalid." },
  ResourceNotFound: { status: 404, text: "User's mysite not found." },
  'BadRequest:licence': { status: 400, code: 'BadRequest', text: 'Tenant does not have a SPO license.' },
  'BadRequest:segment': {
    status: 400,
    code: 'BadRequest',
    text: "Resource not found for the segment 'todo'.",
  },
  ErrorCorruptData: { status: 500, text: 'Data is corrupt.' },
  ErrorCannotOpenFileAttachment: { status: 400, text: 'Unable to retrieve the file attachment.' },
  InefficientFilter: {
    status: 400,
    text: 'The restriction or sort order is too complex for this operation.',
  },
  malwareDetected: { status: 403, text: 'Malware was detected in the requested resource.' },
  nameAlreadyExists: { status: 409, text: 'The specified item name already exists.' },
  upload_name_conflict: {
    status: 409,
    text: 'Another file exists with the same name as the uploaded session.',
  },
  quotaLimitReached: { status: 507, text: 'The user has reached their quota limit.' },
  resourceLocked: { status: 423, text: 'Access to this site has been blocked.' },
  notAllowed: { status: 423, text: 'Access to this site has been blocked.' },
  ApplicationThrottled: {
    status: 429,
    text: 'Application is over its MailboxConcurrency limit.',
    headers: throttled,
  },
  activityLimitReached: {
    status: 429,
    text: 'The request has been throttled',
    inner: { code: 'throttledRequest' },
    headers: throttled,
  },
  TooManyRequests: { status: 429, text: 'Too many requests.', headers: throttled },
  Request_ThrottledTemporarily: {
    status: 503,
    text: 'Your request is throttled temporarily. Please try after some time.',
    headers: throttled,
  },
}

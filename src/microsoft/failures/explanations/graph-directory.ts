/** Codes of Microsoft Graph's directory: users, applications, their credentials and permissions. */
import { type ExplanationRow, reportIt, retriedByItself } from '../explanation.ts'

export const graphDirectoryExplanations: readonly ExplanationRow[] = [
  {
    codes: ['Authorization_RequestDenied'],
    happened: 'The directory denies the request.',
    why: 'The account or application lacks a role or a permission for it. Granting permissions of Microsoft Graph takes a Global Administrator or Privileged Role Administrator.',
    remedy:
      'Sign in as an administrator with such a role (activate it first if it is only eligible), or have the permission granted.',
  },
  {
    codes: ['Authorization_IdentityNotFound'],
    happened: 'The directory does not know who is asking.',
    why: 'The service principal of the application is missing in this organization, or was made moments ago.',
    remedy:
      'If it is new, wait a minute and try again; otherwise grant admin consent to the application anew.',
  },
  {
    codes: ['InvalidAuthenticationToken', 'AuthenticationError', 'CompactToken', 'unauthenticated'],
    happened: 'The access token is not accepted.',
    why: 'It has expired, belongs to another cloud, or was revoked.',
    remedy: 'Try again; if it stays so, check the chosen cloud and verify the organization.',
  },
  {
    codes: ['NoBackingApplicationObject'],
    happened: 'The directory does not know the application of the service principal yet.',
    why: 'The application was made moments ago and is not replicated yet.',
    remedy: 'The server tries again by itself for some minutes. If the application was deleted, start again.',
  },
  {
    codes: ['Request_ResourceNotFound'],
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
    why: 'It was made by an earlier attempt, or by somebody else at the same moment.',
    remedy: 'Nothing needs to be done: the existing one is used.',
  },
  {
    codes: ['Directory_ConcurrencyViolation'],
    happened: 'Somebody else changed the object at the same moment.',
    why: 'Two changes of one object met in the directory.',
    remedy: retriedByItself,
  },
  {
    codes: ['Directory_QuotaExceeded'],
    happened: 'The directory is full.',
    why: 'The organization, or the account that signed in, has as many objects as the directory allows.',
    remedy: 'Delete objects that are not needed (deleted ones count for 30 days), or use another account.',
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
    codes: ['Request_UnsupportedQuery', 'InefficientFilter'],
    happened: 'The service does not answer this question.',
    why: 'It does not offer the filter or order that was asked for, or not in this cloud.',
    remedy: reportIt,
  },
  {
    codes: ['BadRequest', 'invalidRequest', 'ErrorInvalidRequest'],
    happened: 'The request is not accepted.',
    why: 'The service does not offer what was asked for, or not in this cloud.',
    remedy: "Read Microsoft's own text; if it does not help, report it with the correlation id.",
  },
]

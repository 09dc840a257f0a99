/** Answers that only Microsoft's text tells apart: one code stands for several things. The first that fits counts. */
import { reportIt, type TextExplanation } from '../explanation.ts'

export const textExplanations: readonly TextExplanation[] = [
  {
    code: 'ErrorAccessDenied',
    text: /Access to OData is disabled/i,
    happened: 'Exchange denies access to the mailbox.',
    why: 'An application access policy of Exchange leaves this mailbox out.',
    remedy: 'Include the mailbox in the policy; a change takes up to two hours to be effective.',
  },
  {
    code: 'Request_BadRequest',
    text: /Permission being assigned already exists/i,
    happened: 'The permission is granted already.',
    why: 'An earlier attempt has granted it.',
    remedy: 'Nothing needs to be done.',
  },
  {
    code: 'Request_BadRequest',
    text: /Permission being assigned was not found/i,
    happened: 'Microsoft does not offer the permission here.',
    why: 'It does not exist in this cloud, or the service is not set up in this organization.',
    remedy: 'Leave out the workload that needs it, or have the service licensed and enabled.',
  },
  {
    code: 'Request_BadRequest',
    text: /serviceManagementReference/i,
    happened: 'A policy of the organization wants applications to name their service.',
    why: 'Its application management policy asks for a service management reference, which this server does not know.',
    remedy:
      'Register the application by hand with the reference and use the Manual Process, or have an administrator exempt it.',
  },
  {
    code: 'Request_BadRequest',
    text: /does not reference a valid application object/i,
    happened: 'The directory does not know the application of the service principal yet.',
    why: 'The application was made moments ago and is not replicated yet.',
    remedy: 'The server tries again by itself for some minutes. If the application was deleted, start again.',
  },
  {
    code: 'Authorization_RequestDenied',
    text: /backing application of the service principal/i,
    happened: 'The directory does not know the application of the service principal yet.',
    why: 'The application was made moments ago and is not replicated yet.',
    remedy: 'The server tries again by itself for some minutes. If the application was deleted, start again.',
  },
  {
    code: 'InvalidAuthenticationToken',
    text: /Lifetime validation failed|token is expired/i,
    happened: 'The access token has expired.',
    why: 'A sign-in is good for about an hour; a token that is refused earlier tells of different clocks.',
    remedy: 'Sign in again; if it happens at once, set the clock of this server right (NTP).',
  },
  {
    code: 'InvalidAuthenticationToken',
    text: /Invalid audience/i,
    happened: 'The access token was made for another service or another cloud.',
    why: 'Tokens of one cloud are not accepted in another one.',
    remedy: 'Check the chosen cloud and the addresses configured for it.',
  },
  {
    code: 'InvalidAuthenticationToken',
    text: /token is empty/i,
    happened: 'The request reached Microsoft without its access token.',
    why: 'A proxy between here and Microsoft has probably removed it.',
    remedy: 'Let the proxy pass the header "Authorization", or exempt the addresses of Microsoft Graph.',
  },
  {
    code: 'BadRequest',
    text: /Resource not found for the segment/i,
    happened: 'Microsoft Graph does not offer this in the chosen cloud.',
    why: 'National clouds lack some of the services.',
    remedy: 'Leave out the workload that needs it.',
  },
  {
    code: 'ResourceNotFound',
    text: /mysite not found/i,
    happened: 'The user has no OneDrive.',
    why: 'It is not licensed, or was never opened.',
    remedy: 'If the user should have one, assign a licence and have it opened once.',
  },
  {
    code: '',
    text: /does not have a SPO license/i,
    happened: 'The organization has no SharePoint.',
    why: 'None of its licences includes it.',
    remedy: 'Leave out OneDrive and SharePoint, or have a licence assigned.',
  },
  {
    code: 'UnknownError',
    text: /^$/,
    happened: 'The service has a failure that it does not explain.',
    why: 'Its answer carries neither code nor text.',
    remedy: `Try again. ${reportIt}`,
  },
]

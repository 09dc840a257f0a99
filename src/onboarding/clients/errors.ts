import { type ErrorCatalogue, errorFactory } from '../../errors/index.ts'

export const signInClientErrors = {
  SGN_ADDRESS_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The external address {address} cannot be used: {reason}.',
    remedy:
      'Give the https address under which browsers reach this server, without a path, e.g. https://backup.example.com. Its name must be among the allowed hosts (--allowed-hosts).',
  },
  SGN_NO_CERTIFICATE: {
    kind: 'user',
    status: 409,
    message: 'No certificate has been made for the sign-in application of {cloud}.',
    remedy: "Choose 'Make a certificate', upload it to the application in Microsoft Entra, then save again.",
  },
  SGN_NO_CREDENTIAL: {
    kind: 'user',
    status: 409,
    message: 'There is no sign-in application of your own for {cloud}.',
    remedy: 'Register one in Settings > Microsoft sign-in first.',
  },
  SGN_NOT_WORKING: {
    kind: 'user',
    status: 422,
    message: 'The sign-in application was not saved, because its credential does not work: {reason}',
    remedy:
      'Check application id, tenant and credential. What was created in Microsoft Entra just now may take two minutes until it works.',
  },
  SGN_NOT_FROM_HERE: {
    kind: 'user',
    status: 422,
    message: 'Microsoft cannot send the sign-in back to this console: {reason}',
    remedy:
      'Sign in with a one-time code (Device Code Process), open the console as localhost on the server, or register a sign-in application of your own in Settings > Microsoft sign-in.',
  },
  SGN_CONSENT_MISSING: {
    kind: 'user',
    status: 422,
    message: 'The organization has not allowed your sign-in application what is needed: {permissions}.',
    remedy:
      'Let an administrator of the organization open the approval link, then sign in again. Check also that the application lists these delegated permissions of Microsoft Graph.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(signInClientErrors)

import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

/**
 * Coarse kinds of what goes wrong with Microsoft, attached where the answer is read, so that nothing above this room looks
 * at Microsoft's own codes. `{happened}`, `{why}` and `{remedy}` are filled from the explanation catalogue.
 */
export const microsoftErrors = {
  MSG_NOT_FOUND: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft does not find what was asked for. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_ACCESS_DENIED: {
    kind: 'user',
    status: 502,
    message: 'Microsoft denies access. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_TOKEN_REFUSED: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft Graph refuses the request. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_THROTTLED: {
    kind: 'operational',
    status: 503,
    message: 'Microsoft asks to wait. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_UNAVAILABLE: {
    kind: 'operational',
    status: 503,
    message: 'Microsoft cannot answer at the moment. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_BAD_REQUEST: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft refuses the request. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_CONFLICT: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft reports a conflict with what is there. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_RESYNC_REQUIRED: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft asks for a new synchronization. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_CREDENTIAL_REFUSED: {
    kind: 'user',
    status: 422,
    message: "Microsoft refuses the application's sign-in. {happened}",
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_SIGN_IN_REFUSED: {
    kind: 'user',
    status: 422,
    message: 'Microsoft refuses the sign-in. {happened}',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_UNREACHABLE: {
    kind: 'operational',
    status: 503,
    message: 'The server cannot reach {host}: {reason}.',
    remedy: '{remedy}',
  },
  MSG_PROXY_REFUSED: {
    kind: 'operational',
    status: 502,
    message: 'The proxy {proxy} does not connect this server to {host}: it answers with status {status}.',
    why: '{why}',
    remedy: '{remedy}',
  },
  MSG_PROXY_ADDRESS_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The address of the proxy is not valid (it is not shown, since it may hold a password).',
    remedy:
      'Give it as http://host:port or https://host:port, with user:password@ before the host if needed.',
  },
  MSG_CERTIFICATE_UNTRUSTED: {
    kind: 'operational',
    status: 502,
    message:
      'The certificate that {host} shows is not signed by a known authority: it was issued by {issuer}.',
    why: 'Something between this server and Microsoft opens the encrypted traffic (a proxy or firewall that inspects TLS), or answers in its place.',
    remedy:
      "If that is your organization's own inspection, save the certificate of its authority as a PEM file and start the server with --certificate-authority FILE (BDRCLOUD_CERTIFICATE_AUTHORITY, or certificateAuthorityFile of the cloud), or exempt the addresses of Microsoft from it. If you do not know the issuer, do not go on: have the network looked at.",
  },
  MSG_CERTIFICATE_TIME: {
    kind: 'operational',
    status: 502,
    message:
      'The certificate that {host} shows is valid from {from} to {to}, and the clock of this server says {now}.',
    why: 'Either the clock of this server is wrong, or the certificate is.',
    remedy:
      'Set the clock of this server right (NTP). If it is right, have whoever runs {host} renew the certificate.',
  },
  MSG_CERTIFICATE_NAME: {
    kind: 'operational',
    status: 502,
    message: 'The certificate that {host} shows belongs to {subject}.',
    why: 'The address leads to another server, or something between here and Microsoft answers in its place.',
    remedy: 'Check the addresses configured for this cloud, the DNS settings of this server, and its proxy.',
  },
  MSG_CERTIFICATE_AUTHORITY_UNUSABLE: {
    kind: 'operational',
    status: 500,
    message: 'The file of certificate authorities "{file}" cannot be used: {reason}.',
    remedy:
      'Correct the setting (--certificate-authority, or certificateAuthorityFile of the cloud), or save the authority there as a PEM file.',
  },
  MSG_TIMEOUT: {
    kind: 'operational',
    status: 504,
    message: '{host} did not answer within {seconds} seconds.',
    remedy: 'Try again; if it stays so, check the network and the service health of Microsoft 365.',
  },
  MSG_TRUNCATED_ANSWER: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft broke off its answer after {bytes} bytes: one entry of it cannot be delivered.',
    remedy: 'Ask for smaller pages until the entry that cannot be delivered is found, and leave it out.',
  },
  MSG_UNEXPECTED_ANSWER: {
    kind: 'operational',
    status: 502,
    message: 'Microsoft answered in a form that is not understood: {reason}.',
    remedy: 'Try again; if it stays so, report it with the correlation id.',
  },
  MSG_ANSWER_TOO_LARGE: {
    kind: 'operational',
    status: 502,
    message: 'The answer of {host} is larger than the {limit} bytes accepted.',
    remedy: 'Ask for smaller pages, or raise the limit for this kind of item.',
  },
  MSG_FOREIGN_ADDRESS: {
    kind: 'operational',
    status: 502,
    message:
      'A link in the answer leads to {host}, which does not belong to the cloud "{cloud}"; it was not followed.',
    remedy: 'Check the addresses configured for this cloud, and whether a proxy changes the answers.',
  },
  MSG_IDENTITY_UNPROVEN: {
    kind: 'operational',
    status: 502,
    message: "Microsoft's proof of who signed in does not hold: {reason}.",
    remedy:
      'Sign in again; if it stays so, set the clock of this server right (NTP) and check the login address of the cloud.',
  },
  MSG_PERSONAL_ACCOUNT: {
    kind: 'user',
    status: 422,
    message: '{account} is a personal Microsoft account, which belongs to no organization.',
    remedy:
      'Sign out or open a private window, and sign in with a work or school account of the organization that is being added.',
  },
  MSG_CREDENTIAL_UNUSABLE: {
    kind: 'user',
    status: 422,
    message: 'The certificate or its private key cannot be used: {reason}.',
    remedy: 'Supply an RSA certificate and its matching private key, both in PEM form.',
  },
  MSG_PEM_UNREADABLE: {
    kind: 'user',
    status: 422,
    message: 'The {what} cannot be read as PEM: {reason}.',
    remedy:
      'Give text files that begin with "-----BEGIN CERTIFICATE-----" and "-----BEGIN PRIVATE KEY-----" (or "-----BEGIN ENCRYPTED PRIVATE KEY-----" with its passphrase).',
  },
  MSG_PFX_UNREADABLE: {
    kind: 'user',
    status: 422,
    message: 'The PFX file cannot be read: {reason}.',
    remedy: 'Give a .pfx or .p12 file that holds the certificate together with its private key.',
  },
  MSG_PASSPHRASE_MISSING: {
    kind: 'user',
    status: 422,
    message: 'The private key is encrypted, and no passphrase was given.',
    remedy: 'Give the passphrase as well.',
  },
  MSG_PASSPHRASE_WRONG: {
    kind: 'user',
    status: 422,
    message: 'The passphrase does not open the {what}.',
    remedy:
      'Check the passphrase (upper and lower case, keyboard layout) and that the file is the right one.',
  },
  MSG_CERTIFICATE_MISMATCH: {
    kind: 'user',
    status: 422,
    message: 'The private key does not belong to the certificate.',
    remedy: 'Give the certificate that was made for this key.',
  },
  MSG_CERTIFICATE_NOT_VALID: {
    kind: 'user',
    status: 422,
    message: 'The certificate cannot be used: {reason}.',
    remedy: 'Give a certificate that is valid now; if its dates are right, check the clock of this server.',
  },
  MSG_KEY_TYPE_UNSUPPORTED: {
    kind: 'user',
    status: 422,
    message: 'The key is of a kind that cannot be used here: {type}.',
    why: 'The proof by which an application signs in is made with an RSA key of at least 2048 bits.',
    remedy: 'Make an RSA certificate (2048 bits or more), or let this server make one.',
  },
  MSG_CLOUD_UNKNOWN: {
    kind: 'user',
    status: 422,
    message: 'There is no cloud "{cloud}".',
    remedy: 'Choose one of: {known}.',
  },
  MSG_CLOUD_CONFIGURATION_INVALID: {
    kind: 'user',
    status: 500,
    message: 'The configuration of cloud "{cloud}" is not valid: {reason}.',
    remedy: 'Correct the file of clouds that the server was started with.',
  },
  MSG_REQUEST_INVALID: {
    kind: 'bug',
    status: 500,
    message: 'The server built a request that cannot be sent: {reason}.',
    remedy: 'Report this with the log of the server.',
  },
} satisfies ErrorCatalogue

export type MicrosoftErrorCode = keyof typeof microsoftErrors

export const fail = errorFactory(microsoftErrors)

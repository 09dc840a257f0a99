import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const alertErrors = {
  ALT_ALERT_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no such alert.',
    remedy: 'Open it from the list of alerts.',
  },
  ALT_ALERT_ENDED: {
    kind: 'user',
    status: 409,
    message: 'The alert has ended already, or was acknowledged.',
    remedy: 'Nothing is to be done.',
  },
  ALT_CHANNEL_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no such channel.',
    remedy: "Open it in 'Settings' > 'Alerts'.",
  },
  ALT_CHANNELS_TOO_MANY: {
    kind: 'user',
    status: 409,
    message: 'There are {limit} channels already.',
    remedy: 'Remove one that is not needed.',
  },
  ALT_CHANNEL_INCOMPLETE: {
    kind: 'user',
    status: 422,
    message: 'The channel cannot work: {reason}.',
    remedy: 'Complete it and save it again.',
  },
  ALT_SMTP_REFUSED: {
    kind: 'operational',
    status: 502,
    message: 'The mail server {host} did not take the message: {reason}.',
    remedy: 'Check the settings of the channel, and what the mail server allows.',
  },
  ALT_SMTP_NO_TLS: {
    kind: 'operational',
    status: 502,
    message: 'The mail server {host} offers no encryption (STARTTLS), and nothing is sent without.',
    remedy:
      "Use a port with encryption (587, or 465 with 'TLS from the start'), or switch it on at the mail server.",
  },
  ALT_SMTP_CERTIFICATE: {
    kind: 'operational',
    status: 502,
    message: 'The certificate of the mail server {host} is not trusted.',
    remedy: 'Use the name that is in the certificate; give the PEM of its authority if that is your own.',
  },
  ALT_SMTP_SIGN_IN: {
    kind: 'operational',
    status: 502,
    message: 'The mail server {host} does not accept the sign-in.',
    remedy: 'Check user name and password, or the rights of the application that gets the token.',
  },
  ALT_TOKEN_REFUSED: {
    kind: 'operational',
    status: 502,
    message: 'No token for the mail server: {host} answered {reason}.',
    remedy: 'Check token address, client id, secret and scope.',
  },
  ALT_WEBHOOK_REFUSED: {
    kind: 'operational',
    status: 502,
    message: '{host} answered the message with status {status}.',
    remedy: 'Check the address; redirects are not followed.',
  },
  ALT_UNEXPECTED: {
    kind: 'bug',
    status: 500,
    message: 'Sending failed for a reason that nobody has foreseen.',
    remedy: 'Look at the log of the server.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(alertErrors)

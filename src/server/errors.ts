import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const serverErrors = {
  SRV_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is nothing at {method} {path}.',
    remedy: 'Check the address; /api/v1/openapi.json lists every route.',
  },
  SRV_EXPLANATION_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no explanation here for the error "{code}".',
    remedy: 'Check the number (AADSTS and digits), or look it up at Microsoft: {address}',
  },
  SRV_INVALID_INPUT: {
    kind: 'user',
    status: 400,
    message: 'The request is not valid: {field} {reason}.',
    remedy: 'Correct {field} and send the request again.',
  },
  SRV_INVALID_JSON: {
    kind: 'user',
    status: 400,
    message: 'The body of the request is not valid JSON.',
    remedy: 'Send a JSON document encoded in UTF-8.',
  },
  SRV_UNSUPPORTED_MEDIA: {
    kind: 'user',
    status: 415,
    message: 'The body of the request has a type that is not taken here.',
    remedy: 'Send it as application/json.',
  },
  SRV_TOO_LARGE: {
    kind: 'user',
    status: 413,
    message: 'The body of the request is too large.',
    remedy: 'Send less at once.',
  },
  SRV_BAD_REQUEST: {
    kind: 'user',
    status: 400,
    message: 'The request cannot be understood: {reason}.',
    remedy: 'Correct the request and send it again.',
  },
  SRV_NOT_SIGNED_IN: {
    kind: 'user',
    status: 401,
    message: 'You are not signed in, or your session has ended.',
    remedy: 'Sign in and try again.',
  },
  SRV_NO_CUSTOMER: {
    kind: 'user',
    status: 401,
    message: 'This browser has not opened a link, or its time is over.',
    remedy: 'Ask whoever sent you the link for a new one.',
  },
  SRV_NOT_ALLOWED: {
    kind: 'user',
    status: 403,
    message: 'The role of your account ({role}) does not allow this.',
    remedy: 'Ask an owner of this server to do it, or for another role.',
  },
  SRV_TOKEN_NOT_ALLOWED: {
    kind: 'user',
    status: 403,
    message:
      'The API token "{name}" does not allow this: it has the role {role}, and never more rights than its operator.',
    remedy: 'Use a token with another role, or sign in as an operator whose role allows it.',
  },
  SRV_NOT_BY_TOKEN: {
    kind: 'user',
    status: 403,
    message: 'This cannot be done with an API token.',
    remedy: 'Sign in as an operator.',
  },
  SRV_OUT_OF_REACH: {
    kind: 'user',
    status: 403,
    message: 'This is beyond the organizations and mailboxes that your account reaches.',
    remedy: 'Ask an owner of this server to do it, or to extend what you reach.',
  },
  SRV_NO_PASSKEYS_HERE: {
    kind: 'user',
    status: 400,
    message: 'Passkeys cannot be used at this address.',
    why: '{reason}',
    remedy: 'Use an authenticator app here, or open the console by its name with https.',
  },
  SRV_SECOND_FACTOR_MISSING: {
    kind: 'user',
    status: 403,
    message: 'Your role needs a second factor, and you have none yet.',
    remedy: 'Open the console: it leads you to set one up, and everything else answers again.',
  },
  SRV_APPROVAL_NEEDED: {
    kind: 'user',
    status: 409,
    message: 'This needs a second operator, and was put to the other owners (request {approval}).',
    remedy:
      "See 'Approvals' in the settings. Once another owner has approved it and the delay has passed, do the same again.",
  },
  SRV_APPROVAL_WAITS: {
    kind: 'user',
    status: 409,
    message: 'This was approved, and can be done from {until}.',
    remedy: 'Do the same again then.',
  },
  SRV_SESSION_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'You have no such session; it may have ended.',
    remedy: 'List your sessions again.',
  },
  SRV_CSRF: {
    kind: 'user',
    status: 403,
    message: 'The request lacks the token of its session.',
    remedy: 'Load the page again; programs send the csrfToken of GET /api/v1/session as x-csrf-token.',
  },
  SRV_CROSS_SITE: {
    kind: 'user',
    status: 403,
    message: 'The request comes from a page of another site.',
    remedy: 'Use the console at its own address.',
  },
  SRV_HOST: {
    kind: 'user',
    status: 421,
    message: 'This server does not answer by this name.',
    remedy:
      'Open it as localhost, or add the name to the allowed hosts (--allowed-hosts, BDRCLOUD_ALLOWED_HOSTS).',
  },
  SRV_LOOPBACK_ONLY: {
    kind: 'user',
    status: 403,
    message: 'The first operator can be created only from the machine that the server runs on.',
    remedy: 'Open the setup link in a browser on that machine, or through an SSH tunnel to it.',
  },
  SRV_RATE_LIMITED: {
    kind: 'user',
    status: 429,
    message: 'Too many requests from your address.',
    remedy: 'Wait {seconds} seconds, then try again.',
  },
  SRV_TOO_MANY_STREAMS: {
    kind: 'user',
    status: 429,
    message: 'Too many pages of this session listen for events.',
    remedy: 'Close some of them.',
  },
  SRV_STOPPING: {
    kind: 'operational',
    status: 503,
    message: 'The server is stopping.',
    remedy: 'Try again when it runs again.',
  },
  SRV_INTERNAL: {
    kind: 'bug',
    status: 500,
    message: 'Something went wrong inside the server.',
    remedy: 'Look for request {requestId} in the log of the server and report what it says.',
  },
  SRV_EXPOSED: {
    kind: 'operational',
    status: 500,
    message: 'The server does not listen on {host} without protection.',
    remedy:
      'Give it a TLS certificate and key (--tls-certificate, --tls-key; --tls self-signed for a first look) or name the proxy in front of it (--trusted-proxy); else leave out --host.',
  },
  SRV_PORT_IN_USE: {
    kind: 'operational',
    status: 500,
    message: 'Port {port} of {host} is in use by another program.',
    remedy: 'Choose another one with --port, or stop that program.',
  },
  SRV_CANNOT_LISTEN: {
    kind: 'operational',
    status: 500,
    message: 'The server cannot listen on {host}, port {port}: {reason}.',
    remedy: 'Check the address and the port (--host, --port).',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(serverErrors)

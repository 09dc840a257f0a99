import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const securityErrors = {
  SEC_KEY_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The key of the secrets at rest from {source} is not 32 bytes in base64 or hexadecimal.',
    remedy:
      'Give the key that this installation was made with; a new one is made with: openssl rand -base64 32',
  },
  SEC_KEY_MISSING: {
    kind: 'operational',
    status: 500,
    message: 'The key file {file} is missing, but the database holds secrets sealed with it.',
    remedy: 'Put the key file back from your backup, or set BDRCLOUD_KEY or BDRCLOUD_KEY_FILE.',
  },
  SEC_KEY_WRONG: {
    kind: 'operational',
    status: 500,
    message: 'The key of the secrets at rest is not the one that this database was sealed with.',
    remedy: 'Set BDRCLOUD_KEY or BDRCLOUD_KEY_FILE to the key of this installation.',
  },
  SEC_KEY_RETIRED: {
    kind: 'operational',
    status: 500,
    message:
      'The key of the secrets at rest from {source} was replaced on {date} and opens nothing any more.',
    remedy: 'Give the key that took its place, or put back the database of before that day.',
  },
  SEC_KEY_PREVIOUS_MISSING: {
    kind: 'operational',
    status: 500,
    message: '{count} secrets at rest are still sealed with the key {keyId}, which was not given.',
    remedy:
      'Give it as the previous key (BDRCLOUD_PREVIOUS_KEY, BDRCLOUD_PREVIOUS_KEY_FILE or the systemd credential bdrcloud-previous-key) until the rotation has ended.',
  },
  SEC_KEY_FILE_OPEN: {
    kind: 'operational',
    status: 500,
    message: 'The key file {file} can be read or changed by others ({found}).',
    remedy:
      'Let it belong to the account that runs the server, and run: chmod 600 on it. If others had access, rotate the key then.',
  },
  SEC_KEY_FILE_UNREADABLE: {
    kind: 'operational',
    status: 500,
    message: 'The key file {file} cannot be read: {reason}.',
    remedy: 'Make it readable for the account that runs the server.',
  },
  SEC_KEY_FILE_UNWRITABLE: {
    kind: 'operational',
    status: 500,
    message: 'No new key can be written to {file}: {reason}.',
    remedy: 'Make its folder writable for the account that runs the server.',
  },
  SEC_ROTATION_RUNS: {
    kind: 'user',
    status: 409,
    message: 'The key of the secrets at rest is being rotated already.',
    remedy: 'Wait until it has ended: bdrcloud secrets status.',
  },
  SEC_ROTATION_SOURCE: {
    kind: 'user',
    status: 409,
    message: 'The key of the secrets at rest comes from {source}, which the server cannot change.',
    remedy:
      'Stop the server, put a new key there (openssl rand -base64 32) and give the one of today as BDRCLOUD_PREVIOUS_KEY, BDRCLOUD_PREVIOUS_KEY_FILE or systemd credential bdrcloud-previous-key: the next start rotates.',
  },
  SEC_SECRET_UNREADABLE: {
    kind: 'operational',
    status: 500,
    message: 'A stored secret ({context}) cannot be opened: it was changed, or sealed with another key.',
    remedy: 'Check that the key file belongs to this database, or enter the secret again.',
  },
  SEC_SIGN_IN_FAILED: {
    kind: 'user',
    status: 401,
    message: 'User name or password is wrong.',
    remedy: 'Check both and try again.',
  },
  SEC_PASSWORD_WRONG: {
    kind: 'user',
    status: 403,
    message: 'The password is wrong.',
    remedy: 'Enter the password that you sign in with.',
  },
  SEC_PASSWORD_COMMON: {
    kind: 'user',
    status: 400,
    message:
      'This password is one of those that are tried first: it is on a list of common ones, or one of them made longer.',
    remedy: 'Choose another one. Several words that have nothing to do with each other are hard to guess.',
  },
  SEC_PASSWORD_OBVIOUS: {
    kind: 'user',
    status: 400,
    message: 'The password holds your user name or the name of this product.',
    remedy: 'Choose one that has nothing to do with either.',
  },
  SEC_SIGN_IN_THROTTLED: {
    kind: 'user',
    status: 429,
    message: 'Too many failed attempts with this user name.',
    remedy: 'Wait {seconds} seconds, then try again.',
  },
  SEC_SECOND_STEP_OVER: {
    kind: 'user',
    status: 403,
    message: 'The time for the second step is over, or it was done already.',
    remedy: 'Sign in again, beginning with the password.',
  },
  SEC_CODE_WRONG: {
    kind: 'user',
    status: 403,
    message: 'The code is wrong, or was used already.',
    remedy:
      'Enter the code that your authenticator app shows now; each works once. If it is refused again, check the clocks of both devices.',
  },
  SEC_AUTHENTICATOR_NOT_BEGUN: {
    kind: 'user',
    status: 409,
    message: 'No authenticator app is being set up, or it took longer than 15 minutes.',
    remedy: 'Begin again.',
  },
  SEC_PASSKEY_OVER: {
    kind: 'user',
    status: 403,
    message:
      'The question that the passkey answered is not open any more: it was answered, or took longer than five minutes.',
    remedy: 'Try again.',
  },
  SEC_PASSKEY_REFUSED: {
    kind: 'user',
    status: 403,
    message: 'The passkey was not accepted: {reason}.',
    remedy: 'Try another one, or sign in with the password.',
  },
  SEC_PASSKEY_KNOWN: {
    kind: 'user',
    status: 409,
    message: 'This passkey is registered already.',
    remedy: 'Choose another device or another key.',
  },
  SEC_PASSKEY_LIMIT: {
    kind: 'user',
    status: 409,
    message: 'You have {most} passkeys; more are not kept.',
    remedy: 'Remove one that you do not use any more.',
  },
  SEC_PASSKEY_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'You have no such passkey; it may have been removed.',
    remedy: 'Load the list again.',
  },
  SEC_PROOF_MISSING: {
    kind: 'user',
    status: 403,
    message: 'This needs proof that it is you: {what}.',
    remedy: '{remedy}',
  },
  SEC_BUSY: {
    kind: 'operational',
    status: 503,
    message: 'Too many sign-ins at once.',
    remedy: 'Try again in a few seconds.',
  },
  SEC_SETUP_DONE: {
    kind: 'user',
    status: 409,
    message: 'The first operator exists already.',
    remedy: 'Sign in instead.',
  },
  SEC_SETUP_TOKEN: {
    kind: 'user',
    status: 403,
    message: 'This setup link is not valid: it is older than 60 minutes, or the server was started again.',
    remedy: 'Start the server again and open the link that it prints.',
  },
  SEC_OPERATOR_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no such operator.',
    remedy: 'List the operators and choose one of them.',
  },
  SEC_USER_NAME_TAKEN: {
    kind: 'user',
    status: 409,
    message: 'There is an operator named {userName} already.',
    remedy: 'Choose another user name.',
  },
  SEC_OPERATOR_DISABLED: {
    kind: 'user',
    status: 409,
    message: 'This operator is disabled.',
    remedy: 'Enable the operator first.',
  },
  SEC_OPERATOR_LINK: {
    kind: 'user',
    status: 403,
    message: 'This link is not valid: it was used, replaced by a newer one, or is older than 72 hours.',
    remedy: 'Ask an owner of this server for a new one.',
  },
  SEC_LAST_OWNER: {
    kind: 'user',
    status: 409,
    message: 'This is the last owner who can sign in.',
    remedy: 'Make another operator an owner first, and let them sign in.',
  },
  SEC_OWN_ACCOUNT: {
    kind: 'user',
    status: 409,
    message: 'Nobody can disable or remove themselves, or change their own role.',
    remedy: 'Let another owner do it.',
  },
  SEC_API_TOKEN_ROLE: {
    kind: 'user',
    status: 400,
    message: 'A token of yours cannot have this role ({role}): it would allow what your own role does not.',
    remedy: 'Choose one of: {roles}.',
  },
  SEC_API_TOKEN_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no such API token; it may have been revoked.',
    remedy: 'List the tokens again.',
  },
  SEC_API_TOKENS_TOO_MANY: {
    kind: 'user',
    status: 409,
    message: 'You have {number} API tokens, and more are not kept.',
    remedy: 'Revoke those that nothing uses any more.',
  },
  SEC_REACH_OWNER: {
    kind: 'user',
    status: 400,
    message: 'An owner reaches all organizations.',
    remedy: 'Leave the limits out, or choose another role.',
  },
  SEC_REACH_MAILBOXES: {
    kind: 'user',
    status: 400,
    message: 'Only restore operators can be limited to mailboxes.',
    remedy: 'Choose whole organizations, or the role of a restore operator.',
  },
  SEC_REACH_UNKNOWN: {
    kind: 'user',
    status: 400,
    message: 'There is no {what} {id} there.',
    remedy: 'Choose organizations that are listed, and mailboxes of these organizations.',
  },
  APR_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no such request for approval.',
    remedy: 'List the approvals and choose one of them.',
  },
  APR_OWN_REQUEST: {
    kind: 'user',
    status: 403,
    message: 'Nobody decides about a request of their own.',
    remedy: 'Let another owner approve or decline it, or take it back.',
  },
  APR_DECIDED: {
    kind: 'user',
    status: 409,
    message: 'This request can no longer be decided or changed: it is {state}.',
    remedy: 'List the approvals again.',
  },
  APR_ONE_OWNER: {
    kind: 'user',
    status: 409,
    message:
      'The two-person rule needs a second owner who can sign in: alone, nobody could approve anything, and the rule could not be turned off again.',
    remedy: 'Invite another owner, let them sign in, and turn it on then.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(securityErrors)

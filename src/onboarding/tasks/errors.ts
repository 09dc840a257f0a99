import { type ErrorCatalogue, errorFactory } from '../../errors/index.ts'

export const taskErrors = {
  TSK_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no administrator task with this id.',
    remedy: 'Start it again on the page of the organization.',
  },
  TSK_WRONG_STATE: {
    kind: 'user',
    status: 409,
    message: 'This cannot be done while the task is in state "{state}".',
    remedy: 'Look at the task again: it has moved on, perhaps by somebody else.',
  },
  TSK_BUSY: {
    kind: 'user',
    status: 409,
    message: 'Another administrator is changing the organization {name} at this moment.',
    remedy: 'Wait until that task has ended, then try again.',
  },
  TSK_OTHER_TENANT: {
    kind: 'user',
    status: 422,
    message: 'The account {account} does not belong to the organization {tenant}.',
    remedy: "Choose 'Sign in as another account' and sign in as an administrator of {tenant}.",
  },
  TSK_END_INVALID: {
    kind: 'user',
    status: 422,
    message: 'Restore rights cannot end at {endsAt}.',
    remedy: 'Choose a time between five minutes and 30 days from now.',
  },
  TSK_NOTHING_TO_ADD: {
    kind: 'user',
    status: 422,
    message: 'The organization {name} has these workloads already: {workloads}.',
    remedy: 'Choose workloads that it does not have yet.',
  },
  TSK_ALREADY_CERTIFICATE: {
    kind: 'user',
    status: 409,
    message: 'The organization {name} uses an Application Certificate (SSL) already.',
    remedy: "Nothing is to be done. A certificate that no longer works is replaced by 'Repair'.",
  },
  TSK_APPLICATION_GONE: {
    kind: 'operational',
    status: 409,
    message: 'The application {applicationId} does not exist in the organization {tenant} any more.',
    remedy:
      "Use 'Repair': it takes the application back if it was deleted within 30 days, or makes a new one.",
  },
  TSK_NOT_AVAILABLE: {
    kind: 'user',
    status: 422,
    message: 'This is not available in the organization. {reasons}',
    remedy: 'Nothing can be done about it here; backups go on as before.',
  },
  TSK_CREDENTIAL_REFUSED: {
    kind: 'operational',
    status: 409,
    message: "The organization's own credential does not work: {reason}",
    remedy: "Use 'Repair' first: one sign-in of an administrator makes a new credential.",
  },
  TSK_STILL_THERE: {
    kind: 'operational',
    status: 503,
    message: 'Microsoft still shows {what} after it was removed.',
    remedy: 'Try again in a few minutes; if it stays so, remove it in the Microsoft Entra admin center.',
  },
  TSK_ORGANIZATION_CHANGED: {
    kind: 'user',
    status: 409,
    message: 'The organization was changed by somebody else in the meantime.',
    remedy: 'Look at the organization again, and start the task anew if it is still needed.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(taskErrors)

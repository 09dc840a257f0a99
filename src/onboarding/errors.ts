import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const onboardingErrors = {
  ONB_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no onboarding with this id.',
    remedy: "Start again with 'Add Microsoft 365 organization'.",
  },
  ONB_METHOD_UNAVAILABLE: {
    kind: 'user',
    status: 422,
    message: 'This way of adding an organization cannot be used in the cloud "{cloud}": {reason}',
    remedy: 'Choose one of the methods that the list of clouds shows as available.',
  },
  ONB_WORKLOAD_UNAVAILABLE: {
    kind: 'user',
    status: 422,
    message: 'The workload "{workload}" is not available in this cloud. {reason}',
    remedy: 'Leave it out: the list of clouds shows which workloads can be protected where.',
  },
  ONB_TENANT_NAME: {
    kind: 'user',
    status: 422,
    message: '"{typed}" is neither a tenant id nor a domain.',
    remedy: 'Give the Directory (tenant) ID of the organization, which is a GUID, or one of its domains.',
  },
  ONB_TENANT_UNKNOWN: {
    kind: 'user',
    status: 422,
    message: '{explanation}',
    remedy: 'Check the spelling of the tenant id or domain, and the network of this server.',
  },
  ONB_TENANT_OTHER_CLOUD: {
    kind: 'user',
    status: 422,
    message: 'The organization "{typed}" belongs to {cloud}, not to {chosen}.',
    remedy: 'Check the tenant id; if it is right, cancel this onboarding and start again with {cloud}.',
  },
  ONB_DETAILS_MISSING: {
    kind: 'user',
    status: 422,
    message: 'The organization cannot be saved yet: {missing} is missing.',
    remedy: 'Fill in every field, then save.',
  },
  ONB_NO_CERTIFICATE: {
    kind: 'user',
    status: 404,
    message: 'This onboarding has no certificate.',
    remedy: 'Let the server make one, or give one with its private key.',
  },
  ONB_WRONG_STATE: {
    kind: 'user',
    status: 409,
    message: 'This cannot be done while the onboarding is in state "{state}".',
    remedy: 'Look at the onboarding again: it has moved on, perhaps by somebody else.',
  },
  ONB_GRANT_BY_CUSTOMER: {
    kind: 'user',
    status: 409,
    message: "The customer's administrator has signed in, so 'Grant Access' is theirs to choose.",
    remedy: 'Wait for them, or cancel this onboarding.',
  },
  ONB_SIGN_IN_UNKNOWN: {
    kind: 'user',
    status: 400,
    message:
      'This return from the sign-in is not known here: it was used already, it is too old, or it belongs to another session.',
    remedy: 'Open the onboarding in the console and start the sign-in again.',
  },
  ONB_SIGN_IN_TIMEOUT: {
    kind: 'operational',
    status: 504,
    message: 'Microsoft did not confirm the sign-in within {seconds} seconds.',
    remedy: 'Sign in again; if it stays so, check the network of this server.',
  },
  ONB_WRONG_METHOD: {
    kind: 'user',
    status: 409,
    message:
      'This onboarding uses another way of adding an organization ("{method}"), in which there is no such step.',
    remedy: 'Go on with the steps of its own method, or start a new onboarding.',
  },
  ONB_CODE_DECLINED: {
    kind: 'user',
    status: 422,
    message: 'The sign-in with the one-time code was declined.',
    remedy:
      "Whoever entered the code chose Cancel on Microsoft's page. Choose 'New code' and accept the sign-in there.",
  },
  ONB_CODE_EXPIRED: {
    kind: 'user',
    status: 422,
    message: 'The one-time code is not valid any more: nobody finished the sign-in in time.',
    remedy: "Choose 'New code', enter it on Microsoft's page, and finish the sign-in before it expires.",
  },
  ONB_CODE_BLOCKED: {
    kind: 'user',
    status: 422,
    message: 'A policy of the organization does not allow the sign-in with a one-time code. {happened}',
    why: '{why}',
    remedy:
      "Many organizations block device code flow by Conditional Access: see Entra admin center > Sign-in logs > Conditional Access. Exempt the administrator there for a moment and choose 'New code', or cancel and use the Automatic Credential Process (Global Azure) or the Manual Process.",
  },
  ONB_OTHER_TENANT: {
    kind: 'user',
    status: 422,
    message:
      'The account {account} belongs to another organization than the one this onboarding has begun to set up, {tenant}.',
    remedy: 'Sign in with an account of {tenant}, or cancel this onboarding and start a new one.',
  },
  ONB_TENANT_EXISTS: {
    kind: 'user',
    status: 409,
    message: 'The organization {tenant} has been added already, so it was not added again.',
    remedy: 'Open the organization in the list to see or change it.',
  },
  ONB_TENANT_BEING_ADDED: {
    kind: 'user',
    status: 409,
    message: 'Somebody else is adding the organization {tenant} at this moment.',
    remedy: 'Wait until that onboarding has ended, or cancel it in the list of open onboardings.',
  },
  ONB_FOREIGN_APPLICATION: {
    kind: 'operational',
    status: 409,
    message:
      'The organization holds an application under the unique name {uniqueName} that this server did not set up: {reason}. It was not touched.',
    remedy:
      'Find out in Microsoft Entra who made it (application id {applicationId}), then start a new onboarding.',
  },
  ONB_NOT_REPLICATED: {
    kind: 'operational',
    status: 503,
    message: 'Microsoft does not show the new application yet.',
    remedy: 'Wait a few minutes, then start again.',
  },
  ONB_ROLES_MISSING: {
    kind: 'operational',
    status: 503,
    message: "The application's access token lacks the permissions {roles}.",
    remedy:
      'Wait a few minutes, then try again; if it stays so, look at the permissions of the application in Microsoft Entra. One that Microsoft Entra does not list is not offered in this organization: start again without what needs it, such as restore rights.',
  },
  ONB_PERMISSION_NOT_OFFERED: {
    kind: 'operational',
    status: 422,
    message: 'Microsoft Graph of this organization does not offer the permission {permission}.',
    remedy:
      'What needs it is not available here. Check that the right cloud was chosen; everything else goes on without it.',
  },
  ONB_NOTHING_AVAILABLE: {
    kind: 'user',
    status: 422,
    message: 'Nothing of what was chosen can be backed up in this organization. {reasons}',
    remedy:
      'Check that the right cloud was chosen, and that the organization has the services that are to be backed up.',
  },
  ONB_CREDENTIAL_FORBIDDEN: {
    kind: 'user',
    status: 422,
    message: 'A policy of the organization forbids both passwords and certificates for new applications.',
    remedy:
      'Ask an administrator to exempt this application in the application management policy, then start again.',
  },
  ONB_TOO_SLOW: {
    kind: 'operational',
    status: 504,
    message: 'Microsoft was not ready within {minutes} minutes at the step "{step}".',
    why: '{reason}.',
    remedy: 'Start again in a while. If it stays so, look at the service health of Microsoft 365.',
  },
  ONB_CREDENTIAL_NOT_WORKING: {
    kind: 'user',
    status: 422,
    message: 'The organization was not saved, because its access does not work. {happened}',
    why: '{why}',
    remedy: "{remedy} Then choose 'Save' again; if it stays so, cancel and start again.",
  },
  ONB_PASSWORD_NOT_AVAILABLE: {
    kind: 'user',
    status: 409,
    message: 'The application password cannot be shown (any more).',
    remedy: 'It is shown once, before Save. The server keeps it sealed and needs nothing from you.',
  },
  ONB_UNEXPECTED: {
    kind: 'bug',
    status: 500,
    message: 'The onboarding met a failure that it does not know.',
    remedy: 'Try again. If it stays so, report it with the log of the server.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(onboardingErrors)

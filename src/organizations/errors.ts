import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const organizationErrors = {
  ORG_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no organization with this id.',
    remedy: 'Look at the list of organizations.',
  },
  ORG_NO_RESTORE_RIGHTS: {
    kind: 'user',
    status: 409,
    message:
      'There are no restore rights for the organization {name}, or they have ended: nothing is written to it.',
    remedy: "Download the items instead, or use 'Grant restore rights' on the page of the organization.",
  },
  ORG_CLOUD_MISSING: {
    kind: 'operational',
    status: 503,
    message: 'The cloud "{cloud}" of the organization {name} is not configured on this server.',
    remedy: 'Add the cloud to the configuration that the server is started with.',
  },
  ORG_CREDENTIAL_MISSING: {
    kind: 'operational',
    status: 409,
    message: 'The server holds no credential for the organization {name}.',
    remedy: "Use 'Repair' on the page of the organization: one sign-in of an administrator makes a new one.",
  },
  ORG_UNEXPECTED: {
    kind: 'bug',
    status: 500,
    message: 'Something went wrong that the server does not know.',
    remedy: 'Try again. If it stays so, report it with the log of the server.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(organizationErrors)

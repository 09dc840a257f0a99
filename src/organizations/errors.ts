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
  ORG_ROTATION_PASSWORD: {
    kind: 'user',
    status: 422,
    message: 'The organization {name} uses an application password, which cannot renew itself.',
    remedy:
      "Replace it by hand with 'Replace credential', or take a certificate with 'Upgrade to certificate': certificates renew themselves.",
  },
  ORG_ROTATION_EXPIRED: {
    kind: 'user',
    status: 409,
    message:
      'The certificate of the organization {name} has ended, and Microsoft lets only a valid one add its successor.',
    remedy: 'Let an administrator sign in once to repair the access, or give a new credential by hand.',
  },
  ORG_ROTATION_OBJECT_ID: {
    kind: 'user',
    status: 422,
    message:
      "The server does not know the 'Object ID' of the application of {name}, which Microsoft asks for when a certificate is added.",
    remedy:
      "Look it up in the Microsoft Entra admin center ({portal}) under App registrations, application {applicationId}, Overview, 'Object ID' (not that of the enterprise application), and give it here once.",
  },
  ORG_ROTATION_TOO_SLOW: {
    kind: 'operational',
    status: 504,
    message: 'Microsoft was not ready within {minutes} minutes: {reason}.',
    remedy: 'The old certificate is still in use. Try again in a while.',
  },
  ORG_ROTATION_OVERTAKEN: {
    kind: 'user',
    status: 409,
    message: 'The credential of the organization was changed while its certificate was being rotated.',
    remedy: 'Look at the organization again, and rotate once more if that is still wanted.',
  },
  ORG_ROTATION_NONE: {
    kind: 'user',
    status: 409,
    message: 'No rotation is under way that could be cancelled.',
    remedy: 'Look at the organization again: the new certificate may be in use already.',
  },
  ORG_REMOVED: {
    kind: 'user',
    status: 409,
    message: 'The organization {name} is removed from this server, or about to be.',
    remedy: 'Its backups can be read and downloaded while they are kept. For anything else add it again.',
  },
  ORG_NAME_MISMATCH: {
    kind: 'user',
    status: 422,
    message: 'What was typed is not the name of the organization.',
    remedy: 'Type "{name}", letter for letter, to delete its backups.',
  },
  ORG_NOT_REMOVED: {
    kind: 'user',
    status: 409,
    message: 'The organization is not removed.',
    remedy: 'Backups of a listed organization are deleted by removing it.',
  },
  ORG_NOTHING_TO_UNDO: {
    kind: 'user',
    status: 409,
    message: 'There is nothing that could be undone any more.',
    remedy: 'Look at the organization again.',
  },
  ORG_REMOVAL_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no such removal.',
    remedy: 'Look at the list of removals.',
  },
  ORG_NEW_CREDENTIAL_REFUSED: {
    kind: 'user',
    status: 422,
    message: 'The new credential does not work, so the old one stays in use. {reason}',
    remedy:
      "Check 'Application ID' and credential; of a secret the value counts, not its id. A secret made just now may need a minute.",
  },
  ORG_NO_MADE_CERTIFICATE: {
    kind: 'user',
    status: 409,
    message: 'No certificate made on this server waits to be put into use.',
    remedy: 'Let the server make one, upload its public part, then put it into use.',
  },
  ORG_CREDENTIAL_CHANGED: {
    kind: 'user',
    status: 409,
    message: 'Somebody else has changed the credential of the organization meanwhile.',
    remedy: 'Look at the organization again.',
  },
  ORG_WORKLOAD_NOT_GRANTED: {
    kind: 'user',
    status: 422,
    message: 'The application lacks the permissions {permissions}, which this choice of workloads needs.',
    remedy: "Use 'Add workloads': an administrator signs in and grants them.",
  },
  ORG_PROTECTION_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The protection settings cannot be saved: {reason}.',
    remedy: 'Correct it and save again. Nothing was changed.',
  },
  ORG_GROUPS_NOT_READABLE: {
    kind: 'user',
    status: 422,
    message: 'The application may not read the groups of the organization.',
    remedy:
      "Use 'Grant optional permissions': an administrator signs in and grants GroupMember.Read.All. Or select users one by one.",
  },
  ORG_GROUP_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no such group in the directory as it was read last.',
    remedy: 'Read the directory again, then choose one of its groups.',
  },
  ORG_RETENTION_SHORTENS: {
    kind: 'user',
    status: 409,
    message: 'Restore points that are kept now would be deleted by the new retention.',
    remedy: 'Look at what would be deleted, then confirm it as a shortening of the retention.',
  },
  ORG_UNEXPECTED: {
    kind: 'bug',
    status: 500,
    message: 'Something went wrong that the server does not know.',
    remedy: 'Try again. If it stays so, report it with the log of the server.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(organizationErrors)

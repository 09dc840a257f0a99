/** Every kind of alert, once: how grave it is, what it means, what to do, and where in the console to look. */
import type { AlertKind, AlertSeverity } from '../contract/index.ts'

export interface AlertDefinition {
  readonly severity: AlertSeverity
  /** As it stands in settings and filters. */
  readonly name: string
  readonly meaning: string
  readonly remedy: string
  /** Path in the console. */
  readonly link: (about: { readonly organizationId: string | null; readonly alertId: string }) => string
  /** Does not end by itself: somebody has to have seen it. */
  readonly staysUntilAcknowledged?: true
}

const organization = ({ organizationId }: { organizationId: string | null }) =>
  organizationId === null ? '/organizations' : `/organizations/${organizationId}`
const itself = ({ alertId }: { alertId: string }) => `/alerts/${alertId}`

export const alertCatalogue: Readonly<Record<AlertKind, AlertDefinition>> = {
  'run-failed': {
    severity: 'critical',
    name: 'Backup failed',
    meaning:
      'The last backup run of an organization ended without a restore point. Earlier restore points are untouched.',
    remedy:
      'Open the run, do what its error says, and start a backup. The alert ends with the next run that succeeds.',
    link: organization,
  },
  'mailboxes-failed': {
    severity: 'warning',
    name: 'Mailboxes or drives not backed up',
    meaning:
      'The last backup run made a restore point, but some mailboxes, drives or others kept their last good state in it.',
    remedy: 'Open the run and look at what failed. It is tried again by the next run.',
    link: organization,
  },
  'run-late': {
    severity: 'critical',
    name: 'Backup late',
    meaning:
      'A backup run that the schedule of an organization plans has not started within the hours that are set. Without a schedule nothing is late.',
    remedy:
      'See why none started: whether the server was up, and what its log says of planned runs. What was missed is made up by one run; or start a backup.',
    link: organization,
  },
  'credential-expiring': {
    severity: 'warning',
    name: 'Credential expiring',
    meaning: 'The credential with which the server reads an organization ends soon. Afterwards backups stop.',
    remedy: "Use 'Rotate credential' or 'Replace credential' on the page of the organization.",
    link: organization,
  },
  'credential-expired': {
    severity: 'critical',
    name: 'Credential expired',
    meaning: 'The credential with which the server reads an organization has ended, and backups with it.',
    remedy:
      "Nothing is lost: give the application a new credential by 'Replace credential', or by one sign-in of an administrator.",
    link: organization,
  },
  'drift-found': {
    severity: 'warning',
    name: 'Application changed in the tenant',
    meaning:
      'The check of an organization found that its application is not as it was left: permissions, credentials or owners.',
    remedy:
      'Look at the findings on the page of the organization; undo them in Microsoft Entra, or accept them.',
    link: organization,
  },
  'vault-unreachable': {
    severity: 'critical',
    name: 'Vault unreachable',
    meaning: 'The place where the backups are does not answer. No backup or restore can run.',
    remedy: 'Check the disk, mount or service, its credentials, and the network on the way there.',
    link: itself,
  },
  'vault-space-low': {
    severity: 'warning',
    name: 'Vault almost full',
    meaning: 'The disk of the vault has less free space than is set. When it is full, backups fail.',
    remedy: 'Enlarge the disk, move the vault, or remove what is not needed.',
    link: itself,
  },
  'repository-damaged': {
    severity: 'critical',
    name: 'Backups damaged',
    meaning: 'While reading a repository, something was found that is not as it was written.',
    remedy:
      "Keep the vault as it is, run 'bdrcloud repo check --read-data' on a copy of the disk, and see 'bdrcloud repo repair'.",
    link: organization,
  },
  'mass-change': {
    severity: 'critical',
    name: 'Unusual mass deletion or change',
    meaning:
      'Far more mails, files or other items were deleted or changed than is usual, as ransomware, a stolen account or a mistake does. The restore points before it are whole.',
    remedy:
      'Find out who or what did it before more is lost. Restore from the restore point that the alert names. Acknowledge it when it was intended.',
    link: itself,
    staysUntilAcknowledged: true,
  },
  'account-locked': {
    severity: 'warning',
    name: 'Account of an operator locked',
    meaning: 'So many wrong passwords were given for an operator that the account is closed for a while.',
    remedy: 'Ask the operator. If it was somebody else, look at the audit trail for where from.',
    link: itself,
  },
  'sign-in-failures': {
    severity: 'warning',
    name: 'Repeated sign-in failures',
    meaning:
      'Many sign-ins to this server failed within an hour, which is what guessing of passwords looks like.',
    remedy: 'Look at the audit trail for where they come from, and close that way to the server.',
    link: () => '/settings/audit',
  },
  'restore-failed': {
    severity: 'warning',
    name: 'Restore failed',
    meaning: 'A restore did not bring back all that was chosen.',
    remedy: 'Open the restore, do what its error says, and restore again what is missing.',
    link: organization,
  },
  'restore-finished': {
    severity: 'information',
    name: 'Restore finished',
    meaning: 'A restore brought back what was chosen.',
    remedy: 'Nothing is to be done.',
    link: organization,
  },
  'audit-trail-broken': {
    severity: 'critical',
    name: 'Audit trail broken',
    meaning:
      'An entry of the audit trail was changed, moved or removed. Whoever did it had access to the database.',
    remedy:
      'Treat the server as broken into: keep a copy of the database, and compare with entries forwarded elsewhere.',
    link: () => '/settings/audit',
    staysUntilAcknowledged: true,
  },
  'approval-waiting': {
    severity: 'information',
    name: 'Approval waiting',
    meaning: 'An operator asked for something that a second one has to approve.',
    remedy: "Another owner looks at it in 'Settings' > 'Approvals', and approves or declines it.",
    link: () => '/settings/approvals',
  },
  'channel-failing': {
    severity: 'warning',
    name: 'Alerts are not delivered',
    meaning: 'Messages to one of the places that alerts are sent to do not arrive.',
    remedy: "Open 'Settings' > 'Alerts', correct the channel, and use 'Send test'.",
    link: () => '/settings/alerts',
  },
  'server-certificate': {
    severity: 'warning',
    name: 'Certificate of the server',
    meaning:
      'The TLS certificate that this server shows ends soon or has ended, or a new one in its files is not taken.',
    remedy:
      "Renew it, and see what 'bdrcloud doctor' says of its files on the server. The server takes a new one by itself.",
    link: itself,
  },
}

export const severities: readonly AlertSeverity[] = ['information', 'warning', 'critical']

export function isAtLeast(severity: AlertSeverity, least: AlertSeverity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least)
}

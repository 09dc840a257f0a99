/** Requests that wait for a second operator: one alert each, which ends when it is decided on, taken back or has run out. */
import { approvalRows } from '../../security/index.ts'
import { type Look, timeText } from './context.ts'

/** More than these are seen in the console. */
const most = 100

/** As in "Grace wants to …"; of others the API's own name is told. */
export const askedFor: Readonly<Record<string, string>> = {
  deleteBackups: 'delete the backups of an organization',
  removeOrganization: 'remove an organization with its backups',
  getRecoveryKit: 'get the recovery kit',
  revealRepositoryPassword: 'see the password of a repository',
  shortenRetention: 'keep restore points for a shorter time',
  setTwoPersonRule: 'weaken the two-person rule',
  inviteOperator: 'invite an owner',
  changeOperator: 'change role or access of an operator',
  createOperatorLink: 'make a link for a new password of an operator',
  removeOperator: 'remove an operator',
  removeSecondFactors: 'remove the second factors of an operator',
  saveSingleSignOn: 'change single sign-on',
}

export const lookAtApprovals: Look = async ({ db, now }) => {
  const rows = await approvalRows(db)
    .where('approvals.state', '=', 'pending')
    .where('approvals.expires_at', '>', new Date(now))
    .orderBy('approvals.requested_at')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    kind: 'approval-waiting' as const,
    subject: row.id,
    organizationId: row.organization_id,
    title: `${row.asker_name ?? 'Somebody'} asks for a second operator to ${askedFor[row.operation] ?? row.operation}`,
    detail: `${row.reason === '' ? 'No reason is given.' : `The reason given: ${row.reason}`} It can be decided on until ${timeText(row.expires_at)}.`,
    occurrence: row.id,
    facts: { approvalId: row.id, operation: row.operation, requestedBy: row.requested_by },
  }))
}

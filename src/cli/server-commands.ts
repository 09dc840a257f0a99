/** The commands that talk to a server. */
import type { Command } from 'commander'
import { registerAccountPassword } from './commands/account/account-password.ts'
import { registerAccountSecurity } from './commands/account/account-security.ts'
import { registerAccountSessions } from './commands/account/account-sessions.ts'
import { registerTokenCreate } from './commands/account/token/token-create.ts'
import { registerTokenList } from './commands/account/token/token-list.ts'
import { registerTokenRevoke } from './commands/account/token/token-revoke.ts'
import { registerAlertAcknowledge } from './commands/alert/alert-acknowledge.ts'
import { registerAlertList } from './commands/alert/alert-list.ts'
import { registerAlertShow } from './commands/alert/alert-show.ts'
import { registerApprovalsDecide } from './commands/approvals/approvals-decide.ts'
import { registerApprovalsList } from './commands/approvals/approvals-list.ts'
import { registerApprovalsReason } from './commands/approvals/approvals-reason.ts'
import { registerAuditExport } from './commands/audit/audit-export.ts'
import { registerAuditList } from './commands/audit/audit-list.ts'
import { registerAuditVerify } from './commands/audit/audit-verify.ts'
import { registerBackupRun } from './commands/backup/backup-run.ts'
import { registerExplain } from './commands/explain.ts'
import { registerFileDownload } from './commands/file/file-download.ts'
import { registerFileList } from './commands/file/file-list.ts'
import { registerFileRestore } from './commands/file/file-restore.ts'
import { registerFileSearch } from './commands/file/file-search.ts'
import { registerFileVersions } from './commands/file/file-versions.ts'
import { registerLogin } from './commands/login.ts'
import { registerLogout } from './commands/logout.ts'
import { registerMailSearch } from './commands/mail/mail-search.ts'
import { registerMailSettings } from './commands/mail/mail-settings.ts'
import { registerOperatorAccept } from './commands/operator/operator-accept.ts'
import { registerOperatorEdit } from './commands/operator/operator-edit.ts'
import { registerOperatorInvite } from './commands/operator/operator-invite.ts'
import { registerOperatorLink } from './commands/operator/operator-link.ts'
import { registerOperatorList } from './commands/operator/operator-list.ts'
import { registerOperatorRemove } from './commands/operator/operator-remove.ts'
import { registerOperatorRemoveSecondFactors } from './commands/operator/operator-remove-second-factors.ts'
import { registerLinkCreate } from './commands/org/link/link-create.ts'
import { registerLinkList } from './commands/org/link/link-list.ts'
import { registerLinkRevoke } from './commands/org/link/link-revoke.ts'
import { registerOrgAdd } from './commands/org/org-add.ts'
import { registerOrgAddWorkloads } from './commands/org/org-add-workloads.ts'
import { registerOrgDrift } from './commands/org/org-drift.ts'
import { registerOrgEdit } from './commands/org/org-edit.ts'
import { registerOrgGrantOptional } from './commands/org/org-grant-optional.ts'
import { registerOrgGrantRestore } from './commands/org/org-grant-restore.ts'
import { registerOrgList } from './commands/org/org-list.ts'
import { registerOrgRemove } from './commands/org/org-remove.ts'
import { registerOrgRepair } from './commands/org/org-repair.ts'
import { registerOrgReplaceCredential } from './commands/org/org-replace-credential.ts'
import { registerOrgRevokeRestore } from './commands/org/org-revoke-restore.ts'
import { registerOrgRotate } from './commands/org/org-rotate.ts'
import { registerOrgShow } from './commands/org/org-show.ts'
import { registerOrgUndoRemove } from './commands/org/org-undo-remove.ts'
import { registerOrgUpgradeCertificate } from './commands/org/org-upgrade-certificate.ts'
import { registerOrgVerify } from './commands/org/org-verify.ts'
import { registerOutlookCommands } from './commands/outlook/index.ts'
import { registerProtectionCoverage } from './commands/protection/protection-coverage.ts'
import { registerProtectionDashboard } from './commands/protection/protection-dashboard.ts'
import { registerProtectionDirectory } from './commands/protection/protection-directory.ts'
import { registerProtectionRetention } from './commands/protection/protection-retention.ts'
import { registerProtectionSet } from './commands/protection/protection-set.ts'
import { registerProtectionShow } from './commands/protection/protection-show.ts'
import { registerRecoveryKit } from './commands/recovery-kit.ts'
import { registerResticCreate } from './commands/restic/restic-create.ts'
import { registerResticList } from './commands/restic/restic-list.ts'
import { registerResticRevoke } from './commands/restic/restic-revoke.ts'
import { registerRestore } from './commands/restore.ts'
import { registerRunList } from './commands/run/run-list.ts'
import { registerRunShow } from './commands/run/run-show.ts'
import { registerSecretsRotate } from './commands/secrets/secrets-rotate.ts'
import { registerSecretsStatus } from './commands/secrets/secrets-status.ts'
import { registerAlertsChannel } from './commands/settings/alerts-channel.ts'
import { registerAlertsSet } from './commands/settings/alerts-set.ts'
import { registerAlertsShow } from './commands/settings/alerts-show.ts'
import { registerSecondFactorSettings } from './commands/settings/second-factor.ts'
import { registerSignInRemove } from './commands/settings/sign-in-remove.ts'
import { registerSignInSet } from './commands/settings/sign-in-set.ts'
import { registerSignInShow } from './commands/settings/sign-in-show.ts'
import { registerSignInTest } from './commands/settings/sign-in-test.ts'
import { registerSingleSignOnRemove } from './commands/settings/single-sign-on/single-sign-on-remove.ts'
import { registerSingleSignOnSet } from './commands/settings/single-sign-on/single-sign-on-set.ts'
import { registerSingleSignOnShow } from './commands/settings/single-sign-on/single-sign-on-show.ts'
import { registerSingleSignOnTest } from './commands/settings/single-sign-on/single-sign-on-test.ts'
import { registerTwoPersonRule } from './commands/settings/two-person-rule.ts'
import { registerSetup } from './commands/setup.ts'
import { registerStatus } from './commands/status.ts'

export function registerServerCommands(program: Command): void {
  registerSetup(program)
  registerLogin(program)
  registerLogout(program)
  registerStatus(program)
  registerRecoveryKit(program)
  registerExplain(program)
  const org = program.command('org').description('Microsoft 365 organizations')
  registerOrgList(org)
  registerOrgShow(org)
  registerOrgAdd(org)
  registerOrgVerify(org)
  registerOrgGrantRestore(org)
  registerOrgGrantOptional(org)
  registerOrgRevokeRestore(org)
  registerOrgAddWorkloads(org)
  registerOrgUpgradeCertificate(org)
  registerOrgRepair(org)
  registerOrgDrift(org)
  registerOrgRotate(org)
  registerOrgEdit(org)
  registerOrgReplaceCredential(org)
  registerOrgRemove(org)
  registerOrgUndoRemove(org)
  const link = org.command('link').description("links with which customers' administrators authorize")
  registerLinkCreate(link)
  registerLinkList(link)
  registerLinkRevoke(link)
  const protection = program
    .command('protection')
    .description('what of an organization is backed up, and when')
  registerProtectionShow(protection)
  registerProtectionSet(protection)
  registerProtectionRetention(protection)
  registerProtectionDirectory(protection)
  registerProtectionCoverage(protection)
  registerProtectionDashboard(protection)
  const settings = program.command('settings').description('settings of the server')
  const alerts = settings
    .command('alerts')
    .description('from when on something is an alert, and where it is sent to')
  registerAlertsShow(alerts)
  registerAlertsSet(alerts)
  registerAlertsChannel(alerts)
  registerTwoPersonRule(settings)
  const signIn = settings
    .command('sign-in')
    .description('how administrators sign in: external address, and applications of your own')
  registerSignInShow(signIn)
  registerSignInSet(signIn)
  registerSignInTest(signIn)
  registerSignInRemove(signIn)
  registerSecondFactorSettings(settings)
  const singleSignOn = settings
    .command('single-sign-on')
    .description('how operators sign in with a provider of OpenID Connect')
  registerSingleSignOnShow(singleSignOn)
  registerSingleSignOnSet(singleSignOn)
  registerSingleSignOnTest(singleSignOn)
  registerSingleSignOnRemove(singleSignOn)
  registerBackupRun(program.command('backup').description('back up'))
  const run = program.command('run').description('backup runs')
  registerRunList(run)
  registerRunShow(run)
  const mail = program.command('mail').description('mails in the backups')
  registerMailSearch(mail)
  registerMailSettings(mail)
  registerOutlookCommands(program)
  const file = program.command('file').description('files of OneDrives and document libraries')
  registerFileList(file)
  registerFileSearch(file)
  registerFileVersions(file)
  registerFileDownload(file)
  registerFileRestore(file)
  registerRestore(program)
  const restic = program.command('restic').description('access with restic to the repositories of a server')
  registerResticList(restic)
  registerResticCreate(restic)
  registerResticRevoke(restic)
  const operator = program.command('operator').description('who works with the server')
  registerOperatorList(operator)
  registerOperatorInvite(operator)
  registerOperatorAccept(operator)
  registerOperatorEdit(operator)
  registerOperatorLink(operator)
  registerOperatorRemove(operator)
  registerOperatorRemoveSecondFactors(operator)
  const alert = program.command('alert').description('what operators should know without looking')
  registerAlertList(alert)
  registerAlertShow(alert)
  registerAlertAcknowledge(alert)
  const audit = program.command('audit').description('who did what: the audit trail')
  registerAuditList(audit)
  registerAuditExport(audit)
  registerAuditVerify(audit)
  const approvals = program.command('approvals').description('what needs a second operator')
  registerApprovalsList(approvals)
  registerApprovalsReason(approvals)
  registerApprovalsDecide(approvals)
  const secrets = program.command('secrets').description('the key of the secrets at rest')
  registerSecretsStatus(secrets)
  registerSecretsRotate(secrets)
  const account = program.command('account').description('your own account')
  registerAccountPassword(account)
  registerAccountSecurity(account)
  registerAccountSessions(account)
  const token = account.command('token').description('tokens for scripts')
  registerTokenCreate(token)
  registerTokenList(token)
  registerTokenRevoke(token)
}

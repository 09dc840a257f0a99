/**
 * Who may call which route: every operation of the API that asks for a session, with the right it needs and what it is about. Anything
 * forgotten here is for owners alone.
 */
import type { AppEvent, Right } from '../contract/index.ts'

/**
 * What a route's `:id` names, by which the organization is found. `everything`: not of one organization, and not for those who reach
 * only some. `list`: the route itself shows only what is reached. `server`: nothing of any organization.
 */
export type Subject =
  | 'server'
  | 'list'
  | 'everything'
  | 'organization'
  | 'administrator-task'
  | 'removal'
  | 'run'
  | 'restore'
  | 'export'
  | 'mailbox'
  | 'item'

/** `own`: whoever is signed in. */
export type RouteRight = readonly [right: Right | 'own', subject: Subject]

export const routeRights: Readonly<Record<string, RouteRight>> = {
  getSession: ['own', 'server'],
  signOut: ['own', 'server'],
  changePassword: ['own', 'server'],
  listSessions: ['own', 'server'],
  endSession: ['own', 'server'],
  getOwnIdentity: ['own', 'server'],
  linkOwnIdentity: ['own', 'server'],
  unlinkOwnIdentity: ['own', 'server'],
  listOwnApiTokens: ['own', 'server'],
  createApiToken: ['own', 'server'],
  revokeOwnApiToken: ['own', 'server'],
  getAccountSecurity: ['own', 'server'],
  beginAuthenticator: ['own', 'server'],
  confirmAuthenticator: ['own', 'server'],
  removeAuthenticator: ['own', 'server'],
  renewRecoveryCodes: ['own', 'server'],
  beginPasskey: ['own', 'server'],
  addPasskey: ['own', 'server'],
  renamePasskey: ['own', 'server'],
  removePasskey: ['own', 'server'],
  askPasskeyForProof: ['own', 'server'],
  beginProofBySingleSignOn: ['own', 'server'],
  getStatus: ['own', 'server'],
  streamEvents: ['own', 'list'],
  getOpenApi: ['own', 'server'],
  explainMicrosoftError: ['own', 'server'],

  listOperators: ['operators.read', 'everything'],
  getOperator: ['operators.read', 'everything'],
  inviteOperator: ['operators.manage', 'everything'],
  createOperatorLink: ['operators.manage', 'everything'],
  changeOperator: ['operators.manage', 'everything'],
  removeOperator: ['operators.manage', 'everything'],
  listApiTokens: ['operators.read', 'everything'],
  revokeApiToken: ['operators.manage', 'everything'],
  removeSecondFactors: ['operators.manage', 'everything'],

  listAuditEntries: ['audit.read', 'list'],
  exportAuditEntries: ['audit.read', 'list'],
  verifyAuditTrail: ['audit.read', 'server'],

  listAlerts: ['alerts.read', 'list'],
  getAlert: ['alerts.read', 'list'],
  acknowledgeAlert: ['alerts.acknowledge', 'list'],
  getAlertSettings: ['settings.read', 'everything'],
  setAlertThresholds: ['settings.manage', 'everything'],
  createAlertChannel: ['settings.manage', 'everything'],
  saveAlertChannel: ['settings.manage', 'everything'],
  removeAlertChannel: ['settings.manage', 'everything'],
  testAlertChannel: ['settings.manage', 'everything'],

  listClouds: ['organizations.read', 'server'],
  listPermissions: ['organizations.read', 'server'],
  detectCloud: ['organizations.manage', 'everything'],
  getSignInWays: ['organizations.manage', 'server'],
  startOnboarding: ['organizations.manage', 'everything'],
  listOnboardings: ['organizations.manage', 'everything'],
  getOnboarding: ['organizations.manage', 'everything'],
  signInForOnboarding: ['organizations.manage', 'everything'],
  returnFromSignIn: ['organizations.manage', 'everything'],
  showDeviceCode: ['organizations.manage', 'everything'],
  checkDeviceCode: ['organizations.manage', 'everything'],
  grantOnboarding: ['organizations.manage', 'everything'],
  cancelOnboarding: ['organizations.manage', 'everything'],
  saveOnboarding: ['organizations.manage', 'everything'],
  revealApplicationPassword: ['organizations.manage', 'everything'],
  getRegistrationGuide: ['organizations.manage', 'everything'],
  giveOnboardingDetails: ['organizations.manage', 'everything'],
  makeOnboardingCertificate: ['organizations.manage', 'everything'],
  downloadOnboardingCertificate: ['organizations.manage', 'everything'],
  createCustomerLink: ['organizations.manage', 'everything'],
  listCustomerLinks: ['organizations.manage', 'everything'],
  revokeCustomerLink: ['organizations.manage', 'everything'],

  listOrganizations: ['organizations.read', 'list'],
  getOrganization: ['organizations.read', 'organization'],
  listOrganizationChecks: ['organizations.read', 'organization'],
  listRotations: ['organizations.read', 'organization'],
  listAdministratorTasks: ['organizations.read', 'organization'],
  editOrganization: ['organizations.manage', 'organization'],
  verifyOrganization: ['organizations.manage', 'organization'],
  acceptOrganizationDrift: ['organizations.manage', 'organization'],
  replaceCredential: ['organizations.manage', 'organization'],
  makeOrganizationCertificate: ['organizations.manage', 'organization'],
  startRotation: ['organizations.manage', 'organization'],
  cancelRotation: ['organizations.manage', 'organization'],
  startAdministratorTask: ['organizations.manage', 'organization'],
  getAdministratorTask: ['organizations.manage', 'administrator-task'],
  signInForAdministratorTask: ['organizations.manage', 'administrator-task'],
  showCodeForAdministratorTask: ['organizations.manage', 'administrator-task'],
  checkCodeOfAdministratorTask: ['organizations.manage', 'administrator-task'],
  grantAdministratorTask: ['organizations.manage', 'administrator-task'],
  cancelAdministratorTask: ['organizations.manage', 'administrator-task'],
  removeOrganization: ['organizations.manage', 'organization'],
  getOrganizationRemoval: ['organizations.read', 'organization'],
  takeBackRemoval: ['organizations.manage', 'organization'],
  deleteBackups: ['organizations.manage', 'organization'],
  undoBackupsDeletion: ['organizations.manage', 'organization'],
  listRemovals: ['organizations.read', 'list'],
  getRemoval: ['organizations.read', 'removal'],
  downloadRemovalStatement: ['organizations.read', 'removal'],

  getProtection: ['organizations.read', 'organization'],
  listCoverage: ['organizations.read', 'organization'],
  exportCoverage: ['organizations.read', 'organization'],
  getDashboard: ['organizations.read', 'organization'],
  saveProtection: ['organizations.manage', 'organization'],
  setRetention: ['organizations.manage', 'organization'],
  previewRetention: ['organizations.manage', 'organization'],
  shortenRetention: ['organizations.manage', 'organization'],
  refreshDirectory: ['organizations.manage', 'organization'],
  listDirectoryUsers: ['organizations.manage', 'organization'],
  listDirectoryGroups: ['organizations.manage', 'organization'],
  listGroupUsers: ['organizations.manage', 'organization'],
  listDirectorySites: ['organizations.manage', 'organization'],

  startRun: ['runs.manage', 'organization'],
  cancelRun: ['runs.manage', 'run'],
  listRuns: ['runs.read', 'organization'],
  getRun: ['runs.read', 'run'],
  listRunResources: ['runs.read', 'run'],
  listRunFailures: ['runs.read', 'run'],

  listRestorePoints: ['organizations.read', 'organization'],
  listMailboxes: ['content.read', 'organization'],
  listFolders: ['content.read', 'mailbox'],
  getMailboxSettings: ['content.read', 'mailbox'],
  listMails: ['content.read', 'mailbox'],
  searchMails: ['content.read', 'organization'],
  getMail: ['content.read', 'item'],
  previewMail: ['content.read', 'item'],
  downloadAttachment: ['content.read', 'item'],
  downloadEml: ['content.read', 'item'],
  listOutlookItems: ['content.read', 'mailbox'],
  searchOutlookItems: ['content.read', 'organization'],
  getOutlookItem: ['content.read', 'item'],
  previewOutlookItem: ['content.read', 'item'],
  showContactPhoto: ['content.read', 'item'],
  downloadOutlookAttachment: ['content.read', 'item'],
  downloadOutlookItem: ['content.read', 'item'],
  listDrives: ['content.read', 'organization'],
  listFiles: ['content.read', 'mailbox'],
  searchFiles: ['content.read', 'organization'],
  getFile: ['content.read', 'item'],
  previewFile: ['content.read', 'item'],
  downloadFile: ['content.read', 'item'],
  listFileVersions: ['content.read', 'item'],
  downloadFileVersion: ['content.read', 'item'],
  createExport: ['content.read', 'organization'],
  downloadExport: ['content.read', 'export'],

  createRestore: ['content.restore', 'organization'],
  restoreMailboxSettings: ['content.restore', 'mailbox'],
  cancelRestore: ['content.restore', 'restore'],
  listRestores: ['restores.read', 'organization'],
  getRestore: ['restores.read', 'restore'],
  listRestoreItems: ['content.read', 'restore'],

  getSecondFactorSettings: ['settings.read', 'server'],
  setSecondFactor: ['operators.manage', 'everything'],
  getSignInSettings: ['settings.read', 'server'],
  getSingleSignOn: ['settings.read', 'server'],
  saveSingleSignOn: ['operators.manage', 'everything'],
  testSingleSignOn: ['operators.manage', 'everything'],
  removeSingleSignOn: ['operators.manage', 'everything'],
  setExternalAddress: ['settings.manage', 'everything'],
  makeSignInCertificate: ['settings.manage', 'everything'],
  saveSignInClient: ['settings.manage', 'everything'],
  removeSignInClient: ['settings.manage', 'everything'],
  testSignInClient: ['settings.manage', 'everything'],

  getTwoPersonRule: ['settings.read', 'server'],
  setTwoPersonRule: ['approvals.decide', 'everything'],
  listApprovals: ['own', 'list'],
  approveRequest: ['approvals.decide', 'everything'],
  declineRequest: ['approvals.decide', 'everything'],
  cancelRequest: ['own', 'server'],
  setRequestReason: ['own', 'server'],
  getSecretsStatus: ['settings.read', 'server'],
  rotateSecrets: ['vault.secrets', 'everything'],
  getRecoveryKit: ['vault.secrets', 'everything'],
  confirmRecoveryKit: ['vault.secrets', 'everything'],
  getRepository: ['organizations.read', 'organization'],
  revealRepositoryPassword: ['vault.secrets', 'organization'],
  listResticAccesses: ['vault.secrets', 'organization'],
  createResticAccess: ['vault.secrets', 'organization'],
  revokeResticAccess: ['vault.secrets', 'organization'],
}

/**
 * What no API token may do, whatever its role: what is about the operator's own account, what asks for the operator's password again, and
 * (by `rightsOfToken`) all that needs the rights over operators and the vault.
 */
export const forPeopleOnly: ReadonlySet<string> = new Set([
  'signOut',
  'changePassword',
  'listSessions',
  'endSession',
  'getAccountSecurity',
  'beginAuthenticator',
  'confirmAuthenticator',
  'removeAuthenticator',
  'renewRecoveryCodes',
  'beginPasskey',
  'addPasskey',
  'renamePasskey',
  'removePasskey',
  'askPasskeyForProof',
  'beginProofBySingleSignOn',
  'removeSecondFactors',
  'getOwnIdentity',
  'linkOwnIdentity',
  'unlinkOwnIdentity',
  'setSecondFactor',
  'listOwnApiTokens',
  'createApiToken',
  'revokeOwnApiToken',
  'setExternalAddress',
  'saveSignInClient',
  'replaceCredential',
  'shortenRetention',
  'revealRepositoryPassword',
  'cancelRequest',
  'setRequestReason',
])

/** Who is told of what. */
export const eventRights: Readonly<Record<AppEvent['topic'], Right>> = {
  onboarding: 'organizations.manage',
  'administrator-task': 'organizations.manage',
  organization: 'organizations.read',
  'organization-check': 'organizations.read',
  removal: 'organizations.read',
  run: 'runs.read',
  restore: 'restores.read',
  alert: 'alerts.read',
  // Beside whoever asked.
  approval: 'approvals.decide',
}

/** What answers to somebody whose role needs a second factor and who has none: what sets one up, and nothing else. */
export const withoutSecondFactor: ReadonlySet<string> = new Set([
  'getSession',
  'signOut',
  'getAccountSecurity',
  'beginAuthenticator',
  'confirmAuthenticator',
  'beginPasskey',
  'addPasskey',
])

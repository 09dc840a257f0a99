export { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
export {
  accessOf,
  cloudOf,
  forgetAccess,
  noteNotOffered,
  noteWriteGranted,
  readOrganization,
  replaceAccess,
  requireActive,
  setRestoreRights,
  setWorkloads,
} from './administered.ts'
export { credentialContext, openCredential } from './credential.ts'
export { organizationErrors } from './errors.ts'
export { createNightly, type Nightly } from './nightly/nightly.ts'
export { whatIsNotAvailable } from './not-available.ts'
export { createOrganizations, type Organization, type Organizations } from './organizations.ts'
export type { OrganizationsOptions } from './parts.ts'
export { type ProbeResult, probes } from './probes.ts'
export { toProblem } from './problem.ts'
export { noFileExtras, noMailboxExtras } from './protection/defaults.ts'
export {
  createProtection,
  type Protection,
  type RunScope,
} from './protection/protection.ts'
export { isBlackedOut, lateStart, nextStart } from './protection/schedule.ts'
export { readProtection, type StoredProtection } from './protection/settings.ts'
export { siteStanding, userStanding } from './protection/standing.ts'
export type { RemovalPorts } from './removal/ports.ts'
export type { Removals } from './removal/removals.ts'
export type { Replacements } from './replacement.ts'
export { mayWrite } from './restore-rights.ts'
export type { Rotations } from './rotation/rotations.ts'
export { saveOrganization } from './save-organization.ts'
export { certificateColumns, sealSupplied } from './supplied-credential.ts'
export { verifyAccess } from './verification.ts'
export type { BackupSummary } from './view.ts'

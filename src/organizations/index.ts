export { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
export {
  accessOf,
  cloudOf,
  forgetAccess,
  noteWriteGranted,
  readOrganization,
  replaceAccess,
  setRestoreRights,
  setWorkloads,
} from './administered.ts'
export { credentialContext, openCredential } from './credential.ts'
export { organizationErrors } from './errors.ts'
export {
  createOrganizations,
  type Organization,
  type Organizations,
  type OrganizationsOptions,
} from './organizations.ts'
export { type ProbeResult, probes } from './probes.ts'
export { toProblem } from './problem.ts'
export { mayWrite } from './restore-rights.ts'
export { verifyAccess } from './verification.ts'
export type { BackupSummary } from './view.ts'

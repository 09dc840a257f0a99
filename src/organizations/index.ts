export { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
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
export { verifyAccess } from './verification.ts'
export type { BackupSummary } from './view.ts'

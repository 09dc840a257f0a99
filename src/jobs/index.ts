/** The door of the jobs: backup runs, restores and downloads, and the repositories they work on. */

export { type Coverage, createCoverage } from './coverage/coverage.ts'
export { createDownloadService, type DownloadService } from './downloads/download-service.ts'
export { createFileDownloads, type FileDownloads } from './downloads/file-downloads.ts'
export { createOutlookDownloads, type OutlookDownloads } from './downloads/outlook-downloads.ts'
export { jobErrors } from './errors.ts'
export { itemExclusions } from './protection/item-exclusions.ts'
export { createOrganizationBackups } from './removal/organization-backups.ts'
export { createOrganizationWork } from './removal/organization-work.ts'
export {
  createRepositoryAccess,
  type RepositoryAccess,
  type RepositoryAccessOptions,
} from './repositories.ts'
export { repositoryView } from './repository-view.ts'
export { resticCommands, restLocation } from './restic-access/commands.ts'
export { createResticAccesses, type ResticAccesses } from './restic-access/restic-accesses.ts'
export { createResticEndpoint, type ResticEndpoint } from './restic-access/restic-endpoint.ts'
export { restoreErrors } from './restores/errors.ts'
export { createRestoreService, type RestoreService } from './restores/restore-service.ts'
export { createSettingsRestore, type SettingsRestore } from './restores/settings-restore.ts'
export { createRetentionService, type RetentionService } from './retention/retention-service.ts'
export { createBackupSummary } from './runs/backup-summary.ts'
export { createRunService, type RunService, type RunServiceOptions } from './runs/run-service.ts'
export { createScheduler } from './schedule/scheduler.ts'
export { createVault, type Vault, type VaultOptions } from './vault.ts'

/** What holds for an organization for which nobody has chosen anything: everything, by hand, for good. */
import type {
  Exclusions,
  FileExtras,
  MailboxExtras,
  ProtectedSites,
  ProtectedUsers,
  Retention,
  Schedule,
} from '../../contract/index.ts'

/** All of the settings but the workloads, which are the organization's own. */
export interface ProtectionSettings {
  readonly users: ProtectedUsers
  readonly sites: ProtectedSites
  readonly exclusions: Exclusions
  readonly mailboxes: MailboxExtras
  readonly files: FileExtras
  readonly schedule: Schedule
}

export const noExclusions: Exclusions = {
  userIds: [],
  groupIds: [],
  siteIds: [],
  folders: [],
  patterns: [],
  largerThanMegabytes: null,
  olderThanDays: null,
}

export const noMailboxExtras: MailboxExtras = { hiddenFolders: false, recoverableItems: false }

export const noFileExtras: FileExtras = { versions: 0 }

export const defaultSettings: ProtectionSettings = {
  users: { selection: 'all', userIds: [], groupIds: [], includeNew: true },
  sites: { selection: 'all', siteIds: [], includeNew: true },
  exclusions: noExclusions,
  mailboxes: noMailboxExtras,
  files: noFileExtras,
  schedule: { rule: { kind: 'none' }, timeZone: 'UTC', blackouts: [] },
}

export const defaultRetention: Retention = { rule: { kind: 'everything' }, deletedUsersDays: null }

/** Tables of protection: the settings of an organization, and what its directory was seen to hold. */
import type { Generated } from 'kysely'
import type { Json, JsonOrNull, Timestamp, TimestampOrNull } from './organizations.ts'

export interface RetentionResultJson {
  at: string
  removed: number
  retained: number
  rowsRemoved: number
  bytesFreed: number
  error: string | null
}

export interface ProtectionSettingsTable {
  organization_id: string
  /** Users, sites, exclusions and schedule, as the contract has them. */
  settings: Json<Record<string, unknown>>
  /** `Retention` of the contract. */
  retention: Json<Record<string, unknown>>
  /** Users first seen later count as new. */
  new_users_after: Timestamp
  new_sites_after: Timestamp
  /** The schedule was served up to here. */
  schedule_after: Timestamp
  /** A restore point was made, or the rule changed, since retention was applied last. */
  retention_due: Generated<boolean>
  updated_at: Timestamp
  updated_by: string | null
  retention_applied_at: TimestampOrNull
  /** Up to which run the retention was applied. */
  retention_sequence: Generated<number>
  /** `RetentionResult` of the contract. */
  retention_result: JsonOrNull<RetentionResultJson>
}

export interface DirectoryStatesTable {
  organization_id: string
  refreshed_at: Timestamp
  groups: 'read' | 'no-rights'
  sites: 'read' | 'no-rights'
  /** `guessed`: shared and resource mailboxes are not told apart. */
  mailbox_kinds: 'read' | 'guessed'
}

export interface DirectoryUsersTable {
  organization_id: string
  /** Microsoft's id. */
  external_id: string
  user_principal_name: string
  display_name: string
  kind: 'user' | 'shared' | 'resource'
  has_archive: boolean
  has_license: boolean
  /** An enabled plan of Exchange Online. */
  has_exchange: boolean
  is_guest: boolean
  first_seen_at: Timestamp
  /** Since when the directory does not list it any more. */
  gone_at: TimestampOrNull
}

export interface DirectoryGroupsTable {
  organization_id: string
  external_id: string
  display_name: string
  mail: string | null
  is_unified: boolean
  has_team: boolean
  first_seen_at: Timestamp
  gone_at: TimestampOrNull
}

/** Users of the groups that the settings name, members of members included. */
export interface DirectoryMembersTable {
  organization_id: string
  group_id: string
  user_id: string
}

export interface DirectorySitesTable {
  organization_id: string
  external_id: string
  name: string
  web_url: string
  first_seen_at: Timestamp
  gone_at: TimestampOrNull
}

export interface ProtectionTables {
  protection_settings: ProtectionSettingsTable
  directory_states: DirectoryStatesTable
  directory_users: DirectoryUsersTable
  directory_groups: DirectoryGroupsTable
  directory_members: DirectoryMembersTable
  directory_sites: DirectorySitesTable
}

/** Tables of restoring and exporting mails. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { NullableTimestamp } from './backups.ts'

type CreatedAt = ColumnType<Date, Date | string | undefined, never>

export type RestoreStateColumn = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled'

type FileConflictColumn = 'skip' | 'keepBoth' | 'replace' | 'replaceIfNewer'

export interface RestoreTable {
  id: Generated<string>
  organization_id: string
  requested_by: string | null
  state: ColumnType<RestoreStateColumn, RestoreStateColumn | undefined, RestoreStateColumn>
  /** Where to: `dated`, `original` or `named`. */
  folder_kind: 'dated' | 'original' | 'named'
  /** Shown name of the target folder. */
  folder_name: string
  /** Microsoft's id and the name of another user whom the items go to; null: each goes back to whose it was. */
  target_user_id: string | null
  target_user_name: string | null
  /** The same of another drive. */
  target_drive_id: string | null
  target_drive_name: string | null
  /** Of files and folders: whether they are shared again. */
  sharing: ColumnType<boolean, boolean | undefined, never>
  /** Of files: what happens where one of the same name is there. */
  conflict: ColumnType<FileConflictColumn, FileConflictColumn | undefined, never>
  /** `<host>|<process id>|<nonce>` of the server that works on it. */
  lease_owner: string | null
  lease_until: NullableTimestamp
  cancel_requested: Generated<boolean>
  created_at: CreatedAt
  finished_at: NullableTimestamp
  error: ColumnType<unknown, string | null | undefined, string | null>
}

export interface RestoreItemTable {
  restore_id: string
  /** The version of the item in the catalog; null for a folder that is wanted for itself. */
  item_id: string | null
  /** Instead of the file as it was, this older version of it. */
  version_id: string | null
  folder_id: string | null
  /** The restore point at which the folder is as it is wanted. */
  folder_point: number | null
  position: number
  state: 'waiting' | 'creating' | 'restored' | 'already-there' | 'failed'
  message_id: string | null
  reason: string | null
}

/** A folder that a restore under way makes in a drive; written before the folder is made, and gone once it has its dates or the restore has ended. */
export interface RestoredFolderTable {
  restore_id: string
  /** Later than that of the folder it lies in. */
  number: GeneratedAlways<string>
  /** Microsoft's id, as that of the folder it is made in. */
  drive_id: string
  parent_id: string
  name: string
  /** What it shall say of itself, RFC 3339. */
  created_at: string | null
  modified_at: string | null
}

export interface ExportTable {
  id: Generated<string>
  organization_id: string
  operator_id: string
  /** `Selection` of the contract. */
  selection: ColumnType<unknown, string, never>
  items: number
  created_at: CreatedAt
  expires_at: ColumnType<Date, Date, never>
}

export interface RestoreTables {
  restores: RestoreTable
  restore_items: RestoreItemTable
  restored_folders: RestoredFolderTable
  exports: ExportTable
}

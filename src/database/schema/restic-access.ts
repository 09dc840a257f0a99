import type { ColumnType, Generated } from 'kysely'

/** A user of stock restic who may read one organization's repository through the server. Revoking it removes the row. */
export interface ResticAccessTable {
  id: Generated<string>
  organization_id: ColumnType<string, string, never>
  user_name: ColumnType<string, string, never>
  /** SHA-256 of the password, which the server made up: 192 random bits need no slow hash, and restic sends it with every request. */
  password_hash: ColumnType<Buffer, Buffer, never>
  /** Who or what it is for, in the operator's words. */
  label: string
  created_by: ColumnType<string, string, never>
  created_at: ColumnType<Date, Date, never>
  /** To the minute. */
  last_used_at: Date | null
}

export interface ResticAccessTables {
  restic_accesses: ResticAccessTable
}

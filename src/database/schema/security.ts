import type { ColumnType, Generated } from 'kysely'

type Created = ColumnType<Date, Date, never>

export interface OperatorTable {
  id: ColumnType<string, string, never>
  user_name: string
  /** The name as it is compared: normalized, lower case. */
  user_name_key: string
  display_name: string
  /** argon2id in the PHC string format. */
  password_hash: string
  created_at: Created
}

/** A signed-in browser (`cookie`) or command line (`bearer`). The token itself is nowhere, only its SHA-256. */
export interface SessionTable {
  id: ColumnType<string, string, never>
  kind: 'cookie' | 'bearer'
  token_hash: Buffer
  operator_id: string
  created_at: Created
  last_seen_at: Date
  /** Null: no limit on idleness. */
  idle_expires_at: Date | null
  expires_at: Date
}

export interface SignInThrottleTable {
  /** SHA-256 of the user name as compared, so that names nobody has do not pile up readable. */
  account_key: Buffer
  failures: Generated<number>
  blocked_until: Date | null
  updated_at: Date
}

/** Single values of the installation; `sealed` for secrets. */
export interface SettingTable {
  name: string
  value: ColumnType<unknown, string | null, string | null>
  sealed: Buffer | null
  updated_at: Date
}

export interface SecurityTables {
  operators: OperatorTable
  sessions: SessionTable
  sign_in_throttles: SignInThrottleTable
  settings: SettingTable
}

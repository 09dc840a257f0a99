import type { ColumnType, Generated } from 'kysely'

type Created = ColumnType<Date, Date, never>

export interface OperatorTable {
  id: ColumnType<string, string, never>
  user_name: string
  /** The name as it is compared: normalized, lower case. */
  user_name_key: string
  display_name: string
  /** argon2id in the PHC string format; null until the invitation is accepted. */
  password_hash: string | null
  role: 'owner' | 'administrator' | 'backup-operator' | 'restore-operator' | 'auditor'
  state: ColumnType<
    'invited' | 'active' | 'disabled',
    'invited' | 'active' | undefined,
    'invited' | 'active' | 'disabled'
  >
  /** False: only what `operator_reach` lists. */
  reaches_everything: Generated<boolean>
  last_sign_in_at: Date | null
  /** Let in by a mapping of single sign-on, which gives the role anew at each sign-in. */
  role_from_provider: Generated<boolean>
  created_at: Created
}

/** An organization that an operator reaches, or one of its mailboxes. */
export interface OperatorReachTable {
  operator_id: string
  organization_id: string
  resource_id: string | null
}

/** A link by which an operator chooses a password. The token itself is nowhere, only its SHA-256. */
export interface OperatorLinkTable {
  operator_id: string
  token_hash: Buffer
  expires_at: Date
}

/** A signed-in browser (`cookie`) or command line (`bearer`). The token itself is nowhere, only its SHA-256. */
export interface SessionTable {
  id: ColumnType<string, string, never>
  kind: 'cookie' | 'bearer'
  token_hash: Buffer
  operator_id: string
  /** Began at the provider of single sign-on. */
  single_sign_on: Generated<boolean>
  /** When the operator signed in anew at that provider, to prove it is them. */
  proved_at: ColumnType<Date | null, Date | undefined, Date>
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

/** An outer key of the secrets at rest, by its id: one is current, those before are retiring until nothing needs them. */
export interface OuterKeyTable {
  key_id: string
  state: 'current' | 'retiring' | 'retired'
  /** Where the server had it from: a file, a variable. */
  source: string
  created_at: Created
  retired_at: Date | null
}

export interface SecurityTables {
  operators: OperatorTable
  operator_reach: OperatorReachTable
  operator_links: OperatorLinkTable
  sessions: SessionTable
  sign_in_throttles: SignInThrottleTable
  settings: SettingTable
  outer_keys: OuterKeyTable
}

import type { ColumnType } from 'kysely'

/** One entry of the audit trail; never updated or deleted. */
export interface AuditEntryTable {
  sequence: ColumnType<number, number, never>
  at: ColumnType<Date, Date, never>
  actor_kind: 'operator' | 'customer' | 'nobody'
  operator_id: string | null
  /** As it was called then. */
  actor_name: string
  role: string | null
  /** Network address that the request came from. */
  address: string
  /** Operation id of the route. */
  action: string
  organization_id: string | null
  outcome: 'done' | 'refused' | 'failed'
  /** Status of the answer. */
  status: number
  /** JSON, as text: its bytes count. */
  details: string
  /** HMAC-SHA-256 of the entry and the code of the one before. */
  mac: Buffer
}

/** The newest entry; its own code cannot be made for an older one by who only holds the database. */
export interface AuditHeadTable {
  only_one: ColumnType<boolean, boolean | undefined, never>
  sequence: number
  mac: Buffer
  head_mac: Buffer
}

export interface AuditTables {
  audit_entries: AuditEntryTable
  audit_head: AuditHeadTable
}

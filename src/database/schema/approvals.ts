import type { ColumnType } from 'kysely'

/** An act that needs a second operator. What has expired says so by `expires_at` alone. */
export interface ApprovalTable {
  id: string
  operation: string
  /** The route's own: ids of its path. */
  parameters: ColumnType<Record<string, string>, string, never>
  /** As it was sent, without what proves who sent it. */
  body: ColumnType<Record<string, unknown> | null, string | null, never>
  /** SHA-256 of operation, parameters and body: what was approved and what is done are the same. */
  fingerprint: Buffer
  organization_id: string | null
  reason: string
  state: 'pending' | 'approved' | 'declined' | 'cancelled' | 'used'
  requested_by: string
  requested_at: Date
  decided_by: string | null
  decided_at: Date | null
  /** When the delay after the approval has passed. */
  ready_at: Date | null
  expires_at: Date
  used_at: Date | null
}

export interface ApprovalTables {
  approvals: ApprovalTable
}

/** The table of removals: the record stays when the organization and its backups are gone. */
import type { ColumnType, Generated } from 'kysely'
import type { NullableTimestamp } from './backups.ts'

export interface RemovalStatementJson {
  organization: {
    name: string
    tenantId: string
    defaultDomain: string
    cloud: string
    method: 'credential' | 'device-code' | 'manual'
    addedAt: string
  }
  operator: string
  requestedAt: string
  removedAt: string
  applicationId: string
  stopped: { runs: number; restores: number }
  removedHere: string[]
  removedInTenant: string[]
  leftInTenant: string[]
  backups: { location: string | null; restorePoints: number; mailboxes: number; items: number }
}

export interface OrganizationRemovalsTable {
  id: Generated<string>
  /** Not a reference: the record outlives the organization. */
  organization_id: string
  organization_name: string
  cloud: string
  tenant_id: string
  /**
   * `stopping` → (`awaiting-administrator` →) `finishing` → `removed`; `abandoned` when the administrator did not sign in, or the
   * removal was taken back before anything was destroyed.
   */
  state: 'stopping' | 'awaiting-administrator' | 'finishing' | 'removed' | 'abandoned'
  /** By an administrator's task, whose id is `task_id` once it is started. */
  delete_application: boolean
  /** Asked for together with the removal. */
  delete_backups: boolean
  task_id: string | null
  stopped: ColumnType<{ runs: number; restores: number } | null, string | null | undefined, string | null>
  operator_id: string
  operator_name: string
  requested_at: ColumnType<Date, Date, never>
  removed_at: NullableTimestamp
  statement: ColumnType<RemovalStatementJson | null, string | null | undefined, string | null>
  /** When the backups are deleted; null when they are kept. */
  backups_delete_at: NullableTimestamp
  /** The deletion has begun: it cannot be undone any more. */
  erasing: Generated<boolean>
  /** After a deletion that did not succeed. */
  next_try_at: NullableTimestamp
  backups_deleted_at: NullableTimestamp
  added_again_at: NullableTimestamp
  /** Why the backups could not be deleted (yet), as a Problem. */
  error: ColumnType<unknown, string | null | undefined, string | null>
}

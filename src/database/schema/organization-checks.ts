/** Tables of checking organizations. The shapes in JSON columns are those that the API shows. */
import type { ColumnType, Generated } from 'kysely'
import type { WorkloadName } from './organizations.ts'

/** What a check saw of the application; compared with what counts as normal. */
export interface InspectionJson {
  /** Application permissions in the token, sorted. */
  roles: string[]
  /** Null where the application's own rights do not allow to look at the application. */
  application: {
    /** Passwords and certificates that are not the server's. */
    credentials: { id: string; name: string; kind: 'password' | 'certificate'; endsAt: string }[]
    owners: { id: string; name: string }[]
  } | null
}

export interface DriftFindingJson {
  kind:
    | 'permission-revoked'
    | 'permission-added'
    | 'permission-unneeded'
    | 'application-disabled'
    | 'application-missing'
    | 'credential-expired'
    | 'credential-expiring'
    | 'credential-refused'
    | 'sign-in-blocked'
    | 'access-lost'
    | 'foreign-credential'
    | 'foreign-owner'
    | 'renewal-failed'
  severity: 'information' | 'warning' | 'error'
  subject: string | null
  title: string
  detail: string
  since: string
}

export type CheckTriggerName = 'nightly' | 'operator' | 'credential'

export interface OrganizationChecksTable {
  id: Generated<string>
  organization_id: string
  checked_at: ColumnType<Date, Date, never>
  trigger: CheckTriggerName
  /** `unfinished`: Microsoft could not be asked. */
  outcome: 'good' | 'drift' | 'unfinished'
  health: ColumnType<WorkloadHealthJson[], string, never>
  findings: ColumnType<DriftFindingJson[], string, never>
}

type HealthStateJson = 'ok' | 'missing-permission' | 'failed' | 'not-granted' | 'not-available' | 'unknown'
export interface WorkloadHealthJson {
  workload: WorkloadName
  read: HealthStateJson
  write: HealthStateJson
  missingPermissions: string[]
  message: string | null
  checkedAt: string | null
}

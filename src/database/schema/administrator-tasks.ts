/** What an administrator signs in for after an organization was added. The shapes in JSON columns are those that the API shows. */
import type { Generated } from 'kysely'
import type {
  AccountJson,
  ApprovalJson,
  CredentialColumns,
  CredentialKindName,
  Json,
  JsonOrNull,
  ProblemJson,
  StepJson,
  TenantJson,
  Timestamp,
  WorkloadName,
} from './organizations.ts'

type TaskKindName =
  | 'add-workloads'
  | 'grant-optional'
  | 'grant-restore'
  | 'revoke-restore'
  | 'upgrade-certificate'
  | 'repair'
  | 'clean-exit'
type TaskStateName =
  | 'started'
  | 'signing-in'
  | 'code-shown'
  | 'need-admin-approval'
  | 'awaiting-grant'
  | 'running'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'expired'
interface TaskInputJson {
  workloads?: WorkloadName[]
  endsAt?: string
  access?: ('groups' | 'mailbox-settings' | 'mailbox-settings-restore')[]
}
interface TaskChangeJson {
  action: 'grant' | 'revoke' | 'create' | 'remove' | 'change'
  subject: 'application' | 'service-principal' | 'credential' | 'permission' | 'server'
  text: string
  permission: {
    value: string
    workload: string
    access: 'read' | 'write'
    why: string
  } | null
}

/** The credential columns hold the new credential until it has proved itself and moves to the organization. */
export interface AdministratorTasksTable extends CredentialColumns {
  id: Generated<string>
  /** No reference: the record of a clean exit outlives the organization. */
  organization_id: string
  organization_name: string
  operator_id: string
  cloud: string
  kind: TaskKindName
  input: Json<TaskInputJson>
  state: TaskStateName
  /** Whose administrator must sign in, as known from the organization. */
  tenant: Json<TenantJson>
  account: JsonOrNull<AccountJson>
  /** Object ids of the accounts that signed in here. */
  account_ids: Json<string[]>
  /** Object id of the account in whose name 'Grant Access' was chosen. */
  granted_by: string | null
  approval: JsonOrNull<ApprovalJson>
  changes: Json<TaskChangeJson[]>
  steps: Json<StepJson[]>
  /** Permissions that this task has asked to be granted, written before each request: to be taken back when it fails. */
  granted: Json<string[]>
  /** The credential that the new one takes the place of, so that it can be removed after the organization has forgotten it. */
  replaced: JsonOrNull<{ keyId: string | null; thumbprintSha1: string | null }>
  notice: string | null
  error: JsonOrNull<ProblemJson>
  outcome: JsonOrNull<{ done: TaskChangeJson[]; left: string[] }>
  /** Whether `repair` has asked for a new application in place of one that is gone; the ids below are then the new one's. */
  application_requested: boolean
  unique_name: string
  application_object_id: string | null
  application_id: string | null
  service_principal_id: string | null
  requested_credential: CredentialKindName
  credential_notice: string | null
  /** 'none', 'pending' while a half-made change is being taken back, 'done', or 'left' when something stayed. */
  cleanup: 'none' | 'pending' | 'done' | 'left'
  created_at: Timestamp
  updated_at: Timestamp
  expires_at: Timestamp
}

export interface AdministratorTaskTables {
  administrator_tasks: AdministratorTasksTable
}

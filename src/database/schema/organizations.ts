/**
 * Tables of organizations, the onboardings that lead to them, and the sign-ins under way. The shapes in JSON columns are
 * those that the API shows.
 */
import type { ColumnType, Generated } from 'kysely'
import type { CredentialRotationsTable } from './credential-rotations.ts'
import type { MadeCertificatesTable } from './made-certificates.ts'
import type {
  CheckTriggerName,
  DriftFindingJson,
  InspectionJson,
  OrganizationChecksTable,
  WorkloadHealthJson,
} from './organization-checks.ts'
import type { OrganizationRemovalsTable } from './organization-removals.ts'

export interface AccountJson {
  objectId: string
  userPrincipalName: string
  displayName: string
}
export interface TenantJson {
  id: string
  name: string
  defaultDomain: string
}
export interface ApprovalJson {
  reason: 'role-missing' | 'access-denied'
  heldRoles: string[]
  requiredRoles: string[]
  explanation: string
  administratorLink: string | null
  adminConsentLink?: string | null
}
export interface StepJson {
  id: string
  label: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  detail: string | null
  nextTryAt: string | null
}
export interface ProblemJson {
  type: string
  title: string
  status: number
  code: string
  kind: 'user' | 'operational' | 'bug'
  detail: string
  why?: string
  microsoft?: {
    code: string
    message: string
    correlationId: string | null
    requestId?: string | null
    time: string | null
  }
}
export type WorkloadName = 'mail' | 'files' | 'calendar' | 'contacts' | 'todo'
type MethodName = 'credential' | 'device-code' | 'manual'
export type CredentialKindName = 'password' | 'certificate'
type OnboardingStateName =
  | 'started'
  | 'signing-in'
  | 'code-shown'
  | 'need-admin-approval'
  | 'awaiting-grant'
  | 'creating'
  | 'completing'
  | 'verifying'
  | 'saved'
  | 'failed'
  | 'cancelled'
  | 'expired'

/** A JSON column: parsed when read, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>
export type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>
export type Timestamp = ColumnType<Date, Date | string, Date | string>
export type TimestampOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

/** The credential with which the server acts as its application: sealed, with what may be known about it in the clear. */
export interface CredentialColumns {
  /** Names the sealed secret: it is opened only under `credential:<credential_id>`. */
  credential_id: string | null
  credential_kind: CredentialKindName
  /** Password, or private key as PEM. Null once the key was destroyed. */
  credential_sealed: Buffer | null
  /** Microsoft's id of the password or certificate. */
  credential_key_id: string | null
  credential_expires_at: TimestampOrNull
  certificate_pem: string | null
  /** SHA-256, as Microsoft's portal shows it. */
  certificate_thumbprint: string | null
}

export interface OrganizationsTable extends CredentialColumns {
  id: Generated<string>
  name: string
  tenant_id: string
  default_domain: string
  cloud: string
  method: MethodName
  application_id: string
  /** Null where nobody has told it: an application does not know its own. */
  application_object_id: string | null
  service_principal_id: string | null
  unique_name: string
  workloads: Json<WorkloadName[]>
  /** Whether the server may write, until `restore_rights_until` if that is set. */
  restore_rights: boolean
  restore_rights_until: TimestampOrNull
  /** Whether write permissions are, as far as is known, granted in the tenant: true from before the first is asked for. */
  write_granted: Generated<boolean>
  /** Permissions that the organization's Microsoft Graph did not offer when an administrator looked last. */
  not_offered: ColumnType<string[], string | undefined, string>
  /** As last verified. */
  health: Json<WorkloadHealthJson[]>
  created_at: Timestamp
  created_by: string
  /** What counts as normal: what was there at first, was asked for, or was accepted; null before the first check. */
  accepted: JsonOrNull<InspectionJson>
  /** What the last check saw that got a token. */
  inspection: JsonOrNull<InspectionJson>
  /** What the last check found. */
  drift: ColumnType<DriftFindingJson[], string | undefined, string>
  checked_at: TimestampOrNull
  check_trigger: CheckTriggerName | null
  /** The last nightly check, finished or not. */
  nightly_checked_at: TimestampOrNull
  /** `erasing`: its backups are being deleted, and it is there for nobody any more. */
  state: ColumnType<
    'active' | 'removing' | 'removed' | 'erasing',
    'active' | undefined,
    'active' | 'removing' | 'removed' | 'erasing'
  >
  removed_at: TimestampOrNull
  added_again_at: TimestampOrNull
}

export interface OnboardingsTable extends CredentialColumns {
  id: Generated<string>
  operator_id: string
  method: MethodName
  cloud: string
  state: OnboardingStateName
  workloads: Json<WorkloadName[]>
  restore_rights: boolean
  /** Permissions that the organization's Microsoft Graph does not offer, as the administrator who signed in saw. */
  not_offered: ColumnType<string[], string | undefined, string>
  requested_credential: CredentialKindName
  /** 128 random bits, written before the first request to the tenant: finds our application again, and no other. */
  unique_name: string
  account: JsonOrNull<AccountJson>
  tenant: JsonOrNull<TenantJson>
  /** `<cloud>:<tenant id>` while this onboarding creates in that tenant: unique, so that only one does. */
  tenant_claim: string | null
  approval: JsonOrNull<ApprovalJson>
  steps: Json<StepJson[]>
  notice: string | null
  error: JsonOrNull<ProblemJson>
  leftovers: Json<string[]>
  organization_id: string | null
  /** Object ids of the accounts that signed in here: the only owners the application may have. */
  account_ids: Json<string[]>
  /** Object id of the account in whose name 'Grant Access' was chosen. */
  granted_by: string | null
  application_requested: boolean
  application_object_id: string | null
  application_id: string | null
  service_principal_id: string | null
  credential_notice: string | null
  /** Of the Manual Process: where the credential comes from. */
  credential_origin: 'made-here' | 'given' | null
  password_revealed: boolean
  /** 'none', 'pending' while what was created is being removed, 'done', or 'left' when the leftovers are listed. */
  cleanup: 'none' | 'pending' | 'done' | 'left'
  /** 'Organization Name' as typed at 'Save'. */
  organization_name: string | null
  /** Until then it does not expire although nobody moves it: a customer's administrator may still come. */
  waits_until: TimestampOrNull
  /** Set while a customer's administrator is the one who signed in: only that browser may choose 'Grant Access' then. */
  customer_session: string | null
  created_at: Timestamp
  updated_at: Timestamp
  expires_at: Timestamp
}

/** A browser on its way through Microsoft's sign-in. Deleted by the first return, so that `state` and `nonce` work once. */
export interface SignInsTable {
  /** SHA-256 of `state`, hexadecimal. */
  state_hash: string
  /** What the sign-in is for: this one or a task, never both. */
  onboarding_id: string | null
  task_id: string | null
  /** SHA-256 of the operator's session id. */
  session_hash: string
  /** Sealed JSON of nonce and PKCE verifier, under `sign-in:<state_hash>`. */
  sealed: Buffer
  redirect_uri: string
  expires_at: Timestamp
}

export interface OrganizationTables {
  organizations: OrganizationsTable
  organization_checks: OrganizationChecksTable
  credential_rotations: CredentialRotationsTable
  organization_removals: OrganizationRemovalsTable
  made_certificates: MadeCertificatesTable
  onboardings: OnboardingsTable
  sign_ins: SignInsTable
}

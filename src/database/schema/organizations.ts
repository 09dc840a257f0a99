import type { ColumnType, Generated } from 'kysely'

/** A JSON column: parsed when read, written as JSON text. */
type Json<T> = ColumnType<T, string, string>
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>
type Timestamp = ColumnType<Date, Date | string, Date | string>
type TimestampOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

/** The credential with which the server acts as its application: sealed, with what may be known about it in the clear. */
interface CredentialColumns {
  /** Names the sealed secret: it is opened only under `credential:<credential_id>`. */
  credential_id: string | null
  credential_kind: string
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
  method: string
  application_id: string
  application_object_id: string
  service_principal_id: string
  unique_name: string
  workloads: Json<string[]>
  restore_rights: boolean
  /** Last verification: `WorkloadHealth[]`. */
  health: Json<unknown[]>
  created_at: Timestamp
  created_by: string
}

export interface OnboardingsTable extends CredentialColumns {
  id: Generated<string>
  operator_id: string
  method: string
  cloud: string
  state: string
  workloads: Json<string[]>
  restore_rights: boolean
  requested_credential: string
  /** 128 random bits, written before the first request to the tenant: finds our application again, and no other. */
  unique_name: string
  account: JsonOrNull<unknown>
  tenant: JsonOrNull<unknown>
  /** `<cloud>:<tenant id>` while this onboarding creates in that tenant: unique, so that only one does. */
  tenant_claim: string | null
  approval: JsonOrNull<unknown>
  steps: Json<unknown[]>
  notice: string | null
  error: JsonOrNull<unknown>
  leftovers: Json<string[]>
  organization_id: string | null
  /** Object ids of the accounts that signed in here: the only owners the application may have. */
  account_ids: Json<string[]>
  granted_by: string | null
  application_requested: boolean
  application_object_id: string | null
  application_id: string | null
  service_principal_id: string | null
  /** Display names of the passwords we asked Microsoft for, whether or not its answer reached us. */
  credential_attempts: Json<string[]>
  credential_notice: string | null
  password_revealed: boolean
  /** 'none', 'pending' while what was created is being removed, 'done', or 'left' when the leftovers are listed. */
  cleanup: string
  created_at: Timestamp
  updated_at: Timestamp
  expires_at: Timestamp
}

/** A browser on its way through Microsoft's sign-in. Deleted by the first return, so that `state` and `nonce` work once. */
export interface SignInsTable {
  /** SHA-256 of `state`, hexadecimal. */
  state_hash: string
  onboarding_id: string
  /** SHA-256 of the operator's session id. */
  session_hash: string
  /** Sealed JSON of nonce and PKCE verifier, under `sign-in:<state_hash>`. */
  sealed: Buffer
  redirect_uri: string
  expires_at: Timestamp
}

export interface OrganizationTables {
  organizations: OrganizationsTable
  onboardings: OnboardingsTable
  sign_ins: SignInsTable
}

/** The operator's own applications through which administrators sign in, one per cloud. */
import type {
  CredentialColumns,
  JsonOrNull,
  ProblemJson,
  Timestamp,
  TimestampOrNull,
} from './organizations.ts'

export interface SignInClientsTable extends CredentialColumns {
  cloud: string
  /** Null as long as only a certificate was made for it. */
  client_id: string | null
  /** Id or domain of the tenant that the application is registered in. */
  home_tenant: string | null
  /** A certificate made here that waits to be uploaded: in use once the application is saved with it. */
  pending_id: string | null
  pending_sealed: Buffer | null
  pending_pem: string | null
  pending_thumbprint: string | null
  pending_expires_at: TimestampOrNull
  /** How the last test went. */
  test: JsonOrNull<{ testedAt: string; problem: ProblemJson | null }>
  updated_at: Timestamp
  updated_by: string
}

export interface SignInClientTables {
  sign_in_clients: SignInClientsTable
}

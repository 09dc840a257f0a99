import type { ColumnType } from 'kysely'
import type { OperatorTable } from './security.ts'

export interface RoleMappingJson {
  /** A value of the claim. */
  readonly value: string
  readonly role: OperatorTable['role']
  /** Null: everything. */
  readonly organizationIds: readonly string[] | null
}

/** One row, or none where single sign-on was never set up. */
export interface SingleSignOnTable {
  only_one: ColumnType<boolean, never, never>
  enabled: boolean
  name: string
  issuer: string
  client_id: string
  /** Null: a public client. */
  client_secret_sealed: Buffer | null
  scopes: string
  role_claim: string
  /** The first that fits counts. */
  mappings: ColumnType<readonly RoleMappingJson[], string, string>
  unknown_operators: 'refuse' | 'by-mapping'
  passwords_for_owners_only: boolean
  session_hours: number
  updated_at: Date
}

/** As whom an operator is known at the provider: by issuer and subject, never by an e-mail address, which can be given to somebody else. */
export interface OperatorIdentityTable {
  operator_id: string
  issuer: string
  subject: string
  /** The name that the provider showed when it was linked. For people only. */
  label: string
  linked_at: Date
  last_used_at: Date | null
}

/** A sign-in under way. `state` and the browser's secret are nowhere, only their SHA-256. */
export interface SingleSignOnAttemptTable {
  state_hash: Buffer
  browser_hash: Buffer
  /** Nonce and PKCE verifier. */
  secrets_sealed: Buffer
  issuer: string
  redirect_uri: string
  return_to: string
  purpose: 'sign-in' | 'link' | 'invitation' | 'proof'
  /** Who is linked. */
  operator_id: string | null
  /** Which session it is to prove. */
  session_id: string | null
  expires_at: Date
}

export interface SingleSignOnTables {
  single_sign_on: SingleSignOnTable
  operator_identities: OperatorIdentityTable
  single_sign_on_attempts: SingleSignOnAttemptTable
}

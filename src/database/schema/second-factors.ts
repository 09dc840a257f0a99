/** The authenticator app of an operator; its key is sealed. */
export interface AuthenticatorTable {
  operator_id: string
  /** Null until a code has shown that the app holds the key. */
  sealed: Buffer | null
  /** The last time step (30 seconds since the epoch) of which a code was taken: no code works twice. */
  last_step: string | number
  enrolled_at: Date | null
  /** A key that is shown and not confirmed yet. */
  pending_sealed: Buffer | null
  pending_until: Date | null
}

/** A recovery code that was not used yet; only its hash. */
export interface RecoveryCodeTable {
  operator_id: string
  code_hash: Buffer
}

/** The password was right, the second step is to come. The token itself is nowhere, only its SHA-256. */
export interface PendingSignInTable {
  token_hash: Buffer
  kind: 'cookie' | 'bearer'
  operator_id: string
  expires_at: Date
}

export interface SecondFactorTables {
  authenticators: AuthenticatorTable
  recovery_codes: RecoveryCodeTable
  pending_sign_ins: PendingSignInTable
}

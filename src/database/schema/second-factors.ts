import type { ColumnType } from 'kysely'

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

export interface PasskeyTable {
  id: string
  operator_id: string
  /** As the browser names it, base64url. */
  credential_id: string
  public_key: Buffer
  /** Grows with each use; 0 for those that do not count. */
  counter: ColumnType<string, number, number>
  transports: string[]
  /** Host name that it belongs to. */
  rp_id: string
  name: string
  /** Whether it is kept in an account beside the device. */
  backed_up: boolean
  created_at: Date
  last_used_at: Date | null
}

/** A challenge that is out, by its SHA-256; `bound_to` is that of the session or browser that may answer it. */
export interface PasskeyChallengeTable {
  challenge_hash: Buffer
  purpose: 'registration' | 'sign-in' | 'second-step' | 'proof'
  bound_to: Buffer
  expires_at: Date
}

export interface SecondFactorTables {
  authenticators: AuthenticatorTable
  recovery_codes: RecoveryCodeTable
  pending_sign_ins: PendingSignInTable
  passkeys: PasskeyTable
  passkey_challenges: PasskeyChallengeTable
}

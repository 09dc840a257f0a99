import type { AppCredential } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'

/** The columns in which a table keeps a credential. */
export interface SealedCredential {
  readonly credential_id: string | null
  readonly credential_kind: 'password' | 'certificate'
  readonly credential_sealed: Buffer | null
  readonly certificate_pem: string | null
}

/** What a sealed credential is bound to: moved to another row's id, it does not open. */
export function credentialContext(credentialId: string): string {
  return `credential:${credentialId}`
}

/** Opens the credential with which the application signs in; undefined when there is none (any more). */
export function openCredential(secrets: SecretBox, row: SealedCredential): AppCredential | undefined {
  if (row.credential_id === null || row.credential_sealed === null) return undefined
  const text = secrets.open(row.credential_sealed, credentialContext(row.credential_id)).toString('utf8')
  if (row.credential_kind === 'password') return { kind: 'password', secret: text }
  if (row.certificate_pem === null) return undefined
  return { kind: 'certificate', privateKeyPem: text, certificatePem: row.certificate_pem }
}

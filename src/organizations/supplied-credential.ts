import { randomUUID } from 'node:crypto'
import type { SuppliedCredential } from '../contract/index.ts'
import { readPemCertificate, readPfx, type SuppliedCertificate } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'
import { credentialContext } from './credential.ts'

/**
 * A password or certificate that somebody brings along, read and sealed: the columns in which a table keeps it.
 * @param now milliseconds since the epoch
 * @throws what a certificate is refused for (MSG_PEM_UNREADABLE, MSG_PFX_UNREADABLE, MSG_PASSPHRASE_WRONG, …)
 */
export async function sealSupplied(secrets: SecretBox, given: SuppliedCredential, now: number) {
  const credentialId = randomUUID()
  const seal = (secret: string) => secrets.seal(secret, credentialContext(credentialId))
  const common = { credential_id: credentialId, credential_key_id: null }
  if (given.kind === 'password') {
    return {
      ...common,
      credential_kind: 'password' as const,
      // Copied from a page, it often comes with the space beside it.
      credential_sealed: seal(given.applicationPassword.trim()),
      credential_expires_at: given.expiresAt ? new Date(given.expiresAt) : null,
      certificate_pem: null,
      certificate_thumbprint: null,
    }
  }
  const read = await readSupplied(given, now)
  return { ...common, ...certificateColumns(read), credential_sealed: seal(read.privateKeyPem) }
}

async function readSupplied(
  given: Exclude<SuppliedCredential, { kind: 'password' }>,
  now: number,
): Promise<SuppliedCertificate> {
  if (given.kind === 'pem') return readPemCertificate(given, now)
  return readPfx({ pfx: Buffer.from(given.pfx, 'base64'), passphrase: given.passphrase }, now)
}

/** What may be known of a certificate in the clear. */
export function certificateColumns({
  certificatePem,
  thumbprintSha256,
  notAfter,
}: Pick<SuppliedCertificate, 'certificatePem' | 'thumbprintSha256' | 'notAfter'>) {
  return {
    credential_kind: 'certificate',
    credential_expires_at: notAfter,
    certificate_pem: certificatePem,
    certificate_thumbprint: thumbprintSha256,
  } as const
}

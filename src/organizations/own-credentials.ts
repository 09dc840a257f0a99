import { X509Certificate } from 'node:crypto'
import { certificateIdentifier } from '../microsoft/index.ts'
import type { OwnCredentials } from './checks/inspect.ts'
import type { RotationRow } from './rotation/rotation-store.ts'
import type { OrganizationRow } from './view.ts'

type CredentialFacts = Pick<OrganizationRow, 'credential_key_id' | 'certificate_pem'>

/**
 * How the server's credentials are recognized among those of the application.
 * @param rotation the newest one: both of its certificates are the server's
 */
export function ownCredentials(
  { credential_key_id, certificate_pem }: CredentialFacts,
  rotation: RotationRow | undefined,
): OwnCredentials {
  const keyIds = [credential_key_id, rotation?.credential_key_id, rotation?.old_credential_key_id]
  const certificates = [certificate_pem, rotation?.certificate_pem, rotation?.old_certificate_pem]
  return {
    keyIds: keyIds.filter((id) => id !== null && id !== undefined),
    thumbprints: certificates
      .filter((pem) => pem !== null && pem !== undefined)
      .map((pem) => certificateIdentifier(pem)),
  }
}

/** From the first to the last moment of a certificate, in milliseconds; undefined for a password. */
export function lifetimeOf({ certificate_pem }: CredentialFacts): number | undefined {
  if (certificate_pem === null) return undefined
  const { validFromDate, validToDate } = new X509Certificate(certificate_pem)
  return validToDate.getTime() - validFromDate.getTime()
}

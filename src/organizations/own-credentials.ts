import { X509Certificate } from 'node:crypto'
import { certificateIdentifier } from '../microsoft/index.ts'
import type { OwnCredentials } from './checks/inspect.ts'
import type { OrganizationRow } from './view.ts'

type CredentialFacts = Pick<OrganizationRow, 'credential_key_id' | 'certificate_pem'>

/** How the server's credential is recognized among those of the application. */
export function ownCredentials({ credential_key_id, certificate_pem }: CredentialFacts): OwnCredentials {
  return {
    keyIds: credential_key_id === null ? [] : [credential_key_id],
    thumbprints: certificate_pem === null ? [] : [certificateIdentifier(certificate_pem)],
  }
}

/** From the first to the last moment of a certificate, in milliseconds; undefined for a password. */
export function lifetimeOf({ certificate_pem }: CredentialFacts): number | undefined {
  if (certificate_pem === null) return undefined
  const { validFromDate, validToDate } = new X509Certificate(certificate_pem)
  return validToDate.getTime() - validFromDate.getTime()
}

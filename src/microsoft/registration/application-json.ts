import { X509Certificate } from 'node:crypto'
import { keyCredentialOf } from '../provisioning/credentials.ts'
import type { Registration } from './registration.ts'

/** The application as Microsoft Graph takes it, without its permissions, which a script resolves in the organization. */
export function applicationJson({ displayName, notes }: Registration) {
  return { displayName, signInAudience: 'AzureADMyOrg', notes }
}

/** The body that gives the application its certificate; null when the certificate is not known here. */
export function certificateJson({ credential }: Registration) {
  if (credential.kind !== 'certificate' || credential.certificatePem === null) return null
  const { displayName, certificatePem } = credential
  return { keyCredentials: [keyCredentialOf(new X509Certificate(certificatePem), displayName)] }
}

/** The body of `addPassword`; null when there is to be none. */
export function passwordJson({ credential }: Registration) {
  if (credential.kind !== 'password') return null
  const endDateTime = credential.endDateTime.toISOString().replace(/\.\d{3}Z$/, 'Z')
  return { passwordCredential: { displayName: credential.displayName, endDateTime } }
}

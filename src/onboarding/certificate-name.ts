import { X509Certificate } from 'node:crypto'

/** How Microsoft identifies a certificate of an application. */
export function sha1Base64(certificatePem: string): string {
  return Buffer.from(new X509Certificate(certificatePem).fingerprint.replaceAll(':', ''), 'hex').toString(
    'base64',
  )
}

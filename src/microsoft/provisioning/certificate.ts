import 'reflect-metadata' // @peculiar/x509 resolves its parts through it and must find it loaded
import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { type Clock, systemClock } from '../../shared/index.ts'

export interface ApplicationCertificate {
  /** PKCS #8. Never leaves this server. */
  readonly privateKeyPem: string
  readonly certificatePem: string
  /** Upper-case hex without colons, as portals show it. */
  readonly thumbprintSha1: string
  readonly thumbprintSha256: string
  readonly notAfter: Date
}

/** Microsoft's clocks and ours differ by seconds; a certificate from the future would be refused. */
const backdatedMs = 5 * 60_000
const dayMs = 24 * 60 * 60_000

/**
 * Makes an RSA-3072 key and a self-signed certificate for an application. Entra trusts the public key as uploaded, so no
 * authority stands behind it.
 * @param subject common name, at most 64 characters (X.520)
 */
export async function makeCertificate({
  subject,
  days,
  clock = systemClock,
}: {
  readonly subject: string
  readonly days: number
  readonly clock?: Clock
}): Promise<ApplicationCertificate> {
  const now = clock.now()
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 3072,
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  // Whole seconds: certificates hold no parts of them, and the times are compared later.
  const notAfter = new Date(Math.floor((now + days * dayMs) / 1000) * 1000)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: [subject.slice(0, 64)] }],
    notBefore: new Date(Math.floor((now - backdatedMs) / 1000) * 1000),
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  })
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const certificatePem = certificate.toString('pem')
  return {
    privateKeyPem: PemConverter.encode(privateKey, 'PRIVATE KEY'),
    certificatePem,
    ...thumbprints(certificatePem),
    notAfter,
  }
}

/** Both thumbprints of a certificate, in upper-case hex. */
export function thumbprints(certificatePem: string): { thumbprintSha1: string; thumbprintSha256: string } {
  const der = new X509Certificate(certificatePem).raw
  const digest = (algorithm: string) => createHash(algorithm).update(der).digest('hex').toUpperCase()
  return { thumbprintSha1: digest('sha1'), thumbprintSha256: digest('sha256') }
}

/** SHA-1 thumbprint in base64: how Microsoft identifies a certificate among those of an application. */
export function certificateIdentifier(certificatePem: string): string {
  return Buffer.from(thumbprints(certificatePem).thumbprintSha1, 'hex').toString('base64')
}

/** SHA-256 thumbprint in upper-case hex, as Microsoft's portal shows it. */
export function certificateThumbprint(certificatePem: string): string {
  return thumbprints(certificatePem).thumbprintSha256
}

/** A self-signed RSA certificate as an application would make it. */
import 'reflect-metadata'
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { KeyCredential } from '../../simulator/tenant/index.ts'

export type TestCertificate = {
  readonly der: Buffer
  readonly key: KeyObject
  /** PKCS #8 PEM. */
  readonly privateKey: string
  /** Hex, as MSAL wants it. */
  readonly sha256: string
  readonly sha256Base64Url: string
  readonly sha1Base64Url: string
  /** As the tenant's directory holds it. */
  readonly credential: KeyCredential
}

export async function makeCertificate(): Promise<TestCertificate> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const privateDer = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const publicDer = pair.publicKey.export({ type: 'spki', format: 'der' })
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', privateDer, algorithm, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', publicDer, algorithm, true, ['verify']),
  }
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=backup test',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 30 * 86_400_000),
    signingAlgorithm: algorithm,
    keys,
  })
  const der = Buffer.from(certificate.rawData)
  const digest = (name: string): Buffer => createHash(name).update(der).digest()
  return {
    der,
    key: pair.privateKey,
    privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    sha256: digest('sha256').toString('hex'),
    sha256Base64Url: digest('sha256').toString('base64url'),
    sha1Base64Url: digest('sha1').toString('base64url'),
    credential: {
      keyId: randomUUID(),
      displayName: 'CN=backup test',
      customKeyIdentifier: digest('sha1').toString('base64'),
      startDateTime: certificate.notBefore.toISOString(),
      endDateTime: certificate.notAfter.toISOString(),
      certificate: der,
      usableAt: 0,
    },
  }
}

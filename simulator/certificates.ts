/** The simulator's own certificate authority, and the certificate of its two https servers. */
import 'reflect-metadata'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAYS = 825

export type Certificates = {
  readonly caPath: string
  readonly caPem: string
  /** PEM of the servers' private key and certificate. */
  readonly key: string
  readonly certificate: string
  /** Removes the temporary folder, if one was made. */
  remove(): void
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Makes both certificates anew and writes the authority's to `ca.pem` in `directory` or a temporary folder. */
export async function createCertificates(directory: string | undefined): Promise<Certificates> {
  const { subtle } = globalThis.crypto
  const caKeys = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const serverKeys = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const notBefore = new Date(Date.now() - 86_400_000)
  const notAfter = new Date(Date.now() + DAYS * 86_400_000)
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Simulated tenant certificate authority',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=localhost',
    issuer: ca.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  if (directory !== undefined) mkdirSync(directory, { recursive: true })
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'simulated-tenant-'))
  const caPath = join(folder, 'ca.pem')
  const caPem = `${ca.toString('pem')}\n`
  writeFileSync(caPath, caPem)
  return {
    caPath,
    caPem,
    key: pem('PRIVATE KEY', await subtle.exportKey('pkcs8', serverKeys.privateKey)),
    certificate: server.toString('pem'),
    remove() {
      if (directory === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

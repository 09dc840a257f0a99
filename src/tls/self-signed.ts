/**
 * A certificate that the server makes for itself, for a first look before there is one that browsers trust. Key and certificate are in one
 * file, so that a kill at any moment leaves a whole pair or none.
 */
import 'reflect-metadata' // @peculiar/x509 resolves its parts through it and must find it loaded
import { randomBytes, webcrypto } from 'node:crypto'
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { isAppError } from '../errors/index.ts'
import type { Clock } from '../shared/index.ts'
import { readPair, type TlsFiles, type TlsPair } from './pair.ts'

const day = 86_400_000
/** Apple's browsers take no certificate for longer than 398 days (support.apple.com, "About upcoming limits on trusted certificates"). */
const lifeDays = 397
const renewBeforeDays = 30
const backdated = 5 * 60_000

/** Names for the certificate: this machine's and those that the server answers by; what is no name or address is left out. */
export function selfSignedNames(machine: string, allowedHosts: readonly string[]): string[] {
  const bare = allowedHosts.map((name) => name.replace(/^\[(.*)\]$/, '$1'))
  const all = ['localhost', '127.0.0.1', '::1', machine.toLowerCase(), ...bare]
  return [...new Set(all)].filter(
    (name) =>
      isIP(name) !== 0 || (name.length <= 253 && /^[a-z0-9_]([\w-]*[a-z0-9])?(\.[\w-]+)*$/i.test(name)),
  )
}

/** Makes the certificate where there is none, it ends soon, or it lacks a name. Whether it made one. Throws what writing files does. */
export async function ensureSelfSigned(
  files: TlsFiles,
  names: readonly string[],
  clock: Clock,
): Promise<boolean> {
  const known = readKnown(files)
  const holds = (pair: TlsPair) =>
    pair.validTo.getTime() - clock.now() > renewBeforeDays * day &&
    pair.validFrom.getTime() <= clock.now() &&
    names.every((name) => pair.names.some((one) => sameName(one, name)))
  if (known && holds(known)) return false
  const text = await makeSelfSigned(names, clock)
  mkdirSync(dirname(files.certificate), { recursive: true, mode: 0o700 })
  const draft = `${files.certificate}.new`
  writeFileSync(draft, text, { mode: 0o600 })
  // A file that was left there keeps its mode.
  chmodSync(draft, 0o600)
  renameSync(draft, files.certificate)
  return true
}

function readKnown(files: TlsFiles): TlsPair | null {
  try {
    return readPair(files)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/** OpenSSL writes IPv6 addresses at full length. */
function sameName(one: string, other: string): boolean {
  const plain = (name: string) =>
    isIP(name) === 6 ? new URL(`http://[${name}]`).hostname : name.toLowerCase()
  return plain(one) === plain(other)
}

/** Key (PKCS #8) and certificate in PEM: ECDSA on P-256. */
async function makeSelfSigned(names: readonly string[], clock: Clock): Promise<string> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const seconds = (time: number) => new Date(Math.floor(time / 1000) * 1000)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: ['BDRCloud Server, made by itself'] }],
    notBefore: seconds(clock.now() - backdated),
    notAfter: seconds(clock.now() + lifeDays * day),
    signingAlgorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return `${certificate.toString('pem')}\n${PemConverter.encode(key, 'PRIVATE KEY')}\n`
}

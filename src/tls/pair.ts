/** Certificate and private key as they lie in files, and what can be said of them. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { fail } from './errors.ts'

export interface TlsFiles {
  /** PEM, the own certificate first. May be the same file as `key`. */
  readonly certificate: string
  readonly key: string
  /** The server makes and renews it by itself. */
  readonly selfSigned: boolean
}

export interface TlsPair {
  /** PEM. */
  readonly certificate: string
  /** PEM. Secret. */
  readonly key: string
  /** Names and addresses that it is for, e.g. `backup.example`, `192.168.1.5`. */
  readonly names: readonly string[]
  readonly validFrom: Date
  readonly validTo: Date
  /** SHA-256 in upper-case hex with colons. */
  readonly fingerprint: string
}

/**
 * The pair in the files, whether it is valid now or not.
 * @throws AppError TLS_FILE, TLS_NO_CERTIFICATE, TLS_NO_KEY, TLS_MISMATCH, TLS_REFUSED
 */
export function readPair({ certificate: certificateFile, key: keyFile }: TlsFiles): TlsPair {
  const [certificate, key] = [read(certificateFile), read(keyFile)]
  const parsed = parseCertificate(certificate, certificateFile)
  if (!parsed.checkPrivateKey(parseKey(key, keyFile)))
    throw fail('TLS_MISMATCH', { certificate: certificateFile, key: keyFile })
  try {
    createSecureContext({ cert: certificate, key })
  } catch (error) {
    throw fail('TLS_REFUSED', { certificate: certificateFile, reason: openSslReason(error) }, error)
  }
  return {
    certificate,
    key,
    names: namesOf(parsed),
    validFrom: parsed.validFromDate,
    validTo: parsed.validToDate,
    fingerprint: parsed.fingerprint256,
  }
}

/** @param now milliseconds since the epoch @throws AppError TLS_OUT_OF_TIME */
export function requireValidNow({ certificate }: TlsFiles, pair: TlsPair, now: number): void {
  const { validFrom, validTo } = pair
  if (validFrom.getTime() <= now && now < validTo.getTime()) return
  throw fail('TLS_OUT_OF_TIME', { certificate, from: validFrom.toISOString(), to: validTo.toISOString() })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fail('TLS_FILE', { file, reason: error instanceof Error ? error.message : String(error) }, error)
  }
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    if (pem.includes('-----BEGIN')) return new X509Certificate(pem)
  } catch (error) {
    throw fail('TLS_NO_CERTIFICATE', { file }, error)
  }
  throw fail('TLS_NO_CERTIFICATE', { file })
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // Without the cause: what OpenSSL says of a key is nobody's business.
    throw fail('TLS_NO_KEY', { file })
  }
}

/** `DNS:a.example, IP Address:10.0.0.1`, as Node writes it; names with odd characters come in quotes. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):"?([^"]+)"?$/.exec(entry)?.[1] ?? [])
}

function openSslReason(error: unknown): string {
  const { reason, code } = Object(error) as { reason?: string; code?: string }
  return reason ?? code ?? 'unknown'
}

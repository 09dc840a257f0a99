/**
 * A certificate and its private key that somebody brings along, as PEM or as PFX: read, checked and brought into one form. Nothing
 * of what is refused is kept or named: a message may hold names, dates and key types, never a part of the key.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { fail } from '../errors.ts'
import { thumbprints } from '../provisioning/certificate.ts'

export interface SuppliedCertificate {
  /** PKCS #8, not encrypted. */
  readonly privateKeyPem: string
  readonly certificatePem: string
  /** Upper-case hex without colons. */
  readonly thumbprintSha1: string
  readonly thumbprintSha256: string
  readonly notAfter: Date
}

/** Entra takes shorter keys for legacy's sake; NIST SP 800-131A has disallowed them since 2014. */
const shortestKeyBits = 2048

/**
 * Reads certificate and key from PEM. Both may stand in one text; of several certificates (a chain) the one that belongs to the key
 * counts.
 * @param passphrase of an encrypted key
 * @param now milliseconds since the epoch
 * @throws AppError MSG_PEM_UNREADABLE, MSG_PASSPHRASE_WRONG, and what `checkPair` throws
 */
export function readPemCertificate(
  {
    certificate,
    privateKey,
    passphrase,
  }: { readonly certificate: string; readonly privateKey: string; readonly passphrase?: string | undefined },
  now: number,
): SuppliedCertificate {
  const certificates = blocks(certificate, /CERTIFICATE/).map((pem) => {
    try {
      return new X509Certificate(pem)
    } catch {
      throw fail('MSG_PEM_UNREADABLE', { what: 'certificate', reason: 'its content is damaged' })
    }
  })
  if (certificates.length === 0) {
    throw fail('MSG_PEM_UNREADABLE', {
      what: 'certificate',
      reason: 'there is no block "-----BEGIN CERTIFICATE-----"',
    })
  }
  return checkPair(certificates, readKey(privateKey, passphrase), now)
}

function readKey(text: string, passphrase: string | undefined): KeyObject {
  const [pem, second] = blocks(text, /(?:RSA |EC |ENCRYPTED )?PRIVATE KEY/)
  if (pem === undefined) {
    throw fail('MSG_PEM_UNREADABLE', {
      what: 'private key',
      reason: 'there is no block "-----BEGIN PRIVATE KEY-----"',
    })
  }
  if (second !== undefined)
    throw fail('MSG_PEM_UNREADABLE', { what: 'private key', reason: 'it holds several keys' })
  const encrypted = /ENCRYPTED/.test(pem)
  if (encrypted && !passphrase) throw fail('MSG_PASSPHRASE_MISSING')
  try {
    return createPrivateKey({ key: pem, ...(encrypted && { passphrase }) })
  } catch (error) {
    if (encrypted) throw fail('MSG_PASSPHRASE_WRONG', { what: 'private key' }, error)
    throw fail('MSG_PEM_UNREADABLE', { what: 'private key', reason: 'its content is damaged' }, error)
  }
}

/** PEM blocks whose label matches as a whole. Text around them (openssl writes attributes there) is left out. */
function blocks(text: string, label: RegExp): string[] {
  const wanted = new RegExp(`^(?:${label.source})$`)
  const found: string[] = []
  let open: { readonly name: string; readonly start: number } | null = null
  // From mark to mark, so that a text of beginnings without an end is read once.
  for (const mark of text.matchAll(/-----(BEGIN|END) ([A-Z ]{1,40})-----/g)) {
    const [whole, kind, name = ''] = mark
    if (kind === 'BEGIN') open = wanted.test(name) ? { name, start: mark.index } : open
    else if (open?.name === name) {
      found.push(text.slice(open.start, mark.index + whole.length))
      open = null
    }
  }
  return found
}

/**
 * Finds the certificate that belongs to the key and says why the pair cannot be used, if it cannot.
 * @throws AppError MSG_KEY_TYPE_UNSUPPORTED, MSG_CERTIFICATE_MISMATCH, MSG_CERTIFICATE_NOT_VALID
 */
export function checkPair(
  certificates: readonly X509Certificate[],
  key: KeyObject,
  now: number,
): SuppliedCertificate {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key
  if (type !== 'rsa') throw fail('MSG_KEY_TYPE_UNSUPPORTED', { type: type.toUpperCase() })
  const bits = details?.modulusLength ?? 0
  if (bits < shortestKeyBits) throw fail('MSG_KEY_TYPE_UNSUPPORTED', { type: `RSA with ${bits} bits` })
  const certificate = certificates.find((one) => one.checkPrivateKey(key))
  if (!certificate) throw fail('MSG_CERTIFICATE_MISMATCH')
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const { validFromDate, validToDate } = certificate
  if (validToDate.getTime() <= now) {
    throw fail('MSG_CERTIFICATE_NOT_VALID', { reason: `it expired on ${day(validToDate)}` })
  }
  if (validFromDate.getTime() > now) {
    throw fail('MSG_CERTIFICATE_NOT_VALID', { reason: `it is valid only from ${day(validFromDate)} on` })
  }
  const certificatePem = certificate.toString()
  return {
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem,
    ...thumbprints(certificatePem),
    notAfter: validToDate,
  }
}

/**
 * Tokens that an application signs with its certificate: the assertion with which it asks for access, and the proof of
 * possession with which it changes its own certificates. Both live ten minutes by the injected clock; that is why Microsoft's
 * library, which knows the machine's clock only, does not make them. node:crypto suffices for two signatures.
 */
import { constants, createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto'
import { fail } from '../errors.ts'

/** A certificate with the key that belongs to it. */
export interface CertificateKey {
  readonly certificate: X509Certificate
  readonly privateKey: KeyObject
}

const lifetimeSeconds = 600
/** Microsoft's clock may be a little behind ours: a token from the future would be refused. */
const backdatedSeconds = 30
/** Audience of a proof: the retired Azure AD Graph, whose id lives on here. */
const proofAudience = '00000002-0000-0000-c000-000000000000'

/** @throws AppError MSG_CREDENTIAL_UNUSABLE when the two are no RSA pair in PEM form */
export function readCertificateKey(pem: {
  readonly certificatePem: string
  readonly privateKeyPem: string
}): CertificateKey {
  let key: CertificateKey
  let matches: boolean
  try {
    key = {
      certificate: new X509Certificate(pem.certificatePem),
      privateKey: createPrivateKey(pem.privateKeyPem),
    }
    matches = key.certificate.checkPrivateKey(key.privateKey)
  } catch {
    throw fail('MSG_CREDENTIAL_UNUSABLE', { reason: 'it is not readable as PEM' })
  }
  if (key.certificate.publicKey.asymmetricKeyType !== 'rsa') {
    throw fail('MSG_CREDENTIAL_UNUSABLE', { reason: 'it is not an RSA key' })
  }
  if (!matches)
    throw fail('MSG_CREDENTIAL_UNUSABLE', { reason: 'the key does not belong to the certificate' })
  return key
}

/**
 * What an application shows instead of a secret: PS256, the certificate named by its SHA-256 thumbprint. (Microsoft identity
 * platform, "application authentication certificate credentials", 2026)
 * @param now milliseconds since the epoch
 */
export function clientAssertion(
  key: CertificateKey,
  { clientId, audience, now }: { clientId: string; audience: string; now: number },
): string {
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint(key, 'fingerprint256') } as const
  return signed(key, header, { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), ...life(now) })
}

/**
 * Shows that the caller holds a certificate that the application has. (Microsoft Graph, "Generate proof of possession tokens for
 * rolling keys", 2024)
 * @param objectId object id of the application, not its client id
 * @param now milliseconds since the epoch
 */
export function proofOfPossession(
  key: CertificateKey,
  { objectId, now }: { objectId: string; now: number },
): string {
  const x5t = thumbprint(key, 'fingerprint')
  return signed(key, { alg: 'RS256', typ: 'JWT', x5t }, { iss: objectId, aud: proofAudience, ...life(now) })
}

function life(now: number): { iat: number; nbf: number; exp: number } {
  const nbf = Math.floor(now / 1000) - backdatedSeconds
  return { iat: nbf, nbf, exp: nbf + lifetimeSeconds }
}

function thumbprint({ certificate }: CertificateKey, kind: 'fingerprint' | 'fingerprint256'): string {
  return Buffer.from(certificate[kind].replaceAll(':', ''), 'hex').toString('base64url')
}

interface Header {
  readonly alg: 'PS256' | 'RS256'
  readonly typ: 'JWT'
  readonly x5t?: string
  readonly 'x5t#S256'?: string
}

function signed({ privateKey }: CertificateKey, header: Header, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const text = `${encode(header)}.${encode(claims)}`
  // RFC 7518, section 3.5: the salt is as long as the hash.
  const padding =
    header.alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, ...padding })
  return `${text}.${signature.toString('base64url')}`
}

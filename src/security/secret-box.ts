/**
 * Secrets at rest: each is encrypted with a data key of its own, and that key with the installation's key (envelope), both by
 * AES-256-GCM. The context (which record the secret belongs to) is authenticated, so that a sealed value moved to another row does
 * not open there.
 *
 * Layout: version 1 (1 byte) · key id (8) · nonce (12) · wrapped data key (32) · tag (16) · nonce (12) · ciphertext · tag (16).
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { fail } from './errors.ts'

export interface SecretBox {
  /** First 8 bytes of the key's hash, in hexadecimal: tells keys apart, reveals nothing. */
  readonly keyId: string
  seal(plaintext: string | Uint8Array, context: string): Buffer
  /** Throws SEC_SECRET_UNREADABLE. */
  open(sealed: Uint8Array, context: string): Buffer
}

const version = 1
const nonceLength = 12
const tagLength = 16
const keyLength = 32
const headerLength = 9
const wrappedLength = nonceLength + keyLength + tagLength

/** `key` has 32 bytes. */
export function createSecretBox(key: Uint8Array): SecretBox {
  const id = createHash('sha256').update('bdrcloud secrets at rest').update(key).digest().subarray(0, 8)
  const header = Buffer.concat([Buffer.from([version]), id])
  return {
    keyId: id.toString('hex'),
    seal: (plaintext, context) => {
      const dataKey = randomBytes(keyLength)
      const wrapped = encrypt(key, dataKey, `${context}\0key`)
      return Buffer.concat([header, wrapped, encrypt(dataKey, Buffer.from(plaintext), context)])
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed)
      try {
        if (!bytes.subarray(0, headerLength).equals(header)) throw new Error('sealed with another key')
        const body = bytes.subarray(headerLength)
        const dataKey = decrypt(key, body.subarray(0, wrappedLength), `${context}\0key`)
        return decrypt(dataKey, body.subarray(wrappedLength), context)
      } catch (error) {
        throw fail('SEC_SECRET_UNREADABLE', { context }, error)
      }
    },
  }
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Buffer, context: string): Buffer {
  const nonce = sealed.subarray(0, nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(-tagLength))
  return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()])
}

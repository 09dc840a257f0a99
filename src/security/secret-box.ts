/**
 * Secrets at rest: each is encrypted with a data key of its own, and that key with the installation's outer key (envelope), both by
 * AES-256-GCM. The context (which record the secret belongs to) is authenticated, so that a sealed value moved to another row does
 * not open there. Another outer key needs only the data keys to be wrapped anew: the rest of a sealed value stays as it is, and
 * nobody has to know its context for that.
 *
 * Layout: version 2 (1 byte) · id of the outer key (8) · nonce (12) · wrapped data key (32) · tag (16) · nonce (12) · ciphertext · tag (16).
 * In version 1 the wrapping, too, authenticated the context; such values are opened, and brought to version 2 at the next start.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { fail } from './errors.ts'

export interface SecretBox {
  /** Id of the outer key that seals: first 8 bytes of its hash, in hexadecimal; tells keys apart, reveals nothing. */
  readonly keyId: string
  seal(plaintext: string | Uint8Array, context: string): Buffer
  /** Throws SEC_SECRET_UNREADABLE. */
  open(sealed: Uint8Array, context: string): Buffer
}

/** A box that knows several outer keys: one seals, all open. */
export interface KeyRing extends SecretBox {
  /** Seals with this key from now on. Those before still open. */
  use(key: Uint8Array): void
  /** The same secret with its data key wrapped by the key that seals. Throws SEC_SECRET_UNREADABLE. */
  rewrap(sealed: Uint8Array): Buffer
}

const version = 2
const nonceLength = 12
const tagLength = 16
const keyLength = 32
const headerLength = 9
const wrappedLength = nonceLength + keyLength + tagLength
const wrapping = 'bdrcloud data key'

/** Id of an outer key of 32 bytes. */
export function outerKeyId(key: Uint8Array): string {
  return createHash('sha256')
    .update('bdrcloud secrets at rest')
    .update(key)
    .digest()
    .subarray(0, 8)
    .toString('hex')
}

/** How a value sealed with this outer key begins. */
export function sealedHeader(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([version]), Buffer.from(keyId, 'hex')])
}

/** `key` has 32 bytes and seals; `others` only open. */
export function createSecretBox(key: Uint8Array, others: readonly Uint8Array[] = []): KeyRing {
  const keys = new Map([...others, key].map((one) => [outerKeyId(one), one]))
  let sealing = { id: outerKeyId(key), key }

  function unwrap(sealed: Buffer, context?: string): Buffer {
    const made = sealed[0]
    const outer = keys.get(sealed.subarray(1, headerLength).toString('hex'))
    if (!outer) throw new Error('sealed with another key')
    const wrapped = sealed.subarray(headerLength, headerLength + wrappedLength)
    if (made === version) return decrypt(outer, wrapped, wrapping)
    if (made === 1 && context !== undefined) return decrypt(outer, wrapped, `${context}\0key`)
    throw new Error('of an unknown version')
  }
  const wrap = (dataKey: Buffer) =>
    Buffer.concat([sealedHeader(sealing.id), encrypt(sealing.key, dataKey, wrapping)])
  const bodyOf = (sealed: Buffer) => sealed.subarray(headerLength + wrappedLength)

  return {
    get keyId() {
      return sealing.id
    },
    use: (next) => {
      sealing = { id: outerKeyId(next), key: next }
      keys.set(sealing.id, next)
    },
    seal: (plaintext, context) => {
      const dataKey = randomBytes(keyLength)
      return Buffer.concat([wrap(dataKey), encrypt(dataKey, Buffer.from(plaintext), context)])
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed)
      try {
        return decrypt(unwrap(bytes, context), bodyOf(bytes), context)
      } catch (error) {
        throw fail('SEC_SECRET_UNREADABLE', { context }, error)
      }
    },
    rewrap: (sealed) => {
      const bytes = Buffer.from(sealed)
      try {
        return Buffer.concat([wrap(unwrap(bytes)), bodyOf(bytes)])
      } catch (error) {
        throw fail('SEC_SECRET_UNREADABLE', { context: 'a data key' }, error)
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

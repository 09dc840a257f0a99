/**
 * restic's one construction: IV(16) || AES-256-CTR(plaintext) || Poly1305-AES(ciphertext). The tag covers the ciphertext
 * only; the IV enters through the one-time key r || AES-128-ECB(k, IV). Source: restic doc/design.rst, "Keys, Encryption and MAC".
 * Invariant: a tag is checked (in constant time, by libsodium) before anything is decrypted.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import sodium from 'sodium-native'
import { fail } from '../errors.ts'

export interface MasterKey {
  /** AES-256 key, 32 bytes. */
  readonly encrypt: Uint8Array
  /** AES-128 key of the one-time keys, 16 bytes. */
  readonly macK: Uint8Array
  /** Poly1305 r, 16 bytes; clamped by Poly1305 itself. */
  readonly macR: Uint8Array
}

export type RandomSource = (bytes: number) => Buffer

/** Bytes that sealing adds. */
export const sealOverhead = 32
const ivLength = 16
const tagLength = 16

function oneTimeKey(key: MasterKey, iv: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false)
  return Buffer.concat([key.macR, cipher.update(iv), cipher.final()])
}

/** Seals `plaintext` under `key`; the answer is 32 bytes longer. */
export function seal(key: MasterKey, plaintext: Uint8Array, random: RandomSource = randomBytes): Buffer {
  const iv = random(ivLength)
  const cipher = createCipheriv('aes-256-ctr', key.encrypt, iv)
  const sealed = Buffer.allocUnsafe(plaintext.length + sealOverhead)
  sealed.set(iv, 0)
  sealed.set(cipher.update(plaintext), ivLength)
  const end = ivLength + plaintext.length
  sodium.crypto_onetimeauth(sealed.subarray(end), sealed.subarray(ivLength, end), oneTimeKey(key, iv))
  return sealed
}

/** Opens what `seal` made. Errors: `STO_SEAL_BROKEN`, naming `subject`. */
export function unseal(key: MasterKey, sealed: Uint8Array, subject: string): Buffer {
  if (sealed.length < sealOverhead) throw fail('STO_SEAL_BROKEN', { subject })
  const iv = sealed.subarray(0, ivLength)
  const ciphertext = Buffer.from(sealed.buffer, sealed.byteOffset + ivLength, sealed.length - sealOverhead)
  const tag = Buffer.from(sealed.buffer, sealed.byteOffset + sealed.length - tagLength, tagLength)
  if (iv.every((byte) => byte === 0)) throw fail('STO_SEAL_BROKEN', { subject })
  if (!sodium.crypto_onetimeauth_verify(tag, ciphertext, oneTimeKey(key, iv))) {
    throw fail('STO_SEAL_BROKEN', { subject })
  }
  return createDecipheriv('aes-256-ctr', key.encrypt, iv).update(ciphertext)
}

/** A new random master key. It stays for the life of the repository: the format has no way to change it. */
export function randomMasterKey(random: RandomSource = randomBytes): MasterKey {
  return { encrypt: random(32), macK: random(16), macR: clamp(random(16)) }
}

/** Clears the bits of Poly1305's r that must be zero; restic refuses a stored key where they are not. */
function clamp(r: Buffer): Buffer {
  for (const [index, mask] of [
    [3, 15],
    [7, 15],
    [11, 15],
    [15, 15],
    [4, 252],
    [8, 252],
    [12, 252],
  ] as const) {
    r[index] = (r[index] ?? 0) & mask
  }
  return r
}

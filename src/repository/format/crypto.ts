/**
 * restic's one construction: IV(16) || AES-256-CTR(plaintext) || Poly1305-AES(ciphertext). The tag covers the ciphertext
 * only; the IV enters through the one-time key r || AES-128-ECB(k, IV). Source: restic doc/design.rst, "Keys, Encryption and MAC".
 * Invariant: a tag is checked (in constant time, by libsodium) before anything is decrypted.
 */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import sodium from 'sodium-native'
import { fail } from '../errors.ts'
import { release } from '../threads/release.ts'

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
/** Bytes of the random beginning of what is sealed. */
export const ivLength = 16
const pieceSize = 128 * 1024
const tagLength = 16

/** A key as OpenSSL wants it: making it anew for each blob costs more than sealing a small one. */
interface PreparedKey {
  readonly encrypt: KeyObject
  /** The one-time key: the second half is overwritten for each blob. */
  readonly oneTime: Buffer
  /** One cipher for all: ECB without padding keeps no state between blocks. */
  readonly mac: Cipheriv
}

const prepared = new WeakMap<MasterKey, PreparedKey>()

function prepare(key: MasterKey): PreparedKey {
  let found = prepared.get(key)
  if (!found) {
    found = {
      encrypt: createSecretKey(key.encrypt),
      oneTime: Buffer.concat([key.macR, Buffer.alloc(16)]),
      mac: createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false),
    }
    prepared.set(key, found)
  }
  return found
}

/** The one-time Poly1305 key of an IV, valid until the next call. */
function oneTimeKey({ mac, oneTime }: PreparedKey, iv: Uint8Array): Buffer {
  oneTime.set(mac.update(iv), 16)
  return oneTime
}

/** Seals `plaintext` under `key`; the answer is 32 bytes longer. */
export function seal(key: MasterKey, plaintext: Uint8Array, random: RandomSource = randomBytes): Buffer {
  const sealed = Buffer.allocUnsafe(plaintext.length + sealOverhead)
  sealInto(key, plaintext, sealed, 0, random)
  return sealed
}

/** Seals `plaintext` into `target` from `at` on, and answers where the sealed bytes end. */
export function sealInto(
  key: MasterKey,
  plaintext: Uint8Array,
  target: Buffer,
  at: number,
  random: RandomSource = randomBytes,
): number {
  const ready = prepare(key)
  const iv = random(ivLength)
  target.set(iv, at)
  const cipher = createCipheriv('aes-256-ctr', ready.encrypt, iv)
  // In pieces that stay in the processor's cache, and whose memory is free again at once.
  for (let from = 0; from < plaintext.length; from += pieceSize) {
    const piece = cipher.update(plaintext.subarray(from, from + pieceSize))
    target.set(piece, at + ivLength + from)
    release(piece)
  }
  const end = at + ivLength + plaintext.length
  const tag = target.subarray(end, end + tagLength)
  sodium.crypto_onetimeauth(tag, target.subarray(at + ivLength, end), oneTimeKey(ready, iv))
  return end + tagLength
}

/** Opens what `seal` made. Errors: `STO_SEAL_BROKEN`, naming `subject`. */
export function unseal(key: MasterKey, sealed: Uint8Array, subject: string): Buffer {
  if (sealed.length < sealOverhead) throw fail('STO_SEAL_BROKEN', { subject })
  const iv = sealed.subarray(0, ivLength)
  const ciphertext = Buffer.from(sealed.buffer, sealed.byteOffset + ivLength, sealed.length - sealOverhead)
  const tag = Buffer.from(sealed.buffer, sealed.byteOffset + sealed.length - tagLength, tagLength)
  if (iv.every((byte) => byte === 0)) throw fail('STO_SEAL_BROKEN', { subject })
  const ready = prepare(key)
  if (!sodium.crypto_onetimeauth_verify(tag, ciphertext, oneTimeKey(ready, iv))) {
    throw fail('STO_SEAL_BROKEN', { subject })
  }
  return createDecipheriv('aes-256-ctr', ready.encrypt, iv).update(ciphertext)
}

/** What was opened before: the tag is not looked at again. */
export function openAgain(key: MasterKey, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-ctr', prepare(key).encrypt, sealed.subarray(0, ivLength))
  return decipher.update(sealed.subarray(ivLength, sealed.length - tagLength))
}

/** A new random master key. It stays for the life of the repository: the format has no way to change it. */
export function randomMasterKey(random: RandomSource = randomBytes): MasterKey {
  const bytes = (length: number) => new Uint8Array(random(length))
  return { encrypt: bytes(32), macK: bytes(16), macR: clamp(bytes(16)) }
}

/** Bits of Poly1305's r that may be set, by position in it; all bits of the other bytes may. */
const clampMasks: readonly (readonly [number, number])[] = [
  [3, 15],
  [7, 15],
  [11, 15],
  [15, 15],
  [4, 252],
  [8, 252],
  [12, 252],
]

/** Clears the bits of Poly1305's r that must be zero; restic refuses a stored key where they are not. */
function clamp(r: Uint8Array): Uint8Array {
  for (const [index, mask] of clampMasks) r[index] = (r[index] ?? 0) & mask
  return r
}

/** Whether the bits that must be zero are. */
export function isClamped(r: Uint8Array): boolean {
  return clampMasks.every(([index, mask]) => ((r[index] ?? 0) & ~mask) === 0)
}

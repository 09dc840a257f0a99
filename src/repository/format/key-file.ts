/** keys/: plain JSON that wraps the master key by scrypt and a password. Source: restic doc/design.rst. */
import { randomBytes, scrypt } from 'node:crypto'
import { fail } from '../errors.ts'
import { type MasterKey, type RandomSource, seal, unseal } from './crypto.ts'
import { formatTime } from './go-time.ts'

/** How costly it is to try a password. */
export interface ScryptCost {
  /** A power of two. Memory is 128 · N · r bytes. */
  readonly N: number
  readonly r: number
  readonly p: number
}

/** About half a second of one core within 32 MiB, the order of restic's own calibration. */
export const defaultScryptCost: ScryptCost = { N: 32768, r: 8, p: 5 }

const saltLength = 64
/** No key file needs more; a planted one must not exhaust the memory. */
const scryptMemoryLimit = 1 << 30
/** About ten seconds of one core; restic measures its cost to half a second. */
const scryptWorkLimit = 1 << 25

/** Bytes that OpenSSL takes. */
function scryptMemory({ N, r, p }: ScryptCost): number {
  return 128 * r * (N + p + 2)
}

function deriveKey(password: string, salt: Uint8Array, cost: ScryptCost): Promise<MasterKey> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: scryptMemory(cost) + (1 << 20) }
    scrypt(password, salt, 64, options, (error, derived) => {
      if (error) return reject(error)
      resolve({
        encrypt: derived.subarray(0, 32),
        macK: derived.subarray(32, 48),
        macR: derived.subarray(48, 64),
      })
    })
  })
}

/** Makes the bytes of a key file. The derived key is 64 bytes: encrypt 32, mac k 16, mac r 16. */
export async function encodeKeyFile(
  master: MasterKey,
  options: {
    readonly password: string
    readonly created: number
    readonly username: string
    readonly hostname: string
    readonly cost?: ScryptCost
    readonly random?: RandomSource
  },
): Promise<Buffer> {
  const { random = randomBytes, cost = defaultScryptCost } = options
  const salt = random(saltLength)
  const wrapped = {
    mac: { k: base64(master.macK), r: base64(master.macR) },
    encrypt: base64(master.encrypt),
  }
  const data = seal(
    await deriveKey(options.password, salt, cost),
    Buffer.from(JSON.stringify(wrapped)),
    random,
  )
  return Buffer.from(
    JSON.stringify({
      created: formatTime(options.created),
      username: options.username,
      hostname: options.hostname,
      kdf: 'scrypt',
      N: cost.N,
      r: cost.r,
      p: cost.p,
      salt: base64(salt),
      data: base64(data),
    }),
  )
}

/** Fields in Go's order. */
export const keyFields = ['created', 'username', 'hostname', 'kdf', 'N', 'r', 'p', 'salt', 'data']

interface WrappedKey {
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly data: Buffer
}

/** What a key file says, without opening it. Errors: `STO_KEY_INVALID`. */
export function parseKeyFile(bytes: Buffer, name: string): WrappedKey {
  const refuse = (reason: string) => fail('STO_KEY_INVALID', { name, reason })
  const { kdf, N, r, p, salt, data } = parseRecord(bytes, name)
  if (kdf !== 'scrypt') throw refuse('it does not use scrypt')
  if (!isCost(N) || !isCost(r) || !isCost(p) || !isBearable({ N, r, p })) {
    throw refuse('its scrypt parameters are out of range')
  }
  if (typeof salt !== 'string' || typeof data !== 'string') throw refuse('it lacks its salt or its data')
  const wrapped = { cost: { N, r, p }, salt: Buffer.from(salt, 'base64'), data: Buffer.from(data, 'base64') }
  if (wrapped.salt.length !== saltLength) throw refuse('its salt is not 64 bytes long')
  if (base64(wrapped.salt) !== salt || base64(wrapped.data) !== data) throw refuse('its base64 is damaged')
  return wrapped
}

/** A power of two, and costs that no planted file can use to fill the memory or to keep us busy for minutes. */
function isBearable({ N, r, p }: ScryptCost): boolean {
  if (N < 2 || (N & (N - 1)) !== 0 || r * p >= 2 ** 30) return false
  // RFC 7914 wants N below 2^(16r), and OpenSSL insists on it; restic's own r is 8.
  if (N >= 2 ** (16 * r)) return false
  return scryptMemory({ N, r, p }) <= scryptMemoryLimit && N * r * p <= scryptWorkLimit
}

/**
 * Opens a key file. Answers undefined when the password does not fit.
 * Errors: `STO_KEY_INVALID` when the file itself cannot be used.
 */
export async function decodeKeyFile(
  bytes: Buffer,
  password: string,
  name: string,
): Promise<MasterKey | undefined> {
  const { cost, salt, data } = parseKeyFile(bytes, name)
  const derived = await deriveKey(password, salt, cost)
  let opened: Buffer
  try {
    opened = unseal(derived, data, `keys/${name}`)
  } catch {
    return undefined
  }
  const inner = parseRecord(opened, name)
  const mac = isRecord(inner['mac']) ? inner['mac'] : {}
  const master = {
    encrypt: keyBytes(inner['encrypt']),
    macK: keyBytes(mac['k']),
    macR: keyBytes(mac['r']),
  }
  if (master.encrypt.length !== 32 || master.macK.length !== 16 || master.macR.length !== 16) {
    throw fail('STO_KEY_INVALID', { name, reason: 'the master key in it has a wrong length' })
  }
  return master
}

function parseRecord(bytes: Buffer, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (isRecord(value)) return value
  } catch {
    // Falls through: text that is no JSON and JSON that is no object are the same fault.
  }
  throw fail('STO_KEY_INVALID', { name, reason: 'it is not a JSON object' })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCost(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31
}

/** In memory of its own: a buffer out of Node's pool would drag all of the pool along to each thread. */
function keyBytes(base64: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(base64), 'base64'))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

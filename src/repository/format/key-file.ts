/** keys/: plain JSON that wraps the master key by scrypt and a password. Source: restic doc/design.rst. */
import { randomBytes, scrypt } from 'node:crypto'
import { fail } from '../errors.ts'
import { type MasterKey, type RandomSource, seal, unseal } from './crypto.ts'
import { formatTime } from './go-time.ts'

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

function deriveKey(password: string, salt: Uint8Array, cost: ScryptCost): Promise<MasterKey> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: 128 * cost.N * cost.r + 128 * cost.r * cost.p + (1 << 20) }
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

/**
 * Opens a key file. Answers undefined when the password does not fit.
 * Errors: `STO_KEY_INVALID` when the file itself cannot be used.
 */
export async function decodeKeyFile(
  bytes: Buffer,
  password: string,
  name: string,
): Promise<MasterKey | undefined> {
  const file = parseRecord(bytes, name)
  const { N, r, p } = file
  if (file['kdf'] !== 'scrypt') throw fail('STO_KEY_INVALID', { name, reason: 'it does not use scrypt' })
  if (
    !isCost(N) ||
    !isCost(r) ||
    !isCost(p) ||
    (N & (N - 1)) !== 0 ||
    N < 2 ||
    128 * N * r > scryptMemoryLimit
  ) {
    throw fail('STO_KEY_INVALID', { name, reason: 'its scrypt parameters are out of range' })
  }
  const salt = Buffer.from(String(file['salt']), 'base64')
  if (salt.length !== saltLength)
    throw fail('STO_KEY_INVALID', { name, reason: 'its salt is not 64 bytes long' })
  const derived = await deriveKey(password, salt, { N, r, p })
  let opened: Buffer
  try {
    opened = unseal(derived, Buffer.from(String(file['data']), 'base64'), `keys/${name}`)
  } catch {
    return undefined
  }
  const inner = parseRecord(opened, name)
  const mac = isRecord(inner['mac']) ? inner['mac'] : {}
  const master = {
    encrypt: Buffer.from(String(inner['encrypt']), 'base64'),
    macK: Buffer.from(String(mac['k']), 'base64'),
    macR: Buffer.from(String(mac['r']), 'base64'),
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

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

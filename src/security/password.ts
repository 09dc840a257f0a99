/**
 * Operators' passwords: argon2id (RFC 9106; 64 MiB, 3 passes, 1 lane: above the second recommendation of OWASP's cheat sheet),
 * kept as a PHC string so that the cost can be raised later. Few run at once, since each takes 64 MiB.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { fail } from './errors.ts'

const cost = { memory: 65_536, passes: 3, parallelism: 1 }
const tagLength = 32
const atOnce = 2
const longestQueue = 50

let running = 0
const waiting: (() => void)[] = []

/** The PHC string of a new password. Throws SEC_BUSY. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, cost)
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Compares in constant time. With `null` (no such operator) the same work is done, and the answer is false. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored ?? '')
  if (!match) {
    await derive(password, Buffer.alloc(16), cost)
    return false
  }
  const [, memory, passes, parallelism, salt = '', hash = ''] = match
  const stronger = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const found = await derive(password, Buffer.from(salt, 'base64'), stronger)
  const expected = Buffer.from(hash, 'base64')
  return found.length === expected.length && timingSafeEqual(found, expected)
}

async function derive(
  password: string,
  salt: Buffer,
  { memory, passes, parallelism }: typeof cost,
): Promise<Buffer> {
  await takeTurn()
  try {
    return await new Promise((resolve, reject) =>
      argon2(
        'argon2id',
        { message: password.normalize('NFKC'), nonce: salt, parallelism, tagLength, memory, passes },
        (error, result) => (error ? reject(error) : resolve(Buffer.from(result))),
      ),
    )
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function takeTurn(): Promise<void> {
  if (running >= atOnce) {
    if (waiting.length >= longestQueue) throw fail('SEC_BUSY')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running += 1
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

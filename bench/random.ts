/** Chance that is the same for the same seed, so that every run measures the same data. */
import { createCipheriv, createHash } from 'node:crypto'

export interface SeededRandom {
  /** An integer from `from` up to and including `to`. */
  between(from: number, to: number): number
  /** Bytes that do not compress. */
  bytes(length: number): Buffer
}

export function seededRandom(seed: string): SeededRandom {
  const key = createHash('sha256').update(seed).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  let pool = Buffer.alloc(0)
  let used = 0
  const word = () => {
    if (used + 4 > pool.length) {
      pool = stream.update(Buffer.alloc(4096))
      used = 0
    }
    used += 4
    return pool.readUInt32LE(used - 4)
  }
  return {
    between: (from, to) => from + Math.floor((word() / 2 ** 32) * (to - from + 1)),
    bytes: (length) => stream.update(Buffer.alloc(length)),
  }
}

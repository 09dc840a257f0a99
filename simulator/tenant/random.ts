/** Repeatable randomness: one generator per label, all from the tenant's seed. */
import { createHash } from 'node:crypto'

/** Mulberry32 seeded by SHA-256 of seed and label. Returns numbers from 0 (in) to 1 (out). */
export function seededRandom(seed: number, label: string): () => number {
  let state = createHash('sha256').update(`${seed}:${label}`).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A version 4 GUID that depends on seed and label only. */
export function seededGuid(seed: number, label: string): string {
  const bytes = createHash('sha256').update(`guid:${seed}:${label}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

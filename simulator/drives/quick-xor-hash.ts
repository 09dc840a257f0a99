/**
 * Microsoft's quickXorHash: each byte is XORed into 160 bits at bit (index × 11) mod 160, and the length, 64 bits little-endian, into the
 * last 8 bytes (OneDrive documentation "QuickXorHash Algorithm", 2026). Bytes 160 apart meet the same place, so they are first folded
 * into 160 bytes: runs of zeros then cost nothing.
 */

const width = 160
const step = 11

export type QuickXorHash = {
  readonly add: (bytes: Uint8Array) => void
  /** So many zero bytes. */
  readonly skip: (length: number) => void
  /** Base64 of 20 bytes, as Graph writes it. */
  readonly digest: () => string
}

export const createQuickXorHash = (): QuickXorHash => {
  const folded = new Uint8Array(width)
  let length = 0
  return {
    add: (bytes) => {
      let place = length % width
      for (let at = 0; at < bytes.length; at++) {
        folded[place] = (folded[place] ?? 0) ^ (bytes[at] ?? 0)
        place = place + 1 === width ? 0 : place + 1
      }
      length += bytes.length
    },
    skip: (zeros) => {
      length += zeros
    },
    digest: () => {
      const bits = Buffer.alloc(width / 8)
      const flip = (place: number, value: number) => {
        bits[place] = (bits[place] ?? 0) ^ value
      }
      for (let index = 0; index < width; index++) {
        const start = (index * step) % width
        const value = (folded[index] ?? 0) << (start % 8)
        const place = Math.floor(start / 8)
        flip(place, value & 0xff)
        flip((place + 1) % bits.length, value >> 8)
      }
      const size = Buffer.alloc(8)
      size.writeBigUInt64LE(BigInt(length))
      for (let at = 0; at < size.length; at++) flip(bits.length - size.length + at, size[at] ?? 0)
      return bits.toString('base64')
    },
  }
}

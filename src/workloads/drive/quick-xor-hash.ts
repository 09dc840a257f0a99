/**
 * Microsoft's quickXorHash, the only hash that OneDrive and SharePoint give of a file: 160 bits, into which each byte is XORed at bit
 * (index × 11) mod 160, and at last the length, 64 bits little-endian, into the last 8 bytes ("QuickXorHash Algorithm", OneDrive
 * documentation, 2026). It finds damage, not forgery.
 *
 * Bytes 160 apart land in the same place, so all rows of 160 bytes are first XORed into one, four bytes at a time where they lie evenly.
 */

const width = 160
const words = width / 4
const step = 11
const result = 20

export interface QuickXorHash {
  update(bytes: Uint8Array): void
  /** Of all bytes until now: 20 bytes in base64, as Graph writes it. */
  digest(): string
}

export function createQuickXorHash(): QuickXorHash {
  const row = new Uint32Array(words)
  const bytesOfRow = new Uint8Array(row.buffer)
  let length = 0

  function addSlowly(bytes: Uint8Array, from: number, to: number): void {
    let place = length % width
    for (let at = from; at < to; at += 1) {
      bytesOfRow[place] = (bytesOfRow[place] ?? 0) ^ (bytes[at] ?? 0)
      place = place + 1 === width ? 0 : place + 1
    }
    length += to - from
  }

  return {
    update(bytes) {
      const toRow = Math.min(bytes.length, (width - (length % width)) % width)
      addSlowly(bytes, 0, toRow)
      let at = toRow
      if ((bytes.byteOffset + at) % 4 === 0) {
        const rows = Math.floor((bytes.length - at) / width)
        const source = new Uint32Array(bytes.buffer, bytes.byteOffset + at, rows * words)
        for (let start = 0; start < source.length; start += words) {
          for (let word = 0; word < words; word += 1) {
            row[word] = (row[word] ?? 0) ^ (source[start + word] ?? 0)
          }
        }
        at += rows * width
        length += rows * width
      }
      addSlowly(bytes, at, bytes.length)
    },
    digest() {
      const bits = new Uint8Array(result)
      for (let index = 0; index < width; index += 1) {
        const start = (index * step) % width
        const value = (bytesOfRow[index] ?? 0) << (start % 8)
        const place = Math.floor(start / 8)
        const following = (place + 1) % result
        bits[place] = (bits[place] ?? 0) ^ (value & 0xff)
        bits[following] = (bits[following] ?? 0) ^ (value >> 8)
      }
      const size = Buffer.alloc(8)
      size.writeBigUInt64LE(BigInt(length))
      for (const [at, byte] of size.entries()) bits[12 + at] = (bits[12 + at] ?? 0) ^ byte
      return Buffer.from(bits).toString('base64')
    },
  }
}

/**
 * restic's content-defined chunker: a Rabin fingerprint over a window of 64 bytes; a chunk ends where its low 20 bits are zero,
 * not before 512 KiB, at the latest at 8 MiB. Arithmetic in two 32-bit halves, since bigint would be a hundred times slower.
 * The same polynomial gives the same cuts as stock restic, so both share blobs. Source: restic/chunker.
 */
import { remainder } from './polynomial.ts'

export const smallestChunk = 512 * 1024
export const largestChunk = 8 * 1024 * 1024
const windowSize = 64
const cutMask = (1 << 20) - 1

export interface Chunker {
  /** The length of the part of `bytes` (from `from`) that ends the current chunk, or -1 when all of it belongs to it. */
  nextCut(bytes: Uint8Array, from: number): number
}

export interface ChunkerTables {
  readonly outLow: Int32Array
  readonly outHigh: Int32Array
  readonly modLow: Int32Array
  readonly modHigh: Int32Array
}

/** Tables of a polynomial: made once (about 20 ms), shared by all chunkers. */
export function chunkerTables(polynomial: bigint): ChunkerTables {
  const [outLow, outHigh] = [new Int32Array(256), new Int32Array(256)]
  const [modLow, modHigh] = [new Int32Array(256), new Int32Array(256)]
  for (let byte = 0; byte < 256; byte++) {
    let hash = BigInt(byte)
    for (let step = 0; step < windowSize - 1; step++) hash = remainder(hash << 8n, polynomial)
    outLow[byte] = Number(hash & 0xffffffffn)
    outHigh[byte] = Number(hash >> 32n)
    const top = BigInt(byte) << 53n
    const mod = remainder(top, polynomial) | top
    modLow[byte] = Number(mod & 0xffffffffn)
    modHigh[byte] = Number(mod >> 32n)
  }
  return { outLow, outHigh, modLow, modHigh }
}

export function createChunker({ outLow, outHigh, modLow, modHigh }: ChunkerTables): Chunker {
  const window = new Uint8Array(windowSize)
  let [low, high, position, count, skip] = [0, 0, 0, 0, 0]
  const restart = () => {
    window.fill(0)
    // The window starts with one byte of value 1, so that leading zeros count.
    window[0] = 1
    ;[low, high, position, count, skip] = [1, 0, 1, 0, smallestChunk - windowSize]
  }
  restart()
  return {
    nextCut(bytes, from) {
      let at = from
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length - at)
        skip -= skipped
        count += skipped
        at += skipped
        if (at === bytes.length) return -1
      }
      for (; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0
        const out = window[position] ?? 0
        window[position] = byte
        position = (position + 1) & (windowSize - 1)
        low ^= outLow[out] ?? 0
        high ^= outHigh[out] ?? 0
        const index = (high >>> 13) & 0xff
        high = ((high << 8) | (low >>> 24)) ^ (modHigh[index] ?? 0)
        low = ((low << 8) | byte) ^ (modLow[index] ?? 0)
        count++
        if (((low & cutMask) === 0 || count >= largestChunk) && count >= smallestChunk) {
          restart()
          return at + 1 - from
        }
      }
      return -1
    },
  }
}

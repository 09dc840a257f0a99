/**
 * restic's content-defined chunker: a Rabin fingerprint over a window of 64 bytes; a chunk ends where its low 20 bits are zero,
 * not before 512 KiB, at the latest at 8 MiB. The same polynomial gives the same cuts as stock restic, so both share blobs.
 * Source: restic/chunker.
 */
import { remainder } from './polynomial.ts'
import { type RabinModule, rabinModule, tableBytes, windowSize } from './rabin-module.ts'

export const smallestChunk = 512 * 1024
export const largestChunk = 8 * 1024 * 1024
const cutMask = (1 << 20) - 1

export interface Chunker {
  /** The length of the part of `bytes` (from `from`) that ends the current chunk, or -1 when all of it belongs to it. */
  nextCut(bytes: Uint8Array, from: number): number
}

/** What a polynomial needs: made once (a few ms), shared by all chunkers of a thread. */
export interface ChunkerTables {
  readonly memory: Uint8Array
  readonly scan: RabinModule['scan']
  readonly scanFour: RabinModule['scanFour']
}

/** Bytes looked at in one go, copied into the module's memory behind the 64 before them. */
const blockSize = 48 * 1024
const windowAt = tableBytes
const blockAt = windowAt + windowSize
/** Fewer bytes are not worth starting at four places. */
const fewBytes = 2048
/** Everything before the first window that may end a chunk, which is as long as a chunk must be. */
const skippedBytes = smallestChunk - windowSize - 1

export function chunkerTables(polynomial: bigint): ChunkerTables {
  const { memory, scan, scanFour } = rabinModule(cutMask, 1)
  const tables = new BigUint64Array(memory.buffer, 0, 512)
  // Both tables are linear: the entries of single bits make up all others.
  for (let bit = 0; bit < 8; bit++) {
    let out = 1n << BigInt(bit)
    for (let step = 0; step < windowSize - 1; step++) out = remainder(out << 8n, polynomial)
    const top = 1n << BigInt(53 + bit)
    const single = 1 << bit
    for (let rest = 0; rest < single; rest++) {
      tables[single + rest] = out ^ (tables[rest] ?? 0n)
      tables[256 + single + rest] = remainder(top, polynomial) ^ top ^ (tables[256 + rest] ?? 0n)
    }
  }
  return { memory: new Uint8Array(memory.buffer), scan, scanFour }
}

export function createChunker({ memory, scan, scanFour }: ChunkerTables): Chunker {
  /** The last bytes before those that come next: tables are shared, so each chunker keeps its own. */
  const window = new Uint8Array(windowSize)
  /** Bytes in the current chunk. */
  let count = 0

  /** Where the first cut within `length` bytes (at most a block) is, or 0; remembers the last of them. */
  const lookAt = (bytes: Uint8Array, from: number, length: number): number => {
    memory.set(window, windowAt)
    memory.set(bytes.subarray(from, from + length), blockAt)
    const inLanes = length < fewBytes ? 0 : length >>> 2
    let cut = inLanes > 0 ? scanFour(windowAt, inLanes) : 0
    const looked = 4 * inLanes
    if (cut === 0 && looked < length) cut = scan(windowAt + looked, windowAt + length)
    window.set(memory.subarray(windowAt + length, blockAt + length))
    return cut === 0 ? 0 : cut - blockAt
  }
  return {
    nextCut(bytes, from) {
      let at = from
      const skipped = Math.min(Math.max(0, skippedBytes - count), bytes.length - at)
      at += skipped
      count += skipped
      const filled = count - skippedBytes
      if (filled >= 0 && filled < windowSize) {
        const some = bytes.subarray(at, at + windowSize - filled)
        window.set(some, filled)
        at += some.length
        count += some.length
      }
      while (at < bytes.length) {
        const length = Math.min(blockSize, bytes.length - at, largestChunk - count)
        const cut = lookAt(bytes, at, length)
        at += cut || length
        count += cut || length
        if (cut > 0 || count === largestChunk) {
          count = 0
          return at - from
        }
      }
      return -1
    },
  }
}

/** zstd as restic writes it: one frame, content size in it, window of 512 KiB, no checksum. Readers take any window. */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { fail } from '../errors.ts'

/** How hard data is compressed, named as restic names it. Trees are compressed in any case: `off` is about content. */
export type Compression = 'off' | 'fastest' | 'default' | 'better' | 'max'

/** zstd levels for each type of blob; undefined: not compressed. */
export interface CompressionLevels {
  readonly data: number | undefined
  readonly tree: number
}

const defaultLevel = 3
/** zstd's own levels next to what restic's library does under these names. */
const levels: Record<Compression, CompressionLevels> = {
  off: { data: undefined, tree: defaultLevel },
  fastest: { data: 1, tree: 1 },
  default: { data: defaultLevel, tree: defaultLevel },
  better: { data: 7, tree: 7 },
  max: { data: 12, tree: 12 },
}

export function compressionLevels(compression: Compression): CompressionLevels {
  return levels[compression]
}

/** Largest plain blob or file that is decompressed; a bomb must not fill the memory. */
export const largestPlainLength = 1 << 30

/** Below this a thread costs more than it saves. */
const smallLength = 64 * 1024

/** Bytes of zlib's output buffer: what it allows at least, what is used while the length is unknown, and what a false length may cost. */
const smallestChunk = 64
const unknownLengthChunk = 256 * 1024
const largestChunk = 16 * 1024 * 1024

function optionsOf(plain: Uint8Array, level: number) {
  return {
    // zstd's own bound: with room for all of the answer, zlib neither copies it together nor lets zstd buffer it.
    chunkSize: plain.length + (plain.length >> 8) + 128,
    pledgedSrcSize: plain.length,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_contentSizeFlag]: 1,
      [constants.ZSTD_c_checksumFlag]: 0,
      [constants.ZSTD_c_windowLog]: 19,
    },
  }
}

/** Compresses with the given zstd level (restic's default is about 3). Blocks the thread for about 5 ms a MiB. */
export function compress(plain: Uint8Array, level = defaultLevel): Buffer {
  return zstdCompressSync(plain, optionsOf(plain, level))
}

/** The same, large input aside from the event loop: an index file is several MiB of JSON. */
export async function compressAside(plain: Uint8Array, level = defaultLevel): Promise<Buffer> {
  if (plain.length <= smallLength) return compress(plain, level)
  return promisify(zstdCompress)(plain, optionsOf(plain, level))
}

/** Decompresses; with `length` given the answer has exactly that many bytes. Errors: `STO_COMPRESSION_BROKEN`. */
export function decompress(compressed: Uint8Array, subject: string, length?: number): Buffer {
  let plain: Buffer
  try {
    plain = zstdDecompressSync(compressed, {
      // One byte more than needed: a full chunk would make zlib ask for another.
      chunkSize: Math.min(Math.max(smallestChunk, (length ?? unknownLengthChunk) + 1), largestChunk),
      maxOutputLength: Math.max(1, length ?? largestPlainLength),
    })
  } catch (cause) {
    throw fail(
      'STO_COMPRESSION_BROKEN',
      { subject, reason: cause instanceof Error ? cause.message : 'unknown' },
      cause,
    )
  }
  if (length !== undefined && plain.length !== length) {
    throw fail('STO_COMPRESSION_BROKEN', {
      subject,
      reason: `${plain.length} bytes came out instead of ${length}`,
    })
  }
  return plain
}

/** What came back over HTTP, judged: whole or exactly the range, cut on the way, or beyond the end of the file. */
import type { ByteRange, FileType } from '../backend.ts'
import { fail } from '../errors.ts'

/** `Range` header; undefined for a whole file. A range of 0 bytes cannot be asked for in HTTP. */
export function rangeHeader(range: ByteRange | undefined): string | undefined {
  return range && `bytes=${range.offset}-${range.offset + range.length - 1}`
}

/** The size of the whole file out of `bytes 3-6/10`. */
export function totalOf(contentRange: string | undefined): number | undefined {
  const total = /\/(\d+)$/.exec(contentRange ?? '')?.[1]
  return total === undefined ? undefined : Number(total)
}

/** Errors: `STO_FILE_TOO_SHORT` (the file ends before the range), `STO_STORAGE_FAILED` (cut on the way). */
export function exactRange(
  type: FileType,
  name: string,
  range: ByteRange,
  total: number | undefined,
  bytes: Buffer,
): Buffer {
  const end = range.offset + range.length
  if (total !== undefined && total < end) throw fail('STO_FILE_TOO_SHORT', { type, name, size: total, end })
  if (bytes.length === range.length) return bytes
  const reason = `${bytes.length} of ${range.length} bytes arrived`
  throw fail('STO_STORAGE_FAILED', { action: 'load', type, name, reason })
}

/** Larger files are not read into memory. */
const largestFile = 1 << 30

/**
 * Collects a body. `expected` are the bytes it was announced with. Errors: `STO_STORAGE_UNSUITABLE` (too large for a file of a
 * repository), `STO_STORAGE_FAILED` (fewer or more bytes), those of the body.
 */
export async function collectBody(
  place: string,
  type: FileType,
  name: string,
  body: AsyncIterable<Uint8Array> | undefined,
  expected?: number,
): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    if (length > largestFile) {
      const reason = `it has more than ${largestFile} bytes`
      throw fail('STO_STORAGE_UNSUITABLE', { place, action: 'load', type, name, reason })
    }
    parts.push(part)
  }
  if (expected === undefined || expected === length) return Buffer.concat(parts, length)
  const reason = `${length} of ${expected} bytes arrived`
  throw fail('STO_STORAGE_FAILED', { action: 'load', type, name, reason })
}

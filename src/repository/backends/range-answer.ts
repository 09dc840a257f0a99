/** What came back for a byte range over HTTP, judged: exact, cut on the way, or beyond the end of the file. */
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

/** Collects a body, but never more than `most` bytes. */
export async function collect(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}

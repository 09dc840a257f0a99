/**
 * Pack files: sealed blobs end to end, then the sealed header, then its length as u32 little endian.
 * Source: restic doc/design.rst, "Pack Format".
 */
import { fail } from '../errors.ts'
import type { BlobType } from '../repository.ts'

/** One blob inside a pack. */
export interface PackedBlob {
  readonly id: string
  readonly type: BlobType
  /** Bytes from the beginning of the pack. */
  readonly offset: number
  /** Sealed bytes. */
  readonly length: number
  /** Plain bytes; absent when the blob is not compressed. */
  readonly uncompressedLength?: number
}

/** A pack and what is in it, in the order of its header. */
export interface PackContent {
  readonly id: string
  readonly blobs: readonly PackedBlob[]
}

const plainEntry = 37
const compressedEntry = 41

/** Bytes of a blob's entry in a header. */
export function packedEntrySize(compressed: boolean): number {
  return compressed ? compressedEntry : plainEntry
}

export function encodePackHeader(blobs: readonly PackedBlob[]): Buffer {
  const size = blobs.reduce(
    (sum, { uncompressedLength }) => sum + (uncompressedLength === undefined ? plainEntry : compressedEntry),
    0,
  )
  const header = Buffer.allocUnsafe(size)
  let position = 0
  for (const blob of blobs) {
    const compressed = blob.uncompressedLength !== undefined
    position = header.writeUInt8((blob.type === 'tree' ? 1 : 0) + (compressed ? 2 : 0), position)
    position = header.writeUInt32LE(blob.length, position)
    if (blob.uncompressedLength !== undefined)
      position = header.writeUInt32LE(blob.uncompressedLength, position)
    position += header.write(blob.id, position, 'hex')
  }
  return header
}

/** Reads a plain (unsealed) header. Errors: `STO_PACK_INVALID`. */
export function decodePackHeader(header: Buffer, pack: string): PackedBlob[] {
  const blobs: PackedBlob[] = []
  let offset = 0
  let position = 0
  while (position < header.length) {
    const kind = header.readUInt8(position)
    const size = kind > 1 ? compressedEntry : plainEntry
    if (kind > 3 || position + size > header.length) {
      throw fail('STO_PACK_INVALID', { pack, reason: 'its header has an unknown or incomplete entry' })
    }
    const length = header.readUInt32LE(position + 1)
    const entry = {
      id: header.toString('hex', position + size - 32, position + size),
      type: (kind & 1) === 1 ? ('tree' as const) : ('data' as const),
      offset,
      length,
    }
    blobs.push(kind > 1 ? { ...entry, uncompressedLength: header.readUInt32LE(position + 5) } : entry)
    offset += length
    position += size
  }
  return blobs
}

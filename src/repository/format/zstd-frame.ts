/**
 * The layout of a zstd frame, without decompressing. restic writes one frame, with the content size in it unless it is small, without
 * checksum and dictionary, and nothing after it. Source: RFC 8878, section 3.1.1.
 */

const magic = 0xfd2fb528
/** Bytes of the content size field by the two high bits of the descriptor; 1 instead of 0 for single segments. */
const sizeLengths = [0, 2, 4, 8]
const dictionaryLengths = [0, 1, 2, 4]
/** Of the block types raw, run-length, compressed and reserved, run-length alone holds one byte whatever its size says. */
const runLength = 1

/** How a frame differs from what restic writes, or undefined. `length`: plain bytes of the blob. */
export function frameFault(bytes: Buffer, length: number): string | undefined {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== magic) return 'it is no zstd frame'
  const descriptor = bytes[4] ?? 0
  const singleSegment = (descriptor & 0x20) !== 0
  const hasChecksum = (descriptor & 4) !== 0
  const dictionaryLength = dictionaryLengths[descriptor & 3] ?? 0
  const sizeLength = sizeLengths[descriptor >> 6] || (singleSegment ? 1 : 0)
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryLength
  const blocks = at + sizeLength
  if (blocks > bytes.length) return 'it is no zstd frame'
  const size = readSize(bytes, at, sizeLength)
  if (size !== undefined && size !== length) return `its frame says ${size} bytes instead of ${length}`
  if (dictionaryLength > 0) return 'its frame needs a dictionary'
  if (hasChecksum) return 'its frame has a checksum'
  return blocksEnd(bytes, blocks) === bytes.length ? undefined : 'something follows its frame'
}

function readSize(bytes: Buffer, at: number, length: number): number | undefined {
  if (length === 0) return undefined
  if (length === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}

/** Where the last block ends. */
function blocksEnd(bytes: Buffer, from: number): number {
  let at = from
  while (at + 3 <= bytes.length) {
    const head = bytes.readUIntLE(at, 3)
    at += 3 + (((head >> 1) & 3) === runLength ? 1 : head >> 3)
    if ((head & 1) === 1) break
  }
  return at
}

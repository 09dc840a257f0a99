/** What a pack's own header says, in a form that compares. */
import { type MasterKey, unseal } from '../format/crypto.ts'
import { decodePackHeader, type PackedBlob } from '../format/pack-header.ts'

/** The blobs that the header of a whole pack lists, or why it lists none. Errors: `STO_SEAL_BROKEN`, `STO_PACK_INVALID`. */
export function headerOf(key: MasterKey, pack: string, bytes: Buffer): PackedBlob[] | string {
  if (bytes.length < 4) return 'the pack has no header'
  const end = bytes.length - 4
  const length = bytes.readUInt32LE(end)
  if (length > end) return 'the length of the header is impossible'
  const header = unseal(key, bytes.subarray(end - length, end), `the header of the pack ${pack}`)
  return decodePackHeader(header, pack)
}

/** Equal texts for equal lists, whatever their order. */
export function blobList(blobs: readonly PackedBlob[]): string {
  return blobs
    .map(({ id, type, offset, length, uncompressedLength }) =>
      [offset, length, uncompressedLength, type, id].join(' '),
    )
    .sort()
    .join()
}

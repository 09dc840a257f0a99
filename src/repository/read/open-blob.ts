/** From sealed bytes to a blob that is certainly the right one: tag, decompression, length, hash. */
import { fail } from '../errors.ts'
import { idOf } from '../format/blob-id.ts'
import { decompress } from '../format/compression.ts'
import { type MasterKey, unseal } from '../format/crypto.ts'
import type { PackedBlob } from '../format/pack-header.ts'
import { release } from '../threads/release.ts'

/** Errors: `STO_SEAL_BROKEN`, `STO_COMPRESSION_BROKEN`, `STO_PACK_INVALID`, all naming pack and blob. */
export function openBlob(key: MasterKey, pack: string, blob: PackedBlob, sealed: Uint8Array): Buffer {
  const subject = `the ${blob.type} blob ${blob.id} in the pack ${pack}`
  const opened = unseal(key, sealed, subject)
  let plain = opened
  if (blob.uncompressedLength !== undefined) {
    plain = decompress(opened, subject, blob.uncompressedLength)
    release(opened)
  }
  if (idOf(plain) !== blob.id) {
    throw fail('STO_PACK_INVALID', {
      pack,
      reason: `the blob ${blob.id} in it has the hash of other content`,
    })
  }
  return plain
}

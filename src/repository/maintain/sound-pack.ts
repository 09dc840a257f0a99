/** Whether a pack is all that it should be, found out in a worker thread; what is wrong with one that is not is for `check-packs.ts`. */
import { idOf } from '../format/blob-id.ts'
import { type MasterKey, openAgain } from '../format/crypto.ts'
import type { PackContent } from '../format/pack-header.ts'
import { frameFault } from '../format/zstd-frame.ts'
import { openBlob } from '../read/open-blob.ts'
import { Moved } from '../threads/moved.ts'
import { release } from '../threads/release.ts'
import { blobList, headerOf } from './pack-list.ts'

export const soundPackFile = import.meta.url

export interface PackToCheck {
  readonly key: MasterKey
  /** The pack as the index has it. */
  readonly pack: PackContent
  /** All of its bytes, in memory of their own. */
  readonly bytes: Uint8Array
  /** Also how blobs are compressed. */
  readonly strict: boolean
}

/** Hash, header against index, and every blob. The bytes are gone afterwards. */
export function isSound({ key, pack, bytes, strict }: PackToCheck): Moved<boolean> {
  const sound = look(key, pack, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), strict)
  release(bytes)
  return new Moved(sound)
}

function look(key: MasterKey, pack: PackContent, bytes: Buffer, strict: boolean): boolean {
  if (idOf(bytes) !== pack.id) return false
  try {
    const listed = headerOf(key, pack.id, bytes)
    if (typeof listed === 'string' || blobList(listed) !== blobList(pack.blobs)) return false
    return pack.blobs.every((blob) => {
      const sealed = bytes.subarray(blob.offset, blob.offset + blob.length)
      release(openBlob(key, pack.id, blob, sealed))
      if (!strict || blob.uncompressedLength === undefined) return true
      return frameFault(openAgain(key, sealed), blob.uncompressedLength) === undefined
    })
  } catch {
    return false
  }
}

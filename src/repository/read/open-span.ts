/** Opens the blobs of a part of a pack, in a worker thread. */
import type { MasterKey } from '../format/crypto.ts'
import type { PackedBlob } from '../format/pack-header.ts'
import { Moved, memoryOf } from '../threads/moved.ts'
import { release } from '../threads/release.ts'
import { openBlob } from './open-blob.ts'

export const openSpanFile = import.meta.url

export interface SpanToOpen {
  readonly key: MasterKey
  readonly pack: string
  /** Sealed bytes of the pack from `offset` on, in memory of their own. */
  readonly bytes: Uint8Array
  readonly offset: number
  readonly blobs: readonly PackedBlob[]
  /** For each blob whether its plain bytes are wanted; all are opened and compared with their ids. */
  readonly wanted: readonly boolean[]
}

export interface OpenedSpan {
  /** The task's own, back. */
  readonly bytes: Uint8Array
  /** For each blob: its plain bytes if they were wanted, `true` if it is good, undefined if it is damaged. */
  readonly blobs: readonly (Uint8Array | true | undefined)[]
}

export function openSpan({ key, pack, bytes, offset, blobs, wanted }: SpanToOpen): Moved<OpenedSpan> {
  const opened = blobs.map((blob, index) => {
    const from = blob.offset - offset
    try {
      const plain = openBlob(key, pack, blob, bytes.subarray(from, from + blob.length))
      // A copy of small ones: they lie in a pool that must not move.
      if (wanted[index]) return plain.buffer.byteLength === Buffer.poolSize ? new Uint8Array(plain) : plain
      release(plain)
      return true
    } catch {
      return undefined
    }
  })
  const plains = opened.filter((one) => one instanceof Uint8Array)
  return new Moved({ bytes, blobs: opened }, memoryOf(bytes), ...plains.map(memoryOf))
}

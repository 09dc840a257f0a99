/** The end of a pack: its sealed header, the header's length, and the hash that names it. Runs in worker threads. */
import { idOf } from '../format/blob-id.ts'
import { type MasterKey, sealInto, sealOverhead } from '../format/crypto.ts'
import { type PackedBlob, packedEntrySize } from '../format/pack-header.ts'
import { Moved, memoryOf } from '../threads/moved.ts'

/** A pack that is being filled. */
export interface OpenPack {
  /** Sealed blobs end to end, and memory for more. */
  readonly buffer: Buffer
  readonly blobs: PackedBlob[]
  /** Bytes of sealed blobs. */
  size: number
}

export interface FinishTask {
  readonly key: MasterKey
  /** Sealed blobs end to end, and memory for the rest. */
  readonly buffer: Uint8Array
  /** Bytes of sealed blobs. */
  readonly size: number
  /** Plain header. */
  readonly header: Uint8Array
}

export interface FinishedPack {
  readonly id: string
  /** The task's own, back. */
  readonly buffer: Uint8Array
  /** Bytes of the whole pack, from the beginning of `buffer`. */
  readonly size: number
}

export const finishFile = import.meta.url

/** Bytes that a pack has at most, given its sealed bytes and the number of its blobs. */
export function packedSize(sealedBytes: number, blobs: number): number {
  return sealedBytes + blobs * packedEntrySize(true) + sealOverhead + 4
}

export function finishPack({ key, buffer, size, header }: FinishTask): Moved<FinishedPack> {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length)
  const end = sealInto(key, header, bytes, size)
  const whole = bytes.writeUInt32LE(end - size, end)
  return new Moved({ id: idOf(bytes.subarray(0, whole)), buffer, size: whole }, memoryOf(buffer))
}

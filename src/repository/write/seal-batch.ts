/**
 * The heavy part of writing: compress, seal and re-open a batch of blobs. It runs in worker threads, a batch at a time, because
 * small blobs by the thousand must not pay a message each. Buffers are moved between threads, not copied.
 */
import { move } from 'piscina'
import { idOf } from '../format/blob-id.ts'
import { compress, decompress } from '../format/compression.ts'
import { type MasterKey, seal, unseal } from '../format/crypto.ts'

export interface SealTask {
  readonly key: MasterKey
  /** Plain blobs end to end. */
  readonly plain: Uint8Array
  /** Bytes of each blob. */
  readonly lengths: readonly number[]
  readonly ids: readonly string[]
  /** zstd level. */
  readonly level: number
}

/** What a failed self-check begins with; the id follows. Text, since only text survives the way between threads. */
export const mismatchMark = 'sealed blob does not open to itself: '

/** One u32 per blob (its sealed length), then the sealed blobs end to end. */
export function sealBatch({ key, plain, lengths, ids, level }: SealTask): Uint8Array {
  const sealed: Buffer[] = []
  const sizes = Buffer.alloc(lengths.length * 4)
  let position = 0
  for (const [index, length] of lengths.entries()) {
    const blob = plain.subarray(position, position + length)
    position += length
    const bytes = seal(key, length === 0 ? blob : compress(blob, level))
    const id = ids[index] ?? ''
    const opened = unseal(key, bytes, id)
    if (idOf(length === 0 ? opened : decompress(opened, id, length)) !== id)
      throw new Error(`${mismatchMark}${id}`)
    sizes.writeUInt32LE(bytes.length, index * 4)
    sealed.push(bytes)
  }
  const total = sealed.reduce((sum, bytes) => sum + bytes.length, sizes.length)
  const result = new Uint8Array(total)
  result.set(sizes)
  let end = sizes.length
  for (const bytes of sealed) {
    result.set(bytes, end)
    end += bytes.length
  }
  return result
}

/** The entry point of the worker threads. */
export function sealBatchInWorker(task: SealTask): unknown {
  return move(sealBatch(task))
}

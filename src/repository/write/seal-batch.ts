/**
 * The heavy part of writing: compress, seal and re-open a batch of blobs. It runs in worker threads; both its buffers come back, so
 * that they serve for the next batch.
 */
import { randomBytes } from 'node:crypto'
import { idOf } from '../format/blob-id.ts'
import { compress, decompress } from '../format/compression.ts'
import { ivLength, type MasterKey, sealInto, sealOverhead, unseal } from '../format/crypto.ts'
import { Moved, memoryOf } from '../threads/moved.ts'
import { release } from '../threads/release.ts'

export interface SealTask {
  readonly key: MasterKey
  /** Memory with the plain blobs end to end. */
  readonly plain: Uint8Array
  /** Memory for the sealed blobs: `sealedBound` bytes at least. */
  readonly target: Uint8Array
  /** Bytes of each blob. */
  readonly lengths: readonly number[]
  readonly ids: readonly string[]
  /** zstd level; undefined: not compressed. */
  readonly level: number | undefined
  /** Open each sealed blob and compare it with its id. */
  readonly verify: boolean
}

export interface SealedBatch {
  /** Sealed length of each blob; they lie end to end in `target`. */
  readonly lengths: number[]
  /** The task's own, back. */
  readonly plain: Uint8Array
  readonly target: Uint8Array
  /** Id of the first blob that did not open to itself: a fault of the machine. */
  readonly mismatch: string | undefined
}

export const sealFile = import.meta.url

/** Bytes that sealed blobs take at most: what does not compress grows by a little. */
export function sealedBound(plainBytes: number, blobs: number): number {
  return plainBytes + (plainBytes >> 8) + blobs * (sealOverhead + 128)
}

export function sealBatch({ key, plain, target, lengths, ids, level, verify }: SealTask): Moved<SealedBatch> {
  const out = Buffer.from(target.buffer, target.byteOffset, target.length)
  const sealedLengths: number[] = []
  // All at once: asking for each costs as much as sealing a small blob.
  const ivs = randomBytes(ivLength * lengths.length)
  let mismatch: string | undefined
  let position = 0
  let end = 0
  for (const [index, length] of lengths.entries()) {
    const blob = plain.subarray(position, position + length)
    position += length
    const compressed = level !== undefined && length > 0
    const content = compressed ? compress(blob, level) : blob
    const start = end
    end = sealInto(key, content, out, start, (bytes) => ivs.subarray(index * bytes, (index + 1) * bytes))
    if (compressed) release(content)
    sealedLengths.push(end - start)
    const id = ids[index] ?? ''
    if (verify && !opensTo(key, out.subarray(start, end), id, compressed ? length : undefined))
      mismatch ??= id
  }
  return new Moved({ lengths: sealedLengths, plain, target, mismatch }, memoryOf(plain), memoryOf(target))
}

function opensTo(key: MasterKey, sealed: Uint8Array, id: string, plainLength: number | undefined): boolean {
  try {
    const opened = unseal(key, sealed, id)
    const plain = plainLength === undefined ? opened : decompress(opened, id, plainLength)
    const same = idOf(plain) === id
    release(opened)
    if (plain !== opened) release(plain)
    return same
  } catch {
    return false
  }
}

/** Cuts content of any size into chunks, holding one chunk in memory. Bytes are copied: a source may reuse its buffer. */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { StoredContent } from '../repository.ts'
import { type ChunkerTables, createChunker, largestChunk } from './chunker.ts'

/** The event loop gets a turn after this many bytes (about 5 ms of hashing and cutting). */
const sliceSize = 1024 * 1024
/** Most mails are smaller: a chunk waits for its pack in the space it has, so small ones must not hold the space of large ones. */
const firstSpace = 32 * 1024

/** Hands each chunk to `saveChunk` in order and answers its ids, the size in bytes and the SHA-256 of the whole. */
export async function splitContent(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  tables: ChunkerTables,
  saveChunk: (bytes: Uint8Array) => Promise<string>,
): Promise<StoredContent> {
  const content: string[] = []
  const hash = createHash('sha256')
  const chunker = createChunker(tables)
  let chunk = Buffer.allocUnsafe(0)
  let filled = 0
  let size = 0
  const append = (bytes: Uint8Array) => {
    if (filled + bytes.length > chunk.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.min(largestChunk, Math.max(firstSpace, 2 * (filled + bytes.length))),
      )
      chunk.copy(larger, 0, 0, filled)
      chunk = larger
    }
    chunk.set(bytes, filled)
    filled += bytes.length
  }
  const finish = async () => {
    content.push(await saveChunk(chunk.subarray(0, filled)))
    filled = 0
  }
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    for (let start = 0; start < piece.length; start += sliceSize) {
      const slice = piece.subarray(start, start + sliceSize)
      hash.update(slice)
      size += slice.length
      for (let from = 0; from < slice.length; ) {
        const cut = chunker.nextCut(slice, from)
        append(cut === -1 ? slice.subarray(from) : slice.subarray(from, from + cut))
        from = cut === -1 ? slice.length : from + cut
        if (cut !== -1) await finish()
      }
      if (piece.length > sliceSize) await setImmediate()
    }
  }
  if (filled > 0) await finish()
  return { content, size, sha256: hash.digest('hex') }
}

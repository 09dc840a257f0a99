/** Content that is read in pieces: kept items as a whole or by range, and what stands encoded within them. None of it is held whole. */
import { type TransferDecoder, transferDecoder } from './transfer-decoder.ts'

/** A kept item. Each call reads anew. */
export interface StoredBytes {
  all(): AsyncIterable<Uint8Array>
  /** `length` bytes from `offset` on; there are as many. */
  range(offset: number, length: number): AsyncIterable<Uint8Array>
}

/** Bytes whose number is known before they are read. Each `open` reads them from the start. */
export interface Content {
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

/** Where something stands encoded within a kept item, and how many bytes it is decoded. */
export interface EncodedPlace {
  readonly offset: number
  readonly length: number
  /** As a `Content-Transfer-Encoding`, lowercase. */
  readonly encoding: string
  readonly size: number
}

/** Bytes that are decoded at once; a blob of the repository is longer. */
const step = 256 * 1024

export function heldContent(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    open: async function* () {
      yield bytes
    },
  }
}

export function decodedContent(stored: StoredBytes, place: EncodedPlace): Content {
  return {
    size: place.size,
    open: () => decoded(stored.range(place.offset, place.length), transferDecoder(place.encoding)),
  }
}

async function* decoded(
  source: AsyncIterable<Uint8Array>,
  decoder: TransferDecoder,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += step) {
      const bytes = decoder.push(chunk.subarray(at, at + step))
      if (bytes.length > 0) yield bytes
    }
  const last = decoder.end()
  if (last.length > 0) yield last
}

/** All of it at once: only for what is known to be small. */
export async function wholeOf(content: Pick<Content, 'open'>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(content.open()))
}

/** At most so many bytes of it, from the first on. */
export async function beginningOf(content: Pick<Content, 'open'>, length: number): Promise<Buffer> {
  const begin: Uint8Array[] = []
  let left = length
  for await (const bytes of content.open()) {
    begin.push(bytes.subarray(0, left))
    left -= bytes.length
    if (left <= 0) break
  }
  return Buffer.concat(begin)
}

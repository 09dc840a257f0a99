/** Reads some blobs of packs with few requests: neighbours are read together, and threads open them while the next are fetched. */
import { isAppError } from '../../errors/index.ts'
import type { RepositoryInternals } from '../create-repository.ts'
import type { BlobIndex, BlobLocation } from '../read/blob-index.ts'
import { loadBlobFrom } from '../read/load-blob.ts'
import { openSpan, openSpanFile } from '../read/open-span.ts'
import { type Span, spansOf } from '../read/spans.ts'
import { ownMemory } from '../threads/moved.ts'
import { release } from '../threads/release.ts'
import { runWork } from '../threads/run-work.ts'
import { ahead } from './ahead.ts'

/** Bytes of one request, unless a single blob is larger. */
const largestRequest = 4 * 1024 * 1024

export interface ReadBlob {
  readonly blob: BlobLocation
  /** Undefined when it was not wanted, and is good in `sealed`. */
  readonly plain: Buffer | undefined
  /** As it is stored; undefined when it came from another pack because this one is damaged. */
  readonly sealed: Buffer | undefined
}

export interface ReadOptions {
  /** Whether the plain bytes of a blob are wanted; it is opened and compared with its id in any case. */
  readonly wantsPlain: (blob: BlobLocation) => boolean
  readonly signal?: AbortSignal
}

interface OpenedRequest {
  readonly span: Span
  readonly bytes: Buffer | undefined
  readonly opened: readonly (Uint8Array | true | undefined)[]
}

/**
 * Yields blobs checked against their ids, pack by pack (each list holds blobs of one), in the order of their offsets; bytes are valid until
 * the next is asked for. A damaged one is read from another pack that has it. Memory: a few requests of 4 MiB, sealed and plain.
 * Errors: `STO_BLOB_DAMAGED`, `STO_STORAGE_FAILED`.
 */
export async function* readPacks(
  source: RepositoryInternals,
  index: BlobIndex,
  packs: Iterable<readonly BlobLocation[]>,
  { wantsPlain, signal }: ReadOptions,
): AsyncGenerator<ReadBlob, void> {
  const { key, threads } = source
  const open = async (span: Span): Promise<OpenedRequest> => {
    signal?.throwIfAborted()
    const loaded = await loadSpan(source, span, signal)
    if (!loaded) return { span, bytes: undefined, opened: [] }
    const pack = span.blobs[0]?.pack ?? ''
    const wanted = span.blobs.map(wantsPlain)
    const task = { key, pack, bytes: loaded, offset: span.offset, blobs: span.blobs, wanted }
    const { bytes, blobs } = await runWork(threads, openSpanFile, openSpan, task, [loaded], loaded.length)
    return { span, bytes: asBuffer(bytes), opened: blobs }
  }
  const spans = (function* () {
    for (const blobs of packs) yield* spansOf(blobs, largestRequest)
  })()
  for await (const { span, bytes, opened } of ahead(spans, threads.count + 1, open)) {
    signal?.throwIfAborted()
    for (const [number, blob] of span.blobs.entries()) {
      const found = opened[number]
      if (bytes && found) {
        const from = blob.offset - span.offset
        const plain = found === true ? undefined : asBuffer(found)
        yield { blob, plain, sealed: bytes.subarray(from, from + blob.length) }
        if (plain) release(plain)
        continue
      }
      const places = index.find(blob.type, blob.id)
      const plain = await loadBlobFrom(source, blob.type, blob.id, places, signal)
      yield { blob, plain, sealed: undefined }
    }
    if (bytes) release(bytes)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

async function loadSpan(
  source: RepositoryInternals,
  span: Span,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const pack = span.blobs[0]?.pack ?? ''
  try {
    const range = { offset: span.offset, length: span.end - span.offset }
    return ownMemory(await source.backend.load('data', pack, range, signal))
  } catch (cause) {
    // A pack that is missing or cut off: each blob is looked for by itself.
    if (isAppError(cause, 'STO_FILE_MISSING') || isAppError(cause, 'STO_FILE_TOO_SHORT')) return undefined
    throw cause
  }
}

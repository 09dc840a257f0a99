/** Reads some blobs of a pack with few requests: neighbours are read together. */
import { setImmediate } from 'node:timers/promises'
import { isAppError } from '../../errors/index.ts'
import type { BlobIndex, BlobLocation } from '../read/blob-index.ts'
import { type BlobSource, loadBlobFrom } from '../read/load-blob.ts'
import { openBlob } from '../read/open-blob.ts'
import { type Span, spansOf } from '../read/spans.ts'

const bytesPerTurn = 2 * 1024 * 1024

export interface ReadBlob {
  readonly blob: BlobLocation
  readonly plain: Buffer
  /** As it is stored; undefined when it came from another pack because this one is damaged. */
  readonly sealed: Buffer | undefined
}

/**
 * Yields the blobs (all of one pack) checked against their ids, in the order of their offsets. A damaged one is read from another
 * pack that has it. Errors: `STO_BLOB_DAMAGED`, `STO_STORAGE_FAILED`.
 */
export async function* readPack(
  source: BlobSource,
  index: BlobIndex,
  blobs: readonly BlobLocation[],
  signal?: AbortSignal,
): AsyncGenerator<ReadBlob, void> {
  let work = 0
  for (const span of spansOf(blobs)) {
    signal?.throwIfAborted()
    const bytes = await loadSpan(source, span, signal)
    for (const blob of span.blobs) {
      const from = blob.offset - span.offset
      yield bytes
        ? await opened(source, index, blob, bytes.subarray(from, from + blob.length), signal)
        : await elsewhere(source, index, blob, signal)
      work += blob.length
      if (work > bytesPerTurn) {
        work = 0
        await setImmediate()
      }
    }
  }
}

async function opened(
  source: BlobSource,
  index: BlobIndex,
  blob: BlobLocation,
  sealed: Buffer,
  signal?: AbortSignal,
): Promise<ReadBlob> {
  try {
    return { blob, sealed, plain: openBlob(source.key, blob.pack, blob, sealed) }
  } catch {
    return elsewhere(source, index, blob, signal)
  }
}

async function elsewhere(
  source: BlobSource,
  index: BlobIndex,
  blob: BlobLocation,
  signal?: AbortSignal,
): Promise<ReadBlob> {
  const plain = await loadBlobFrom(source, blob.type, blob.id, index.find(blob.type, blob.id), signal)
  return { blob, plain, sealed: undefined }
}

async function loadSpan(source: BlobSource, span: Span, signal?: AbortSignal): Promise<Buffer | undefined> {
  const pack = span.blobs[0]?.pack ?? ''
  try {
    const range = { offset: span.offset, length: span.end - span.offset }
    return await source.backend.load('data', pack, range, signal)
  } catch (cause) {
    // A pack that is missing or cut off: each blob is looked for by itself.
    if (isAppError(cause, 'STO_FILE_MISSING') || isAppError(cause, 'STO_FILE_TOO_SHORT')) return undefined
    throw cause
  }
}

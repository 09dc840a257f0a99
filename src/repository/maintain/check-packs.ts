/** Packs read whole: their hash, their header against the index, and every blob. */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { isAppError } from '../../errors/index.ts'
import { openAgain } from '../format/crypto.ts'
import type { PackContent, PackedBlob } from '../format/pack-header.ts'
import { frameFault } from '../format/zstd-frame.ts'
import type { BlobSource } from '../read/load-blob.ts'
import { openBlob } from '../read/open-blob.ts'
import type { Finding } from '../repository.ts'
import { ownMemory } from '../threads/moved.ts'
import { runWork } from '../threads/run-work.ts'
import type { WorkerThreads } from '../threads/worker-threads.ts'
import { ahead } from './ahead.ts'
import { finding, findingOf } from './finding.ts'
import { blobList, headerOf } from './pack-list.ts'
import { readPackHeader } from './repair-index.ts'
import { isSound, soundPackFile } from './sound-pack.ts'

/** A pack up to this many bytes (the largest that restic's options allow, and some) is held in memory; larger ones are read in parts. */
const largestInMemory = 160 * 1024 * 1024
/** Several of these are in memory at once. */
const largestInThread = 40 * 1024 * 1024
const partSize = 16 * 1024 * 1024
const bytesPerTurn = 1 << 20

export interface StoredPack extends PackContent {
  /** Bytes of the pack as it is stored. */
  readonly size: number
}

/**
 * Reads packs whole. Threads look at them while the next are fetched; only a pack that is not sound is read again here, blob by blob, to say
 * what is wrong. Memory: a few packs. `onPack` is told before the findings of each pack.
 */
export async function* checkPacks(
  source: BlobSource & { readonly threads: WorkerThreads },
  packs: Iterable<StoredPack>,
  strict: boolean,
  signal: AbortSignal,
  onPack: () => void,
): AsyncGenerator<Finding, void> {
  const { backend, key, threads } = source
  const look = async (pack: StoredPack): Promise<{ readonly pack: StoredPack; readonly sound: boolean }> => {
    signal.throwIfAborted()
    if (pack.size > largestInThread) return { pack, sound: false }
    let bytes: Buffer
    try {
      bytes = ownMemory(await backend.load('data', pack.id, undefined, signal))
    } catch {
      // The second reading says why, or succeeds.
      return { pack, sound: false }
    }
    const task = { key, pack, bytes, strict }
    return { pack, sound: await runWork(threads, soundPackFile, isSound, task, [bytes], bytes.length) }
  }
  for await (const { pack, sound } of ahead(packs, threads.count + 1, look)) {
    signal.throwIfAborted()
    onPack()
    if (!sound) yield* checkPack(source, pack, pack.size, strict, signal)
  }
}

/** `size`: bytes of the pack as it is stored. Memory: the pack, at most 160 MiB or its largest blob. */
async function* checkPack(
  source: BlobSource,
  pack: PackContent,
  size: number,
  strict: boolean,
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  const subject = `data/${pack.id}`
  let bytes: Buffer | undefined
  try {
    if (size <= largestInMemory) bytes = await source.backend.load('data', pack.id, undefined, signal)
    const hash = createHash('sha256')
    if (bytes) hash.update(bytes)
    else for await (const part of partsOf(source, pack.id, size, signal)) hash.update(part)
    if (hash.digest('hex') !== pack.id) {
      yield finding('error', subject, 'STO_PACK_HASH_MISMATCH', { pack: pack.id })
    }
  } catch (error) {
    signal?.throwIfAborted()
    // A pack that is missing was reported when the index was read.
    if (!isAppError(error, 'STO_FILE_MISSING')) yield findingOf(error, subject)
    return
  }
  const reason = await headerFault(source, pack, bytes, size, signal)
  if (reason) yield finding('error', subject, 'STO_HEADER_INDEX_MISMATCH', { pack: pack.id, reason })
  let work = 0
  for (const blob of pack.blobs) {
    yield* checkBlob(source, pack.id, blob, bytes, strict, signal)
    work += blob.uncompressedLength ?? blob.length
    if (work > bytesPerTurn) {
      work = 0
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
}

async function* checkBlob(
  source: BlobSource,
  pack: string,
  blob: PackedBlob,
  bytes: Buffer | undefined,
  strict: boolean,
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  const { type, id, offset, length, uncompressedLength } = blob
  const subject = `${type} ${id}`
  try {
    const sealed = bytes
      ? bytes.subarray(offset, offset + length)
      : await source.backend.load('data', pack, { offset, length }, signal)
    openBlob(source.key, pack, blob, sealed)
    if (!strict || uncompressedLength === undefined) return
    const reason = frameFault(openAgain(source.key, sealed), uncompressedLength)
    if (reason) yield finding('warning', subject, 'STO_BLOB_ENCODING', { type, blob: id, reason })
  } catch (error) {
    signal?.throwIfAborted()
    yield findingOf(error, subject)
  }
}

async function* partsOf(source: BlobSource, pack: string, size: number, signal?: AbortSignal) {
  for (let offset = 0; offset < size; offset += partSize) {
    const length = Math.min(partSize, size - offset)
    yield await source.backend.load('data', pack, { offset, length }, signal)
  }
}

async function headerFault(
  source: BlobSource,
  pack: PackContent,
  bytes: Buffer | undefined,
  size: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const listed = bytes
      ? headerOf(source.key, pack.id, bytes)
      : (await readPackHeader(source.backend, source.key, pack.id, size, signal)).blobs
    if (typeof listed === 'string') return listed
    return blobList(listed) === blobList(pack.blobs) ? undefined : 'they list other blobs'
  } catch (error) {
    signal?.throwIfAborted()
    return findingOf(error, pack.id).message
  }
}

/**
 * Collects new blobs into batches, has them sealed by worker threads, and fills packs of the wanted size, trees and data apart. Data is
 * dealt at random to two open packs, as restic does since 0.18, which blunts guessing content from sizes.
 * Memory: fixed numbers of buffers, used again and again; whoever finds none waits. A finished pack is handed to `onPack` after it
 * was saved.
 */
import { setImmediate } from 'node:timers/promises'
import type { Backend } from '../backend.ts'
import { fail } from '../errors.ts'
import type { CompressionLevels } from '../format/compression.ts'
import type { MasterKey, RandomSource } from '../format/crypto.ts'
import { encodePackHeader, type PackContent, type PackedBlob } from '../format/pack-header.ts'
import type { BlobType } from '../repository.ts'
import type { Moved } from '../threads/moved.ts'
import { runWork } from '../threads/run-work.ts'
import type { WorkerThreads } from '../threads/worker-threads.ts'
import { createBufferPool } from './buffer-pool.ts'
import { type FinishTask, finishFile, finishPack, type OpenPack, packedSize } from './finish-pack.ts'
import { type SealedBatch, type SealTask, sealBatch, sealedBound, sealFile } from './seal-batch.ts'

/** Memory of an open pack beyond the size that ends it, for its last blob and its header. */
const moreMemory = 1024 * 1024
/** Packs in memory: two of data and one of trees that are open, and those being saved (two, while no tree pack is open). */
const packsInMemory = 4
const batchSize = 1024 * 1024
const blobsPerBatch = 4096
/** A blob is as much work as so many bytes, however small it is. */
const workPerBlob = 2048
/** Packs of tiny blobs end here: their bookkeeping weighs more than their bytes. Far below what a header may hold. */
const blobsPerPack = 32_768

interface Batch {
  readonly type: BlobType
  readonly buffer: Buffer
  used: number
  readonly ids: string[]
  readonly lengths: number[]
}

interface Lane {
  pack: OpenPack | undefined
}

type UnplacedBlob = Omit<PackedBlob, 'offset' | 'length'>

export interface PackWriter {
  /** Resolves when the blob is copied; waits while there is no room for it. */
  add(type: BlobType, id: string, bytes: Uint8Array): Promise<void>
  /** Adds a blob that is sealed with this repository's key already, as it is. The caller has opened it. */
  addSealed(blob: UnplacedBlob, sealed: Uint8Array): Promise<void>
  /** Seals and saves everything that was added before the call. */
  drain(): Promise<void>
  /** Rejects everything under way. */
  fail(reason: unknown): void
}

export interface PackWriterOptions {
  readonly backend: Backend
  readonly key: MasterKey
  readonly threads: WorkerThreads
  readonly levels: CompressionLevels
  /** Open each sealed blob and compare it with its id before it is stored. */
  readonly extraVerify: boolean
  /** Bytes at which a pack ends. */
  readonly packSize: number
  readonly random: RandomSource
  readonly signal: AbortSignal
  readonly onPack: (pack: PackContent, bytes: number) => void
  readonly onFailure: (reason: unknown) => void
}

export function createPackWriter(options: PackWriterOptions): PackWriter {
  const { threads, packSize, signal } = options
  // Twice as many batches as threads keep these busy; one more of each type is being filled.
  const plains = createBufferPool(batchSize, 2 * threads.count + 1)
  const targets = createBufferPool(sealedBound(batchSize, 1024), threads.count + 2)
  const packs = createBufferPool(packSize + moreMemory, packsInMemory)
  const pools = [plains, targets, packs]
  const dataLanes: readonly [Lane, Lane] = [{ pack: undefined }, { pack: undefined }]
  const treeLane: Lane = { pack: undefined }
  const lanes = [...dataLanes, treeLane]
  const batches: { data?: Batch | undefined; tree?: Batch | undefined } = {}
  const turns: Record<BlobType, Promise<void>> = { data: Promise.resolve(), tree: Promise.resolve() }
  let placing: Promise<void> = Promise.resolve()
  let largeWaiting = 0
  const adding = new Set<Promise<void>>()
  const sealing = new Set<Promise<void>>()
  const saving = new Set<Promise<void>>()

  /** Remembers work until it is done. A failure ends the whole writer, and whoever waits for the set hears of it. */
  const track = (set: Set<Promise<void>>, work: Promise<void>): Promise<void> => {
    set.add(work)
    work.then(
      () => set.delete(work),
      (reason: unknown) => {
        set.delete(work)
        options.onFailure(reason)
      },
    )
    return work
  }
  const run = async <Task, Result>(
    file: string,
    work: (task: Task) => Moved<Result>,
    task: Task,
    buffers: readonly Uint8Array[],
    bytes: number,
  ): Promise<Result> => {
    const result = await runWork(threads, file, work, task, buffers, bytes)
    signal.throwIfAborted()
    return result
  }

  const savePack = async (open: OpenPack): Promise<void> => {
    const { key } = options
    const header = encodePackHeader(open.blobs)
    const task: FinishTask = { key, buffer: open.buffer, size: open.size, header }
    const done = await run(finishFile, finishPack, task, [open.buffer], open.size)
    await options.backend.save('data', done.id, done.buffer.subarray(0, done.size), signal)
    options.onPack({ id: done.id, blobs: open.blobs }, done.size)
    // Only now: a failed request may still be looking at the bytes.
    packs.give(done.buffer)
  }
  const finishLane = (lane: Lane): void => {
    const { pack } = lane
    lane.pack = undefined
    if (pack) void track(saving, savePack(pack)).catch(() => undefined)
  }

  const place = async (blob: UnplacedBlob, sealed: Uint8Array, lane: Lane): Promise<void> => {
    const { length } = sealed
    const full = lane.pack && packedSize(lane.pack.size + length, lane.pack.blobs.length + 1)
    if (full && full > (lane.pack?.buffer.length ?? 0)) finishLane(lane)
    // A pack larger than usual may need all the memory there is: no other may stay open and hold some.
    if (packedSize(length, 1) > packSize + moreMemory) for (const one of lanes) finishLane(one)
    lane.pack ??= { blobs: [], size: 0, buffer: await packs.take(packedSize(length, 1)) }
    const { pack } = lane
    pack.buffer.set(sealed, pack.size)
    pack.blobs.push({ ...blob, offset: pack.size, length })
    pack.size += length
    if (pack.size >= packSize || pack.blobs.length >= blobsPerPack) finishLane(lane)
  }
  /** Packs are filled by one at a time; whoever waits for a pack's memory holds back the others. */
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const result = placing.then(work)
    placing = result.catch(() => undefined)
    return result
  }
  const laneFor = (type: BlobType, chance: number): Lane =>
    type === 'tree' ? treeLane : dataLanes[chance % 2 === 0 ? 0 : 1]

  const storeBatch = async (batch: Batch): Promise<void> => {
    const { type, ids, lengths, used } = batch
    const target = await targets.take(sealedBound(used, ids.length))
    const level = options.levels[type]
    const task: SealTask = {
      key: options.key,
      plain: batch.buffer,
      target,
      lengths,
      ids,
      level,
      verify: options.extraVerify,
    }
    const work = used + ids.length * workPerBlob
    const sealed = await run(sealFile, sealBatch, task, [batch.buffer, target], work)
    plains.give(sealed.plain)
    if (sealed.mismatch !== undefined) throw fail('STO_SEAL_NOT_REPRODUCIBLE', { blob: sealed.mismatch })
    await inOrder(() => placeBatch(batch, sealed, level !== undefined))
    targets.give(sealed.target)
  }
  const placeBatch = async (batch: Batch, sealed: SealedBatch, compressed: boolean): Promise<void> => {
    const chances = options.random(batch.ids.length)
    let from = 0
    for (const [index, id] of batch.ids.entries()) {
      const to = from + (sealed.lengths[index] ?? 0)
      const plain = batch.lengths[index] ?? 0
      const blob = { id, type: batch.type }
      await place(
        compressed && plain > 0 ? { ...blob, uncompressedLength: plain } : blob,
        sealed.target.subarray(from, to),
        laneFor(batch.type, chances[index] ?? 0),
      )
      from = to
    }
  }
  const dispatch = (type: BlobType): void => {
    const batch = batches[type]
    batches[type] = undefined
    if (batch) void track(sealing, storeBatch(batch)).catch(() => undefined)
  }

  /** Copies the blob into the open batch, if that has room. Answers whether it did. */
  const put = (type: BlobType, id: string, bytes: Uint8Array): boolean => {
    const batch = batches[type]
    if (!batch || batch.used + bytes.length > batch.buffer.length) return false
    batch.buffer.set(bytes, batch.used)
    batch.used += bytes.length
    batch.ids.push(id)
    batch.lengths.push(bytes.length)
    if (batch.used >= batch.buffer.length || batch.ids.length >= blobsPerBatch) dispatch(type)
    return true
  }
  const putInTurn = async (type: BlobType, id: string, bytes: Uint8Array): Promise<void> => {
    if (put(type, id, bytes)) return
    dispatch(type)
    const large = bytes.length > batchSize
    // It may need all the memory there is: no batch may stay open and hold some.
    if (large) {
      largeWaiting++
      dispatch('data')
      dispatch('tree')
    }
    const buffer = await plains.take(bytes.length)
    if (large) largeWaiting--
    batches[type] = { type, buffer, used: 0, ids: [], lengths: [] }
    put(type, id, bytes)
    if (largeWaiting > 0) dispatch(type)
    // Promises that are fulfilled at once never let timers and sockets have a turn.
    await setImmediate()
  }
  const accept = async (type: BlobType, id: string, bytes: Uint8Array): Promise<void> => {
    const limit = 0xffff_0000
    if (bytes.length > limit) throw fail('STO_BLOB_TOO_LARGE', { size: bytes.length, limit })
    if (put(type, id, bytes)) return
    const turn = turns[type].then(() => putInTurn(type, id, bytes))
    turns[type] = turn.catch(() => undefined)
    await turn
  }

  return {
    add: (type, id, bytes) => track(adding, accept(type, id, bytes)),
    addSealed(blob, sealed) {
      const lane = laneFor(blob.type, options.random(1)[0] ?? 0)
      return track(
        adding,
        inOrder(() => place(blob, sealed, lane)),
      )
    },
    async drain() {
      await Promise.all(adding)
      dispatch('data')
      dispatch('tree')
      await Promise.all(sealing)
      mergePacks(...dataLanes)
      for (const lane of lanes) finishLane(lane)
      await Promise.all(saving)
      for (const pool of pools) pool.trim()
    },
    fail(reason) {
      for (const pool of pools) pool.fail(reason)
    },
  }

  /** At a flush two small open packs become one. */
  function mergePacks(first: Lane, second: Lane): void {
    const [into, from] = [first.pack, second.pack]
    if (!into || !from || into.size + from.size > packSize) return
    const merged = packedSize(into.size + from.size, into.blobs.length + from.blobs.length)
    if (merged > into.buffer.length) return
    from.buffer.copy(into.buffer, into.size, 0, from.size)
    for (const blob of from.blobs) into.blobs.push({ ...blob, offset: into.size + blob.offset })
    into.size += from.size
    second.pack = undefined
    packs.give(from.buffer)
  }
}

/**
 * Collects new blobs into batches, has them sealed, and fills packs of about 16 MiB, trees and data apart. Data is dealt at
 * random to two open packs, as restic does since 0.18, which blunts guessing content from sizes.
 * Memory: at most about 96 MiB under way. A finished pack is handed to `onPack` after it was saved.
 */

import { setImmediate } from 'node:timers/promises'
import type { Backend } from '../backend.ts'
import { fail } from '../errors.ts'
import { idOfParts } from '../format/blob-id.ts'
import { type MasterKey, type RandomSource, seal } from '../format/crypto.ts'
import { encodePackHeader, type PackContent, type PackedBlob } from '../format/pack-header.ts'
import type { BlobType } from '../repository.ts'
import { createMemoryBudget } from './memory-budget.ts'
import type { Sealer } from './sealer.ts'

const packSize = 16 * 1024 * 1024
const batchSize = 4 * 1024 * 1024
const blobsPerBatch = 4096
/** Packs of tiny blobs end here: their bookkeeping weighs more than their bytes. Far below what a header may hold. */
const blobsPerPack = 32_768
/**
 * Must be more than all open packs and batches can hold while nothing moves (three times 16 + 4 MiB, and 10 MiB of bookkeeping),
 * so that somebody who waits is always served.
 */
const memoryLimit = 96 * 1024 * 1024
/** What a blob costs in memory beyond its bytes. */
const blobOverhead = 256

interface Batch {
  readonly buffer: Buffer<ArrayBuffer>
  used: number
  readonly ids: string[]
  readonly lengths: number[]
}

interface Lane {
  readonly type: BlobType
  batch: Batch | undefined
  pack: OpenPack
}

interface OpenPack {
  readonly parts: Buffer[]
  readonly blobs: PackedBlob[]
  size: number
}

export interface PackWriter {
  /** Resolves when the blob is copied and there is room for more. */
  add(type: BlobType, id: string, bytes: Uint8Array): Promise<void>
  /** Adds a blob that is sealed with this repository's key already, as it is. The caller has opened it. */
  addSealed(blob: Omit<PackedBlob, 'offset' | 'length'>, sealed: Uint8Array): Promise<void>
  /** Seals and saves everything that was added before the call. */
  drain(): Promise<void>
  /** Rejects everything under way. */
  fail(reason: unknown): void
}

export function createPackWriter(options: {
  readonly backend: Backend
  readonly key: MasterKey
  readonly sealer: Sealer
  readonly level: number
  readonly random: RandomSource
  readonly signal: AbortSignal
  readonly onPack: (pack: PackContent, bytes: number) => void
  readonly onFailure: (reason: unknown) => void
}): PackWriter {
  const budget = createMemoryBudget(memoryLimit)
  const dataLanes = [newLane('data'), newLane('data')]
  const treeLane = newLane('tree')
  const lanes = [...dataLanes, treeLane]
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

  const savePack = async (open: OpenPack): Promise<void> => {
    const header = seal(options.key, encodePackHeader(open.blobs))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(header.length)
    const parts = [...open.parts, header, length]
    const id = idOfParts(parts)
    const bytes = Buffer.concat(parts)
    await options.backend.save('data', id, bytes, options.signal)
    options.onPack({ id, blobs: open.blobs }, bytes.length)
    budget.credit(open.size + open.blobs.length * blobOverhead)
  }
  const finishPack = (lane: Lane): void => {
    const open = lane.pack
    lane.pack = newPack()
    if (open.blobs.length > 0) void track(saving, savePack(open)).catch(() => undefined)
  }

  const sealLane = async (lane: Lane, batch: Batch): Promise<void> => {
    const sealed = await options.sealer.seal({
      key: options.key,
      plain: batch.buffer.subarray(0, batch.used),
      lengths: batch.lengths,
      ids: batch.ids,
      level: options.level,
    })
    options.signal.throwIfAborted()
    const { pack } = lane
    for (const [index, length] of sealed.lengths.entries()) {
      const plain = batch.lengths[index] ?? 0
      const entry = { id: batch.ids[index] ?? '', type: lane.type, offset: pack.size, length }
      pack.blobs.push(plain === 0 ? entry : { ...entry, uncompressedLength: plain })
      pack.size += length
    }
    pack.parts.push(sealed.bytes)
    budget.credit(batch.used - sealed.bytes.length)
    if (pack.size >= packSize || pack.blobs.length >= blobsPerPack - blobsPerBatch) finishPack(lane)
  }
  const dispatch = (lane: Lane): void => {
    const { batch } = lane
    lane.batch = undefined
    if (batch) void track(sealing, sealLane(lane, batch)).catch(() => undefined)
  }

  const laneFor = (type: BlobType): Lane =>
    type === 'tree' ? treeLane : (dataLanes[(options.random(1)[0] ?? 0) & 1] ?? treeLane)

  const acceptSealed = async (
    blob: Omit<PackedBlob, 'offset' | 'length'>,
    sealed: Uint8Array,
  ): Promise<void> => {
    await budget.charge(sealed.length + blobOverhead)
    const lane = laneFor(blob.type)
    const { pack } = lane
    pack.blobs.push({ ...blob, offset: pack.size, length: sealed.length })
    // A copy, so that a few kept blobs do not hold the whole pack they came from.
    pack.parts.push(Buffer.from(sealed))
    pack.size += sealed.length
    if (pack.size >= packSize || pack.blobs.length >= blobsPerPack - blobsPerBatch) finishPack(lane)
  }
  const accept = async (type: BlobType, id: string, bytes: Uint8Array): Promise<void> => {
    if (bytes.length > 0xffff_0000)
      throw fail('STO_BLOB_TOO_LARGE', { size: bytes.length, limit: 0xffff_0000 })
    await budget.charge(bytes.length + blobOverhead)
    const lane = laneFor(type)
    const full = lane.batch !== undefined && lane.batch.used + bytes.length > lane.batch.buffer.length
    if (full) dispatch(lane)
    lane.batch ??= newBatch(bytes.length)
    const { batch } = lane
    batch.buffer.set(bytes, batch.used)
    batch.used += bytes.length
    batch.ids.push(id)
    batch.lengths.push(bytes.length)
    const complete = batch.used >= batch.buffer.length || batch.ids.length >= blobsPerBatch
    if (complete) dispatch(lane)
    // Promises that are fulfilled at once never let timers and sockets have a turn.
    if (full || complete) await setImmediate()
  }

  return {
    add: (type, id, bytes) => track(adding, accept(type, id, bytes)),
    addSealed: (blob, sealed) => track(adding, acceptSealed(blob, sealed)),
    async drain() {
      await Promise.all(adding)
      for (const lane of lanes) dispatch(lane)
      await Promise.all(sealing)
      const [first, second] = dataLanes
      if (first && second) mergePacks(first, second)
      for (const lane of lanes) finishPack(lane)
      await Promise.all(saving)
    },
    fail: (reason) => budget.fail(reason),
  }
}

function newLane(type: BlobType): Lane {
  return { type, batch: undefined, pack: newPack() }
}

function newPack(): OpenPack {
  return { parts: [], blobs: [], size: 0 }
}

/** Small batches get small buffers at first use; `allocUnsafeSlow` because the buffer will be moved to a thread. */
function newBatch(firstBlob: number): Batch {
  return { buffer: Buffer.allocUnsafeSlow(Math.max(batchSize, firstBlob)), used: 0, ids: [], lengths: [] }
}

/** At a flush two small open packs become one. */
function mergePacks(into: Lane, from: Lane): void {
  if (into.pack.size + from.pack.size > packSize) return
  for (const blob of from.pack.blobs) into.pack.blobs.push({ ...blob, offset: into.pack.size + blob.offset })
  into.pack.parts.push(...from.pack.parts)
  into.pack.size += from.pack.size
  from.pack = newPack()
}

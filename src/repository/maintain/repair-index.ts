/**
 * Makes the index anew from what is stored. Entries whose pack is stored with the right size are believed; of all other packs the
 * header is read. Packs that are missing leave the index; what only they held is then reported by a check. Under the exclusive lock:
 * new index files are written, then the old ones are deleted. No pack is changed or deleted.
 */
import { isAppError } from '../../errors/index.ts'
import type { Backend } from '../backend.ts'
import { internalsOf, type RepositoryInternals } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { type MasterKey, sealOverhead, unseal } from '../format/crypto.ts'
import { decodeIndex } from '../format/index-file.ts'
import { loadJsonFile } from '../format/json-file.ts'
import {
  decodePackHeader,
  type PackContent,
  type PackedBlob,
  packedEntrySize,
} from '../format/pack-header.ts'
import { openLoaded } from '../read/open-loaded.ts'
import type { Finding, Repository } from '../repository.ts'
import { findingOf } from './finding.ts'
import { inParallel } from './in-parallel.ts'
import { createIndexSaver, type IndexSaver } from './index-saver.ts'
import { packEntries } from './pack-entries.ts'
import { assertHeld, withLock } from './with-lock.ts'

/** Whether the present index files are believed. */
export interface RepairIndexOptions {
  /** Believe no index file; read the header of every pack. Default false. */
  readonly readAllPacks?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What the new index was made of. */
export interface RepairIndexResult {
  /** Packs in the new index. */
  readonly packs: number
  /** Packs whose header was read. */
  readonly packsRead: number
  /** Packs that the old index named and that are not stored. */
  readonly packsMissing: number
  /** Index files and packs that could not be read, named; they are not in the new index. */
  readonly findings: readonly Finding[]
}

const packsAtOnce = 8
const removalsAtOnce = 8
/** Most headers are smaller: one request is enough. */
const usualHeader = 64 * 1024
/** restic's limit for a sealed header. A pack that says more is damaged, and must not fill the memory. */
const largestHeader = 16 * 1024 * 1024

/** Errors: `STO_LOCKED`, those of the backend. After any of them, and after a cancellation, the repository is no worse than before. */
export async function repairIndex(
  repository: Repository,
  options: RepairIndexOptions = {},
): Promise<RepairIndexResult> {
  const internals = internalsOf(repository)
  const { backend, key } = internals
  return withLock(repository, 'exclusive', options.signal, async (signal, lock) => {
    const findings: Finding[] = []
    const stored = new Map<string, number>()
    for await (const { name, size } of backend.list('data', signal)) stored.set(name, size)
    const old: string[] = []
    for await (const { name } of backend.list('index', signal)) old.push(name)

    const saver = createIndexSaver(internals, signal)
    const { done, missing } = await keepSound(
      internals,
      options.readAllPacks ? [] : old,
      stored,
      saver,
      findings,
      signal,
    )
    const unknown = [...stored].filter(([id]) => !done.has(id))
    let packsRead = 0
    await inParallel(unknown, packsAtOnce, async ([id, size]) => {
      signal.throwIfAborted()
      try {
        saver.add(await readPackHeader(backend, key, id, size, signal))
        done.add(id)
      } catch (error) {
        signal.throwIfAborted()
        findings.push(findingOf(error, `data/${id}`))
      }
      packsRead++
      options.onProgress?.({ done: packsRead, total: unknown.length })
    })
    const kept = new Set(await saver.finish())
    await assertHeld(lock, signal)
    try {
      await inParallel(
        old.filter((name) => !kept.has(name)),
        removalsAtOnce,
        async (name) => {
          signal.throwIfAborted()
          try {
            await backend.remove('index', name, signal)
          } catch (cause) {
            if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
          }
        },
      )
    } finally {
      await internals.reload(signal.aborted ? AbortSignal.timeout(10 * 60_000) : signal)
    }
    return { packs: done.size, packsRead, packsMissing: missing.size, findings }
  })
}

/** Takes over what the old index says of packs that are stored with the right size. */
async function keepSound(
  internals: RepositoryInternals,
  old: readonly string[],
  stored: ReadonlyMap<string, number>,
  saver: IndexSaver,
  findings: Finding[],
  signal: AbortSignal,
): Promise<{ readonly done: Set<string>; readonly missing: ReadonlySet<string> }> {
  const { backend, key } = internals
  const believed = internals.indexes.create()
  const done = new Set<string>()
  const missing = new Set<string>()
  try {
    for (const name of old) {
      try {
        for (const pack of decodeIndex(await loadJsonFile(backend, key, 'index', name, signal), name)) {
          if (stored.has(pack.id)) believed.add(pack)
          else missing.add(pack.id)
        }
      } catch (error) {
        signal.throwIfAborted()
        findings.push(findingOf(error, `index/${name}`))
      }
      await believed.settle(signal)
    }
    const entries = packEntries(believed)
    for (const [number, id] of believed.packs.entries()) {
      const blobs = entries.of(number).map((entry) => believed.entry(entry))
      const ordered = blobs.toSorted((a, b) => a.offset - b.offset)
      if (packLength(ordered) !== stored.get(id)) continue
      saver.add({ id, blobs: ordered })
      done.add(id)
      await saver.saveFull()
    }
  } finally {
    believed.close()
  }
  return { done, missing }
}

/** Reads what is in a pack from its own header. `size` in bytes. Errors: `STO_PACK_INVALID`, `STO_SEAL_BROKEN`. */
export async function readPackHeader(
  backend: Backend,
  key: MasterKey,
  pack: string,
  size: number,
  signal?: AbortSignal,
): Promise<PackContent> {
  const refuse = (reason: string) => fail('STO_PACK_INVALID', { pack, reason })
  const tail = (length: number) => () => backend.load('data', pack, { offset: size - length, length }, signal)
  /** Answers the bytes that are needed when these are too few. */
  const read = (bytes: Buffer): PackContent | number => {
    if (bytes.length < sealOverhead + 4) throw refuse('it is too short for a header')
    const length = bytes.readUInt32LE(bytes.length - 4)
    if (length < sealOverhead || length + 4 > size || length > largestHeader) {
      throw refuse('the length of its header is impossible')
    }
    if (length + 4 > bytes.length) return length + 4
    const sealed = bytes.subarray(bytes.length - 4 - length, bytes.length - 4)
    const blobs = decodePackHeader(unseal(key, sealed, `the header of the pack ${pack}`), pack)
    if (packLength(blobs) !== size) throw refuse('its header lists another number of bytes than it has')
    return { id: pack, blobs }
  }
  if (size < sealOverhead + 4) throw refuse('it is too short for a header')
  const first = await openLoaded(tail(Math.min(size, usualHeader)), read)
  const content = typeof first === 'number' ? await openLoaded(tail(first), read) : first
  if (typeof content === 'number') throw refuse('the length of its header is impossible')
  return content
}

function packLength(blobs: readonly PackedBlob[]): number {
  return blobs.reduce(
    (sum, { length, uncompressedLength }) => sum + length + packedEntrySize(uncompressedLength !== undefined),
    sealOverhead + 4,
  )
}

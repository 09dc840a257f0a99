/**
 * Removes what no snapshot needs. Under the exclusive lock, in this order, each step leaving a valid repository when it is the last:
 * packs in no index are deleted; needed blobs of wasteful packs are written into new packs, and index files that name these; index
 * files that name what stays; old index files are deleted; old packs are deleted. The lock is looked at before every deletion.
 * A blob is opened (tag, decompression, hash) before it is copied, and one that is damaged everywhere ends the prune.
 */
import { internalsOf, type RepositoryInternals } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { blobsPerIndexFile, decodeIndex } from '../format/index-file.ts'
import { loadJsonFile } from '../format/json-file.ts'
import type { BlobIndex, BlobLocation } from '../read/blob-index.ts'
import type { BlobType, Repository, RepositoryLock } from '../repository.ts'
import { createPackWriter } from '../write/pack-writer.ts'
import { createIndexSaver } from './index-saver.ts'
import { type PackEntries, packEntries } from './pack-entries.ts'
import { type PrunePlan, type PruneStatistics, planPrune } from './prune-plan.ts'
import { readPacks } from './read-pack.ts'
import { createRemoval, type Removal, type RetainedFiles } from './removal.ts'
import { markUsed, rootTrees } from './used-blobs.ts'
import { assertHeld, withLock } from './with-lock.ts'

/** How far a prune has come. */
export interface PruneProgress {
  readonly step: 'mark' | 'repack' | 'index' | 'delete'
  /** Trees (of an unknown total), packs, files. */
  readonly done: number
  readonly total?: number
}

/** How much waste a prune may leave. */
export interface PruneOptions {
  /** Unneeded bytes that may stay, in percent of the repository after the prune. Default 5. */
  readonly maxUnusedPercent?: number
  /** The same in bytes; goes before the percentage. `Infinity` repacks only trees and small packs. */
  readonly maxUnusedBytes?: number
  /** Packs below this many bytes are joined when there are ten of them. Default 4 MiB. */
  readonly repackSmallerThan?: number
  /** What stays although no snapshot needs it yet, in batches; what is not there is passed over, and of a tree what it names is not looked at. */
  readonly alsoNeeded?: (
    signal: AbortSignal,
  ) => AsyncIterable<readonly { readonly type: BlobType; readonly id: string }[]>
  /** Only say what would be done; takes a shared lock instead of the exclusive one. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: PruneProgress) => void
}

/** What a prune has done, or would do. */
export interface PruneResult extends PruneStatistics {
  readonly dryRun: boolean
  /** What the place keeps although it was to be removed; nothing in a dry run. */
  readonly retained: RetainedFiles
}

/** No write of a single file takes an hour: what is older was left by a program that died. */
const leftoverAge = 60 * 60_000
const reloadTimeLimit = 10 * 60_000
/** Index files are written anew, too, when more than this many of them are needlessly small. */
const manyIndexFiles = 16

/**
 * Errors: `STO_LOCKED`, `STO_PRUNE_REFUSED` (something that is needed is missing: nothing was changed), `STO_BLOB_DAMAGED`,
 * `STO_VERSION_UNSUPPORTED`, those of the backend. After any of them, and after a cancellation, the repository is valid.
 */
export async function prune(repository: Repository, options: PruneOptions = {}): Promise<PruneResult> {
  const internals = internalsOf(repository)
  if (internals.version !== 2) throw fail('STO_VERSION_UNSUPPORTED', { version: internals.version })
  if (internals.backend.features.appendOnly && !options.dryRun) {
    throw fail('STO_PRUNE_REFUSED', { reason: 'its place lets nothing be removed' })
  }
  const { dryRun = false } = options
  return withLock(repository, dryRun ? 'shared' : 'exclusive', options.signal, async (signal, lock) => {
    await repository.refreshIndex(signal)
    const letIndexGo = internals.holdIndex()
    const removal = createRemoval(internals, signal, options.onProgress)
    let plan: PrunePlan
    try {
      plan = await makePlan(internals, options, signal)
    } catch (cause) {
      letIndexGo()
      throw cause
    }
    if (dryRun) letIndexGo()
    else {
      try {
        await execute(internals, plan, options, removal, signal, lock)
        await internals.backend.removeLeftovers?.(internals.clock.now() - leftoverAge, signal)
      } finally {
        letIndexGo()
        // Whatever happened: an index of before would make writers believe in blobs that are gone. The index of a failed reload
        // is empty, which only costs duplicates.
        await internals.reload(signal.aborted ? AbortSignal.timeout(reloadTimeLimit) : signal)
      }
    }
    return { ...plan.statistics, dryRun, retained: removal.retained() }
  })
}

async function makePlan(
  internals: RepositoryInternals,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PrunePlan> {
  const index = internals.index()
  const roots = await rootTrees(internals, signal)
  const used = await markUsed(internals, index, roots, signal, (done) =>
    options.onProgress?.({ step: 'mark', done }),
  )
  for await (const handles of options.alsoNeeded?.(signal) ?? []) {
    for (const { type, id } of handles) {
      const entry = index.entryOf(type, id)
      if (entry >= 0) used[entry] = 1
    }
  }
  const stored = new Map<string, number>()
  for await (const { name, size } of internals.backend.list('data', signal)) stored.set(name, size)
  const { maxUnusedPercent = 5, maxUnusedBytes, repackSmallerThan = 4 * 1024 * 1024 } = options
  return planPrune(index, used, stored, {
    maxUnused: (bytes) =>
      maxUnusedBytes ??
      (maxUnusedPercent >= 100
        ? Number.POSITIVE_INFINITY
        : (bytes * maxUnusedPercent) / (100 - maxUnusedPercent)),
    smallPack: repackSmallerThan,
    compressTrees: true,
  })
}

async function execute(
  internals: RepositoryInternals,
  plan: PrunePlan,
  options: PruneOptions,
  removal: Removal,
  signal: AbortSignal,
  lock: RepositoryLock,
): Promise<void> {
  const index = internals.index()
  const oldIndexes: string[] = []
  for await (const { name } of internals.backend.list('index', signal)) oldIndexes.push(name)

  if (plan.unindexed.length > 0) await assertHeld(lock, signal)
  await removal.remove('data', plan.unindexed)
  const leaving = [...plan.repack, ...plan.remove, ...plan.missing]
  const mostFiles = Math.ceil(index.size / blobsPerIndexFile) + manyIndexFiles
  if (leaving.length === 0 && oldIndexes.length <= mostFiles) return

  const entries = packEntries(index)
  const fresh = await repack(internals, index, entries, plan, options, signal)
  const kept = await writeIndexes(internals, index, entries, new Set(leaving), options, signal)
  const current = new Set([...fresh, ...kept])
  await assertHeld(lock, signal)
  const stuck = await removal.remove(
    'index',
    oldIndexes.filter((name) => !current.has(name)),
  )
  const old = [...plan.repack, ...plan.remove].map((number) => index.packs[number] ?? '')
  await assertHeld(lock, signal)
  const named = await packsNamedBy(internals, stuck, signal)
  await removal.remove(
    'data',
    old.filter((pack) => !named.has(pack)),
  )
}

/** An index file that could not be removed must not name packs that are gone: writers would believe in their blobs. */
async function packsNamedBy(
  { backend, key }: RepositoryInternals,
  indexes: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const named = new Set<string>()
  for (const name of indexes) {
    for (const { id } of decodeIndex(await loadJsonFile(backend, key, 'index', name, signal), name))
      named.add(id)
  }
  return named
}

/** Copies the needed blobs out of the packs that go, and answers the names of the index files that name the new packs. */
async function repack(
  internals: RepositoryInternals,
  index: BlobIndex,
  entries: PackEntries,
  plan: PrunePlan,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<string[]> {
  if (plan.repack.length === 0) return []
  const saver = createIndexSaver(internals, signal)
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  let failure: { readonly reason: unknown } | undefined
  const packs = createPackWriter({
    ...internals,
    signal: both,
    onPack: (pack) => saver.add(pack),
    onFailure(reason) {
      failure ??= { reason }
      packs.fail(reason)
      stop.abort(reason)
    },
  })
  const { copy } = plan
  /** The needed blobs of each pack that no pack before it gave. */
  function* wanted(): Iterable<BlobLocation[]> {
    for (const [done, number] of plan.repack.entries()) {
      options.onProgress?.({ step: 'repack', done, total: plan.repack.length })
      yield entries.of(number).flatMap((entry) => {
        const first = index.firstPlace(entry)
        if (copy[first] !== 1) return []
        copy[first] = 0
        return [index.entry(entry)]
      })
    }
  }
  try {
    for await (const { blob, plain, sealed } of readPacks(internals, index, wanted(), {
      // What is not compressed is to be; everything else moves as it is.
      wantsPlain: ({ uncompressedLength }) => uncompressedLength === undefined,
      signal: both,
    })) {
      const { id, type, uncompressedLength } = blob
      if (sealed && uncompressedLength !== undefined) {
        await packs.addSealed({ id, type, uncompressedLength }, sealed)
      } else if (plain) await packs.add(type, id, plain)
      await saver.saveFull()
    }
    await packs.drain()
  } catch (cause) {
    packs.fail(cause)
    stop.abort(cause)
    throw failure ? failure.reason : cause
  }
  if (failure) throw failure.reason
  if (copy.includes(1)) throw fail('STO_PRUNE_REFUSED', { reason: 'not all that is needed could be copied' })
  options.onProgress?.({ step: 'repack', done: plan.repack.length, total: plan.repack.length })
  return saver.finish()
}

/** Writes index files for all packs that stay, and answers their names. */
async function writeIndexes(
  internals: RepositoryInternals,
  index: BlobIndex,
  entries: PackEntries,
  leaving: ReadonlySet<number>,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const saver = createIndexSaver(internals, signal)
  for (const [number, id] of index.packs.entries()) {
    if (leaving.has(number)) continue
    const blobs = entries.of(number).map((entry) => index.entry(entry))
    saver.add({ id, blobs: blobs.toSorted((a, b) => a.offset - b.offset) })
    if (await saver.saveFull())
      options.onProgress?.({ step: 'index', done: number, total: index.packs.length })
  }
  return saver.finish()
}

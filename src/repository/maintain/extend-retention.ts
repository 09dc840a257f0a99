/**
 * Prolongs the retention of all that some snapshots need, in a place that has one: the packs of their blobs, all index files and
 * keys, the config, the snapshots themselves. What no snapshot needs any more is left to expire. Under a shared lock, so that no prune
 * takes packs away meanwhile; `locks/` are never kept.
 */

import type { FileType } from '../backend.ts'
import { internalsOf, type RepositoryInternals } from '../create-repository.ts'
import { fail } from '../errors.ts'
import type { Repository } from '../repository.ts'
import { inParallel } from './in-parallel.ts'
import { markReachable } from './reachable-blobs.ts'
import { withLock } from './with-lock.ts'

/** Until when files are kept, and of which snapshots. */
export interface ExtendRetentionOptions {
  /** Ids (or unique prefixes, or `latest`) of the snapshots. Default: all. */
  readonly snapshots?: readonly string[]
  /** Milliseconds since the epoch until which everything is to be kept. */
  readonly until: number
  /**
   * Snapshots all of whose packs are known to be kept that long already, by an earlier call: what they hold at the same path is not
   * looked at again. Ones that are gone do not count.
   */
  readonly alreadyKept?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ExtendRetentionProgress) => void
}

/** How far it has come. */
export interface ExtendRetentionProgress {
  readonly step: 'mark' | 'extend'
  /** Trees (of an unknown total), files. */
  readonly done: number
  readonly total?: number
}

/** How many files are kept longer now. */
export interface ExtendRetentionResult {
  readonly snapshots: number
  readonly packs: number
  /** Index files, keys and the config. */
  readonly others: number
}

const extensionsAtOnce = 16

/**
 * Errors: `STO_RETENTION_UNSUPPORTED`, `STO_SNAPSHOT_UNKNOWN`, `STO_LOCKED`, `STO_BLOB_UNKNOWN`, `STO_FILE_MISSING` (a pack is gone), those of
 * the backend. Calling again after any of them does the rest.
 */
export async function extendRetention(
  repository: Repository,
  options: ExtendRetentionOptions,
): Promise<ExtendRetentionResult> {
  const internals = internalsOf(repository)
  const { backend } = internals
  if (!backend.extendRetention) throw fail('STO_RETENTION_UNSUPPORTED', { place: backend.features.kind })
  return withLock(repository, 'shared', options.signal, async (signal) => {
    const all = await repository.listSnapshots(signal)
    const chosen = options.snapshots
      ? await Promise.all(options.snapshots.map((id) => repository.findSnapshot(id, signal)))
      : all
    const kept = new Set(options.alreadyKept)
    const before = all.filter(({ id }) => kept.has(id)).map(({ tree }) => tree)
    await repository.refreshIndex(signal)
    const roots = [...new Set(chosen.map(({ tree }) => tree))]
    const letIndexGo = internals.holdIndex()
    const packs = await packsOf(internals, roots, before, options, signal).finally(letIndexGo)
    const others: [FileType, string][] = [['config', 'config']]
    for (const type of ['index', 'keys'] as const)
      for await (const { name } of backend.list(type, signal)) others.push([type, name])
    const files: readonly (readonly [FileType, string])[] = [
      ...packs.map((name) => ['data', name] as const),
      ...others,
      ...chosen.map(({ id }) => ['snapshots', id] as const),
    ]
    let done = 0
    await inParallel(files, extensionsAtOnce, async ([type, name]) => {
      signal.throwIfAborted()
      await backend.extendRetention?.(type, name, options.until, signal)
      done++
      options.onProgress?.({ step: 'extend', done, total: files.length })
    })
    return { snapshots: chosen.length, packs: packs.length, others: others.length }
  })
}

/** Ids of all packs that hold a copy of a needed blob: any of them may be the one that stays. */
async function packsOf(
  internals: RepositoryInternals,
  roots: readonly string[],
  before: readonly string[],
  options: ExtendRetentionOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const index = internals.index()
  const marked = await markReachable(internals, index, roots, before, signal, (done) =>
    options.onProgress?.({ step: 'mark', done }),
  )
  const needed = new Set<number>()
  for (let entry = 0; entry < index.size; entry++) {
    if (marked[index.firstPlace(entry)] === 1) needed.add(index.packNumber(entry))
  }
  return [...needed].map((number) => index.packs[number] ?? '')
}

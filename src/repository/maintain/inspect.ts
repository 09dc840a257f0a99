/**
 * The one walk behind the check and the strict validator. Read order as restic's: snapshots are listed first, then the index is read, so
 * that a backup which ends meanwhile gives no false alarm. Memory: the index, six bytes a blob, a name for each stored pack, and a pack
 * when data is read.
 */
import { internalsOf, type RepositoryInternals } from '../create-repository.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import type { Finding, Repository } from '../repository.ts'
import { checkIndexedPacks, readIndexFiles } from './check-indexes.ts'
import { checkOtherFiles } from './check-other-files.ts'
import { checkPacks } from './check-packs.ts'
import { checkSnapshot } from './check-snapshots.ts'
import { checkTree, type TreeWalk } from './check-trees.ts'
import { choosePacks, type DataSubset } from './data-subset.ts'
import { finding } from './finding.ts'
import { packEntries } from './pack-entries.ts'

/** How far a check or validation has come. */
export interface CheckProgress {
  readonly step: 'snapshots' | 'data'
  readonly done: number
  readonly total: number
}

export interface InspectOptions {
  /** Also what `restic check` lets pass. */
  readonly strict: boolean
  readonly readData: boolean
  readonly subset: DataSubset | undefined
  readonly signal: AbortSignal
  readonly onProgress: ((progress: CheckProgress) => void) | undefined
}

export async function* inspect(
  repository: Repository,
  options: InspectOptions,
): AsyncGenerator<Finding, void> {
  const internals = internalsOf(repository)
  const index = internals.indexes.create()
  try {
    yield* inspectWith(internals, index, options)
  } finally {
    index.close()
  }
}

async function* inspectWith(
  internals: RepositoryInternals,
  index: BlobIndex,
  options: InspectOptions,
): AsyncGenerator<Finding, void> {
  const { backend, key, version, random, clock } = internals
  const { strict, signal } = options
  // Damage becomes findings here; the log would only repeat them.
  const source = { backend, key, warn: () => undefined }
  const snapshots: string[] = []
  for await (const { name } of backend.list('snapshots', signal)) snapshots.push(name)
  yield* readIndexFiles(source, index, strict, signal)
  const stored = new Map<string, number>()
  for await (const { name, size } of backend.list('data', signal)) stored.set(name, size)
  const entries = packEntries(index)
  yield* checkIndexedPacks(index, entries, stored, version, signal)

  const walk: TreeWalk = { source, index, strict, used: new Uint8Array(index.size), signal }
  for (const [done, name] of snapshots.entries()) {
    options.onProgress?.({ step: 'snapshots', done, total: snapshots.length })
    const tree = yield* checkSnapshot(source, name, strict ? clock.now() : undefined, signal)
    if (tree === undefined) continue
    if (index.has('tree', tree)) yield* checkTree(walk, tree, name.slice(0, 8))
    else yield missingTree(`snapshots/${name}`, tree, index.has('data', tree))
  }
  options.onProgress?.({ step: 'snapshots', done: snapshots.length, total: snapshots.length })
  if (strict) {
    for (const [number, pack] of index.packs.entries()) {
      if (!stored.has(pack) || entries.of(number).some((place) => walk.used[index.firstPlace(place)] === 1))
        continue
      yield finding('warning', `data/${pack}`, 'STO_PACK_UNREACHABLE', { pack })
    }
    yield* checkOtherFiles(internals, signal)
  }
  if (!options.readData && options.subset === undefined) return
  const numbers = new Map(index.packs.map((id, number) => [id, number]))
  const packs = [...stored].flatMap(([id, size]) => (numbers.has(id) ? [{ id, size }] : []))
  const chosen = options.subset === undefined ? packs : choosePacks(packs, options.subset, random)
  let done = 0
  const report = () => options.onProgress?.({ step: 'data', done: done++, total: chosen.length })
  const wanted = (function* () {
    for (const { id, size } of chosen)
      yield { id, size, blobs: entries.of(numbers.get(id) ?? 0).map((entry) => index.entry(entry)) }
  })()
  yield* checkPacks({ ...source, threads: internals.threads }, wanted, strict, signal, report)
  options.onProgress?.({ step: 'data', done: chosen.length, total: chosen.length })
}

function missingTree(subject: string, tree: string, isData: boolean): Finding {
  return isData
    ? finding('error', subject, 'STO_BLOB_WRONG_TYPE', { type: 'tree', blob: tree })
    : finding('error', subject, 'STO_BLOB_UNKNOWN', { type: 'tree', blob: tree })
}

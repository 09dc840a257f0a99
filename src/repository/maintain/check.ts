/**
 * The check of a repository, as `restic check` does it: every index file and snapshot can be read, every pack they name is stored with
 * the right size, every tree can be read and what it refers to is in the index; with `readData` also every byte of all packs or of some.
 * What restic lets pass (order and form of trees, odd names) is for the strict validator. Read order as restic's: snapshots, packs,
 * index; a shared lock keeps a prune away, and backups may go on meanwhile.
 */
import { internalsOf } from '../create-repository.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { decodeSnapshot } from '../format/snapshot-file.ts'
import { createBlobIndex } from '../read/blob-index.ts'
import type { Finding, Repository } from '../repository.ts'
import { checkIndexes, checkPack } from './check-packs.ts'
import { checkTree } from './check-trees.ts'
import { choosePacks, type DataSubset } from './data-subset.ts'
import { finding, findingOf } from './finding.ts'
import { packEntries } from './pack-entries.ts'

export interface CheckProgress {
  readonly step: 'snapshots' | 'data'
  readonly done: number
  readonly total: number
}

export interface CheckOptions {
  /** Also read packs whole: their hash, their header, every blob. Default false. */
  readonly readData?: boolean
  /** Read only a part of them: `1/5`, `2.5%` or `500M`. Implies `readData`. */
  readonly subset?: DataSubset
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CheckProgress) => void
}

/** What restic's check says nothing about. */
const strictOnly: ReadonlySet<string> = new Set([
  'STO_NAME_ORDER',
  'STO_NAME_DUPLICATE',
  'STO_NAME_INVALID',
  'STO_NODE_UNKNOWN_FIELD',
  'STO_TREE_ENCODING',
  'STO_FILE_SIZE_MISMATCH',
  'STO_BLOB_STORED_TWICE',
])

/**
 * Yields what is wrong, errors named by the file, blob or path they are about; a good repository yields nothing.
 * Throws only when the place cannot be read, is locked (`STO_LOCKED`), or the subset cannot be understood.
 */
export async function* checkRepository(
  repository: Repository,
  options: CheckOptions = {},
): AsyncGenerator<Finding, void> {
  const { random } = internalsOf(repository)
  // A subset that cannot be understood is told at once, not after an hour.
  if (options.subset !== undefined) choosePacks([], options.subset, random)
  const lock = await repository.lock('shared', options.signal)
  const signal = options.signal ? AbortSignal.any([options.signal, lock.lost]) : lock.lost
  try {
    for await (const found of checkAll(repository, options, signal)) {
      if (!strictOnly.has(found.code)) yield found
    }
  } finally {
    await lock.release()
  }
}

async function* checkAll(
  repository: Repository,
  { readData = false, subset, onProgress }: CheckOptions,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const { backend, key, version, random } = internalsOf(repository)
  // Damage becomes findings here; the log would only repeat them.
  const source = { backend, key, warn: () => undefined }
  const snapshots: string[] = []
  for await (const { name } of backend.list('snapshots', signal)) snapshots.push(name)
  const index = createBlobIndex()
  yield* checkIndexes(source, index, version, signal)
  const seen = new Set<string>()
  for (const [done, name] of snapshots.entries()) {
    onProgress?.({ step: 'snapshots', done, total: snapshots.length })
    let tree: string
    try {
      tree = decodeSnapshot(await loadJsonFile(backend, key, 'snapshots', name, signal), name).tree
    } catch (error) {
      signal.throwIfAborted()
      yield findingOf(error, `snapshots/${name}`)
      continue
    }
    if (index.has('tree', tree)) yield* checkTree(source, index, tree, name.slice(0, 8), seen, signal)
    else yield finding('error', `snapshots/${name}`, 'STO_BLOB_UNKNOWN', { type: 'tree', blob: tree })
  }
  onProgress?.({ step: 'snapshots', done: snapshots.length, total: snapshots.length })
  if (!readData && subset === undefined) return
  const numbers = new Map(index.packs.map((id, number) => [id, number]))
  const stored: { readonly id: string; readonly size: number }[] = []
  for await (const { name, size } of backend.list('data', signal)) {
    if (numbers.has(name)) stored.push({ id: name, size })
  }
  const chosen = subset === undefined ? stored : choosePacks(stored, subset, random)
  const entries = packEntries(index)
  for (const [done, { id }] of chosen.entries()) {
    signal.throwIfAborted()
    onProgress?.({ step: 'data', done, total: chosen.length })
    const blobs = entries.of(numbers.get(id) ?? 0).map((entry) => index.entry(entry))
    yield* checkPack(source, { id, blobs }, signal)
  }
  onProgress?.({ step: 'data', done: chosen.length, total: chosen.length })
}

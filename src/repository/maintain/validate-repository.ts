/**
 * The strict validator: everything `restic check --read-data` looks at, and what it lets pass (order and doubles of names, names
 * no disk can hold, sizes against content, unknown fields, foreign encodings). Read order as restic's: snapshots are listed
 * first, then indexes are read, so that a backup which ends meanwhile gives no false alarm. Takes no lock; a prune at the same
 * time makes findings that are none, so hold a shared lock around it.
 */
import { internalsOf } from '../create-repository.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { decodeSnapshot } from '../format/snapshot-file.ts'
import { createBlobIndex } from '../read/blob-index.ts'
import type { Finding, Repository } from '../repository.ts'
import { checkIndexes, checkPackContents } from './check-packs.ts'
import { checkTree } from './check-trees.ts'
import { finding, findingOf } from './finding.ts'

export interface ValidateOptions {
  /** Also read every pack whole (default true). */
  readonly readData?: boolean
  readonly signal?: AbortSignal
}

/** Yields what is wrong; a repository without findings is perfect. Throws only when the storage place cannot be read. */
export async function* validateRepository(
  repository: Repository,
  options: ValidateOptions = {},
): AsyncIterable<Finding> {
  const { signal, readData = true } = options
  const { backend, key, version } = internalsOf(repository)
  // Damage becomes findings here; the log would only repeat them.
  const source = { backend, key, warn: () => undefined }
  const snapshots: string[] = []
  for await (const { name } of backend.list('snapshots', signal)) snapshots.push(name)

  const index = createBlobIndex()
  const indexNames = yield* checkIndexes(source, index, version, signal)
  const seen = new Set<string>()
  for (const name of snapshots) {
    let tree: string
    try {
      const snapshot = decodeSnapshot(await loadJsonFile(backend, key, 'snapshots', name, signal), name)
      tree = snapshot.tree
    } catch (error) {
      yield findingOf(error, `snapshots/${name}`)
      continue
    }
    if (!index.has('tree', tree)) {
      yield finding('error', `snapshots/${name}`, 'STO_BLOB_UNKNOWN', { type: 'tree', blob: tree })
      continue
    }
    yield* checkTree(source, index, tree, name.slice(0, 8), seen, signal)
  }
  if (readData) yield* checkPackContents(source, indexNames, signal)
}

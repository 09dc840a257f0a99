/** Which blobs the snapshots need: all trees are walked once, memory is one byte a blob. */
import { setImmediate } from 'node:timers/promises'
import { fail } from '../errors.ts'
import { isId } from '../format/blob-id.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { decodeSnapshot } from '../format/snapshot-file.ts'
import { rawNodes } from '../format/tree-decoder.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import { type BlobSource, loadBlobFrom } from '../read/load-blob.ts'
import { inParallel } from './in-parallel.ts'

const treesAtOnce = 8
const nodesPerTurn = 5000

/** Root trees of all snapshots. One that cannot be read is an error: what it needs would be lost. */
export async function rootTrees(source: BlobSource, signal: AbortSignal): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of source.backend.list('snapshots', signal)) names.push(name)
  const roots: string[] = []
  await inParallel(names, treesAtOnce, async (name) => {
    roots.push(
      decodeSnapshot(await loadJsonFile(source.backend, source.key, 'snapshots', name, signal), name).tree,
    )
  })
  return roots
}

/**
 * Answers an array with one byte per entry of the index: 1 for the first place of each blob that is needed.
 * Errors: `STO_PRUNE_REFUSED` when a needed blob is in no index, `STO_TREE_INVALID`, `STO_BLOB_DAMAGED`.
 */
export async function markUsed(
  source: BlobSource,
  index: BlobIndex,
  roots: readonly string[],
  signal: AbortSignal,
  onTrees: (done: number) => void,
): Promise<Uint8Array> {
  const used = new Uint8Array(index.size)
  /** Answers whether the blob was met for the first time. */
  const mark = (type: 'data' | 'tree', id: unknown): boolean => {
    const entry = isId(id) ? index.entryOf(type, id) : -1
    if (entry < 0) {
      throw fail('STO_PRUNE_REFUSED', { reason: `the ${type} blob ${String(id)} is needed, but in no index` })
    }
    const isNew = used[entry] === 0
    used[entry] = 1
    return isNew
  }
  const open = roots.filter((root) => mark('tree', root))
  let done = 0
  let work = 0
  while (open.length > 0) {
    await inParallel(open.splice(-treesAtOnce), treesAtOnce, async (tree) => {
      signal.throwIfAborted()
      const bytes = await loadBlobFrom(source, 'tree', tree, index.find('tree', tree), signal)
      for (const node of rawNodes(bytes, tree)) {
        work++
        const { type, subtree, content } = node
        if (type === 'dir' && isId(subtree) && mark('tree', subtree)) open.push(subtree)
        else if (type === 'dir' && !isId(subtree)) {
          throw fail('STO_TREE_INVALID', { tree, reason: 'a directory in it has no tree' })
        }
        if (type === 'file' && Array.isArray(content)) for (const id of content) mark('data', id)
      }
      done++
    })
    if (work > nodesPerTurn) {
      work = 0
      onTrees(done)
      await setImmediate()
    }
  }
  onTrees(done)
  return used
}

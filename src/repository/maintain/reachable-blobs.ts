/**
 * Which blobs some trees need, and only those that other trees did not need at the same path: directories that are equal in both
 * are not looked into, so the work is in proportion to the difference.
 */
import { setImmediate } from 'node:timers/promises'
import { fail } from '../errors.ts'
import { isId } from '../format/blob-id.ts'
import { rawNodes } from '../format/tree-decoder.ts'
import type { BlobIndex } from '../read/blob-index.ts'
import { type BlobSource, loadBlobFrom } from '../read/load-blob.ts'
import type { BlobType } from '../repository.ts'
import { inParallel } from './in-parallel.ts'

interface Step {
  readonly tree: string
  /** What was at this path before. */
  readonly before: readonly string[]
}

const treesAtOnce = 8

/**
 * Answers an array with one byte per entry of the index: 1 for the first place of each blob that the roots need and `before` did
 * not. Errors: `STO_BLOB_UNKNOWN` for a needed blob in no index, `STO_TREE_INVALID`, `STO_BLOB_DAMAGED`.
 */
export async function markReachable(
  source: BlobSource,
  index: BlobIndex,
  roots: readonly string[],
  before: readonly string[],
  signal: AbortSignal,
  onTrees: (done: number) => void,
): Promise<Uint8Array> {
  const marked = new Uint8Array(index.size)
  const mark = (type: BlobType, id: string): boolean => {
    const entry = index.entryOf(type, id)
    if (entry < 0) throw fail('STO_BLOB_UNKNOWN', { type, blob: id })
    const isNew = marked[entry] === 0
    marked[entry] = 1
    return isNew
  }
  const load = async (tree: string) =>
    rawNodes(await loadBlobFrom(source, 'tree', tree, index.find('tree', tree), signal), tree)
  const open: Step[] = roots.map((tree) => ({ tree, before }))
  let done = 0
  while (open.length > 0) {
    await inParallel(open.splice(-treesAtOnce), treesAtOnce, async ({ tree, before: olds }) => {
      signal.throwIfAborted()
      if (olds.includes(tree) || !mark('tree', tree)) return
      const known = knownNodes(await Promise.all(olds.map(load)))
      for (const { name, type, subtree, content } of await load(tree)) {
        const { trees, contents } = known.get(name) ?? nothing
        if (type === 'dir' && isId(subtree)) open.push({ tree: subtree, before: trees })
        if (type !== 'file' || !Array.isArray(content)) continue
        for (const id of content) if (isId(id) && !contents.has(id)) mark('data', id)
      }
      done++
    })
    onTrees(done)
    await setImmediate()
  }
  return marked
}

interface Known {
  readonly trees: string[]
  readonly contents: Set<unknown>
}

const nothing: Known = { trees: [], contents: new Set() }

/** What the nodes of each name held. */
function knownNodes(
  directories: readonly (readonly Readonly<Record<string, unknown>>[])[],
): Map<unknown, Known> {
  const known = new Map<unknown, Known>()
  for (const { name, subtree, content } of directories.flat()) {
    const entry = known.get(name) ?? { trees: [], contents: new Set() }
    known.set(name, entry)
    if (isId(subtree)) entry.trees.push(subtree)
    if (Array.isArray(content)) for (const id of content) entry.contents.add(id)
  }
  return known
}

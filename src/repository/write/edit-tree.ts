/**
 * Edits a directory tree: the changes are gathered into a sparse tree of their own, then only the directories on the way to a
 * change are read and written again; everything else is a repeated id. Memory is proportional to the changes, not to the tree.
 */
import { fail } from '../errors.ts'
import { nameKey } from '../format/node-order.ts'
import { directoryNode } from '../nodes.ts'
import type { Repository, RepositoryWriter, TreeChange } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'

/** What becomes of directories that an edit empties or makes. */
export interface EditOptions {
  /** Directories that become empty by the edit vanish, unless they were put themselves. Default: they stay. */
  readonly removeEmptyDirectories?: boolean
  /** Time of directories that the edit makes, milliseconds since the epoch. Default 0, so that equal edits give equal trees. */
  readonly time?: number
}

/** A place in the tree with changes at or below it. */
interface Place {
  /** What stands here before `children` are applied: the previous tree's node, nothing, or a node that was put. */
  base: 'previous' | 'nothing' | TreeNode
  readonly children: Map<string, Place>
}

/**
 * Applies changes in their order to the tree `root` (undefined: an empty one) and answers the id of the new root tree.
 * Removing what is not there is no error. Errors: `STO_NOT_A_DIRECTORY`, `STO_PATH_MISSING` (a move), those of `saveTree`.
 */
export async function editTree(
  repository: Repository,
  writer: RepositoryWriter,
  root: string | undefined,
  changes: AsyncIterable<TreeChange> | Iterable<TreeChange>,
  options: EditOptions = {},
): Promise<string> {
  const top: Place = { base: 'previous', children: new Map() }
  for await (const change of changes) {
    if (change.kind === 'move') await move(repository, root, top, change.from, change.to)
    else {
      const { parent, name } = descend(top, change.path)
      parent.children.set(name, {
        base: change.kind === 'put' ? change.node : 'nothing',
        children: new Map(),
      })
    }
  }
  const edited = await entriesOf(repository, writer, root, top, options, [])
  return edited.changed || root === undefined ? writer.saveTree(edited.nodes) : root
}

function descend(top: Place, path: readonly string[]): { readonly parent: Place; readonly name: string } {
  const name = path.at(-1)
  if (name === undefined)
    throw fail('STO_NAME_INVALID', { name: '', reason: 'the root of a tree has no name' })
  let parent = top
  for (const step of path.slice(0, -1)) {
    let child = parent.children.get(step)
    if (!child) {
      child = { base: 'previous', children: new Map() }
      parent.children.set(step, child)
    }
    parent = child
  }
  return { parent, name }
}

async function move(
  repository: Repository,
  root: string | undefined,
  top: Place,
  from: readonly string[],
  to: readonly string[],
): Promise<void> {
  const source = descend(top, from)
  const pending = source.parent.children.get(source.name)
  const base =
    pending && pending.base !== 'previous' ? pending.base : await previousNode(repository, root, top, from)
  const children = pending?.children ?? new Map<string, Place>()
  if (base === undefined || (base === 'nothing' && children.size === 0)) {
    throw fail('STO_PATH_MISSING', { path: from.join('/') })
  }
  source.parent.children.set(source.name, { base: 'nothing', children: new Map() })
  const target = descend(top, to)
  target.parent.children.set(target.name, { base, children })
}

/** What the previous tree, as edited so far, has at `path`; places with children of their own are handled by the caller. */
async function previousNode(
  repository: Repository,
  root: string | undefined,
  top: Place,
  path: readonly string[],
): Promise<TreeNode | 'nothing' | undefined> {
  let tree = root
  let place: Place | undefined = top
  let node: TreeNode | undefined
  for (const name of path) {
    const entries: readonly TreeNode[] = tree === undefined ? [] : await repository.loadTree(tree)
    place = place?.children.get(name)
    node = entries.find((entry) => nameKey(entry) === name)
    if (place && place.base !== 'previous') node = place.base === 'nothing' ? undefined : place.base
    tree = node?.subtree
  }
  return node ?? (place && place.children.size > 0 ? 'nothing' : undefined)
}

interface Edited {
  readonly nodes: readonly TreeNode[]
  readonly changed: boolean
}

/** The entries of a directory (whose previous tree is `tree`) after the changes below `place`. */
async function entriesOf(
  repository: Repository,
  writer: RepositoryWriter,
  tree: string | undefined,
  place: Place,
  options: EditOptions,
  path: readonly string[],
): Promise<Edited> {
  const previous = tree === undefined ? [] : await repository.loadTree(tree)
  const entries = new Map(previous.map((node) => [nameKey(node), node]))
  let changed = false
  for (const [name, child] of place.children) {
    const before = entries.get(name)
    const after = await nodeOf(repository, writer, name, before, child, options, [...path, name])
    if (after === before) continue
    changed = true
    if (after) entries.set(name, after)
    else entries.delete(name)
  }
  return { nodes: [...entries.values()], changed }
}

async function nodeOf(
  repository: Repository,
  writer: RepositoryWriter,
  name: string,
  before: TreeNode | undefined,
  place: Place,
  options: EditOptions,
  path: readonly string[],
): Promise<TreeNode | undefined> {
  const base =
    place.base === 'previous' ? before : place.base === 'nothing' ? undefined : renamed(place.base, name)
  if (place.children.size === 0) return base
  if (base && base.type !== 'dir')
    throw fail('STO_NOT_A_DIRECTORY', { path: path.join('/'), type: base.type })
  const { nodes, changed } = await entriesOf(repository, writer, base?.subtree, place, options, path)
  if (!changed) return base
  const wasPut = typeof place.base === 'object'
  if (nodes.length === 0 && (!base || (options.removeEmptyDirectories && !wasPut))) return undefined
  const subtree = await writer.saveTree(nodes)
  return base ? { ...base, subtree } : directoryNode({ name, subtree, mtime: options.time ?? 0 })
}

function renamed(node: TreeNode, name: string): TreeNode {
  if (node.name === name) return node
  const { quotedName: _, ...rest } = node
  return { ...rest, name }
}

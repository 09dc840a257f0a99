/** All nodes below a tree, each directory before what is in it, in the order of their names. */
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'

/** A node with the path it was found at. */
export interface WalkedNode {
  /** Path from the tree walked, beginning with a slash; for people, where names are no UTF-8. */
  readonly path: string
  readonly node: TreeNode
}

/** How far a walk goes. */
export interface WalkOptions {
  /** Whether to go into a directory. Default: into all. */
  readonly enter?: (path: string, node: TreeNode) => boolean
  readonly signal?: AbortSignal
}

/** Memory: the directories on the way to the current one. Errors: `STO_BLOB_UNKNOWN`, `STO_BLOB_DAMAGED`, `STO_TREE_INVALID`. */
export async function* walkTree(
  repository: Repository,
  root: string,
  options: WalkOptions = {},
): AsyncGenerator<WalkedNode, void> {
  const { enter = () => true, signal } = options
  const open = [{ path: '', nodes: await repository.loadTree(root, signal), next: 0 }]
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const node = top.nodes[top.next++]
    if (!node) {
      open.pop()
      continue
    }
    signal?.throwIfAborted()
    const path = `${top.path}/${node.name}`
    yield { path, node }
    if (node.type === 'dir' && node.subtree !== undefined && enter(path, node))
      open.push({ path, nodes: await repository.loadTree(node.subtree, signal), next: 0 })
  }
}

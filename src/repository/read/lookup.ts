/** Finds one node by its path. */
import { nameKey } from '../format/node-order.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'

/** The node at `path` (names from the root tree), or undefined; the root itself has no node. */
export async function lookup(
  repository: Repository,
  root: string,
  path: readonly string[],
): Promise<TreeNode | undefined> {
  let tree: string | undefined = root
  let node: TreeNode | undefined
  for (const name of path) {
    if (tree === undefined) return undefined
    const nodes: readonly TreeNode[] = await repository.loadTree(tree)
    // A name that is no UTF-8 is found by its approximation, where nothing else is called so.
    node =
      nodes.find((candidate) => nameKey(candidate) === name) ??
      nodes.find((candidate) => candidate.name === name)
    tree = node?.subtree
    if (!node) return undefined
  }
  return node
}

/** Decoded directories that were used last, bounded by the number of nodes. */
import type { TreeNode } from '../tree-node.ts'

export interface TreeCache {
  get(id: string): readonly TreeNode[] | undefined
  put(id: string, nodes: readonly TreeNode[]): void
}

export function createTreeCache(mostNodes: number): TreeCache {
  const trees = new Map<string, readonly TreeNode[]>()
  let total = 0
  const cost = (nodes: readonly TreeNode[]) => nodes.length + 1
  const drop = (id: string, nodes: readonly TreeNode[]) => {
    trees.delete(id)
    total -= cost(nodes)
  }
  return {
    get(id) {
      const nodes = trees.get(id)
      if (nodes) {
        trees.delete(id)
        trees.set(id, nodes)
      }
      return nodes
    },
    put(id, nodes) {
      if (trees.has(id) || cost(nodes) > mostNodes / 4) return
      trees.set(id, nodes)
      total += cost(nodes)
      for (const [oldest, old] of trees) {
        if (total <= mostNodes) break
        drop(oldest, old)
      }
    },
  }
}

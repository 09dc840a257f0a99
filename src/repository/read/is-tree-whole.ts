import type { Repository } from '../repository.ts'

/**
 * Whether the index has every tree and blob of a tree. What `before`, which is taken for whole, has at the same path is not looked at again, so the
 * work is in proportion to the difference. Memory: the directories on the way to the current one.
 */
export async function isTreeWhole(
  repository: Repository,
  root: string,
  before: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const open = [{ tree: root, before }]
  for (let at = open.pop(); at; at = open.pop()) {
    signal.throwIfAborted()
    if (at.tree === at.before) continue
    if (!repository.hasBlob('tree', at.tree)) return false
    const nodesBefore = at.before === undefined ? [] : await repository.loadTree(at.before, signal)
    const subtrees = new Map(nodesBefore.map(({ name, subtree }) => [name, subtree]))
    for (const { name, content, subtree } of await repository.loadTree(at.tree, signal)) {
      if (content?.some((id) => !repository.hasBlob('data', id))) return false
      if (subtree !== undefined) open.push({ tree: subtree, before: subtrees.get(name) })
    }
  }
  return true
}

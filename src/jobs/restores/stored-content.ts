import type { StoredItem } from '../../catalog/index.ts'
import { type Repository, readRange, type TreeNode } from '../../repository/index.ts'
import type { StoredBytes } from '../../workloads/index.ts'

/** The bytes of a stored mail, blob by blob; each blob is checked against its id. */
export async function* contentOf(
  repository: Repository,
  item: StoredItem,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for (const blob of item.content) yield await repository.loadBlob(blob, 'data', signal)
}

/** The same in pieces, none of them larger than a blob. */
export function storedBytes(repository: Repository, item: StoredItem, signal?: AbortSignal): StoredBytes {
  return {
    all: () => contentOf(repository, item, signal),
    // How long the whole is nobody knows here; who asks for a range has read it to there.
    range: (offset, length) =>
      readRange(repository, { ...contentNode(item), size: offset + length }, offset, length, signal),
  }
}

/** What the repository reads ranges of. */
export function contentNode({ view, content }: StoredItem): TreeNode {
  const none = { mode: 0o600, mtime: '', atime: '', ctime: '', uid: 0, gid: 0 }
  return { name: view.subject, type: 'file', ...none, size: view.size, content }
}

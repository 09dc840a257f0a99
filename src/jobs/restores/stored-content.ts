import type { StoredItem } from '../../catalog/index.ts'
import type { Repository } from '../../repository/index.ts'

/** The bytes of a stored mail, blob by blob; each blob is checked against its id. */
export async function* contentOf(
  repository: Repository,
  item: StoredItem,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  for (const blob of item.content) yield await repository.loadBlob(blob, 'data', signal)
}

/** The same at once. A mail is at most 150 MB (Exchange Online's limit). */
export async function wholeContentOf(
  repository: Repository,
  item: StoredItem,
  signal?: AbortSignal,
): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(contentOf(repository, item, signal)))
}

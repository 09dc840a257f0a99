/** Bytes out of the middle of a file: only the blobs that hold them are read. */
import { internalsOf } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { sealOverhead } from '../format/crypto.ts'
import type { Repository } from '../repository.ts'
import type { TreeNode } from '../tree-node.ts'

/**
 * Yields `length` bytes of a file node's content from `offset` on (both in bytes). The lengths of the blobs come from the index, so
 * nothing in front of the range is read. Errors: `STO_RANGE_INVALID`, `STO_BLOB_UNKNOWN`, `STO_BLOB_DAMAGED`, `STO_FILE_SIZE_MISMATCH`.
 */
export async function* readRange(
  repository: Repository,
  node: TreeNode,
  offset: number,
  length: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const { name, size = 0, content = [] } = node
  const end = offset + length
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    end > size
  ) {
    throw fail('STO_RANGE_INVALID', { name, offset, length, size })
  }
  const internals = internalsOf(repository)
  let position = 0
  for (const id of content) {
    if (position >= end) return
    const [place] = await internals.locate('data', id)
    if (!place) throw fail('STO_BLOB_UNKNOWN', { type: 'data', blob: id })
    const next = position + (place.uncompressedLength ?? place.length - sealOverhead)
    if (next > offset) {
      const bytes = await repository.loadBlob(id, 'data', signal)
      yield bytes.subarray(Math.max(0, offset - position), Math.min(bytes.length, end - position))
    }
    position = next
  }
  if (position < end) throw fail('STO_FILE_SIZE_MISMATCH', { name, size, actual: position })
}

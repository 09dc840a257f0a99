/** The order of a directory: ascending by the raw bytes of the names, each name once, and only names a disk can hold. */
import { isUtf8 } from 'node:buffer'
import { fail } from '../errors.ts'
import type { TreeNode } from '../tree-node.ts'
import { unquoteName } from './go-quote.ts'

export const longestName = 255

/** The bytes of a node's name as they stand on a disk. */
export function nameBytes(node: TreeNode): Buffer {
  return (
    (node.quotedName === undefined ? undefined : unquoteName(node.quotedName)) ??
    Buffer.from(node.name.toWellFormed(), 'utf8')
  )
}

/** Text that is the same for two nodes exactly when their names are the same bytes: the name, where that is UTF-8. */
export function nameKey(node: TreeNode): string {
  if (node.quotedName === undefined || isUtf8(nameBytes(node))) return node.name
  // No name has a zero character: what is quoted cannot be mistaken for a name.
  return `\0${node.quotedName}`
}

/** Why these bytes cannot be a name, or undefined. */
export function nameFault(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it is empty'
  if (bytes.length > longestName) return `it is longer than ${longestName} bytes`
  if (bytes.includes(0x2f)) return 'it has a slash'
  if (bytes.includes(0)) return 'it has a zero byte'
  if (bytes[0] === 0x2e && (bytes.length === 1 || (bytes.length === 2 && bytes[1] === 0x2e))) {
    return 'it stands for a directory itself'
  }
  return undefined
}

/** The nodes in restic's order. Errors: `STO_NAME_INVALID`, `STO_NAME_DUPLICATE`. */
export function orderNodes(nodes: readonly TreeNode[]): TreeNode[] {
  const named = nodes.map((node) => ({ node, bytes: nameBytes(node) }))
  named.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  let previous: Buffer | undefined
  for (const { node, bytes } of named) {
    const reason = nameFault(bytes)
    if (reason) throw fail('STO_NAME_INVALID', { name: node.name, reason })
    if (previous?.equals(bytes)) throw fail('STO_NAME_DUPLICATE', { name: node.name })
    previous = bytes
  }
  return named.map(({ node }) => node)
}

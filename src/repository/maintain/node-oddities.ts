/** Nodes whose fields contradict each other. Programs read them, each in its own way. */
import type { NodeType, TreeNode } from '../tree-node.ts'

/** The type bits of Go's FileMode. Source: Go's io/fs, FileMode. */
const modeBits: Readonly<Record<NodeType, number>> = {
  file: 0,
  dir: 0x8000_0000,
  symlink: 0x0800_0000,
  dev: 0x0400_0000,
  fifo: 0x0200_0000,
  socket: 0x0100_0000,
  chardev: 0x0400_0000 + 0x0020_0000,
  irregular: 0x0008_0000,
}
const allTypes =
  0x8000_0000 + 0x0800_0000 + 0x0400_0000 + 0x0200_0000 + 0x0100_0000 + 0x0020_0000 + 0x0008_0000

export function* nodeOddities(node: TreeNode): Iterable<string> {
  const { type, mode, content, subtree, linktarget, linktarget_raw: raw, size } = node
  // Unsigned: bit 31 stands for directories.
  if ((mode & allTypes) >>> 0 !== modeBits[type])
    yield `it is a ${type}, but its mode is that of something else`
  if (type !== 'file' && content !== undefined) yield `it is a ${type} with content`
  if (type !== 'file' && size) yield `it is a ${type} with a size`
  if (type !== 'dir' && subtree !== undefined) yield `it is a ${type} with a subtree`
  if (type === 'symlink' && !linktarget && !raw) yield 'it is a symlink without a target'
  if (type !== 'symlink' && (linktarget || raw)) yield `it is a ${type} with the target of a link`
}

/** Nodes with the defaults a backup of remote items needs: no owner on this machine, readable by whoever restores. */
import { formatTime } from './format/go-time.ts'
import type { TreeNode } from './tree-node.ts'

const directoryFlag = 0x8000_0000
const fileMode = 0o600
const directoryMode = directoryFlag + 0o700

/** A file. `size` in bytes, `mtime` in milliseconds since the epoch (also used for the other two times). */
export function fileNode(file: {
  readonly name: string
  readonly size: number
  readonly content: readonly string[]
  readonly mtime: number
}): TreeNode {
  const { name, size, content, mtime } = file
  return { ...common(mtime), name, type: 'file', mode: fileMode, size, content }
}

/** A directory; `subtree` is what `saveTree` answered, `mtime` in milliseconds since the epoch. */
export function directoryNode(directory: {
  readonly name: string
  readonly subtree: string
  readonly mtime: number
}): TreeNode {
  const { name, subtree, mtime } = directory
  return { ...common(mtime), name, type: 'dir', mode: directoryMode, subtree }
}

function common(milliseconds: number) {
  const time = formatTime(milliseconds)
  return { mtime: time, atime: time, ctime: time, uid: 0, gid: 0 }
}

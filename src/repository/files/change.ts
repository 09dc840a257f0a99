/** Whether a file is the one a parent snapshot holds, told by its metadata, and whether a node is. As restic compares. */
import type { TreeNode } from '../tree-node.ts'
import { sameTime } from './local-time.ts'

/** How a file that has not changed since the parent snapshot is recognized. */
export interface ChangeOptions {
  /** Differences of ctime mean nothing (some network shares change it). */
  readonly ignoreCtime?: boolean
  /** Differences of inode and ctime mean nothing (some file systems make inodes up). */
  readonly ignoreInode?: boolean
}

/** Whether a file with the fresh metadata `current` must be read, `previous` being the node of the parent snapshot. */
export function fileChanged(
  current: TreeNode,
  previous: TreeNode | undefined,
  options: ChangeOptions,
): boolean {
  if (previous?.type !== 'file' || (current.size ?? 0) !== (previous.size ?? 0)) return true
  if (!sameTime(current.mtime, previous.mtime)) return true
  if (options.ignoreInode) return false
  if (BigInt(current.inode ?? 0) !== BigInt(previous.inode ?? 0)) return true
  return !options.ignoreCtime && !sameTime(current.ctime, previous.ctime)
}

const timeFields = ['mtime', 'atime', 'ctime'] as const
const plainFields = [
  'type',
  'mode',
  'uid',
  'gid',
  'user',
  'group',
  'inode',
  'device_id',
  'size',
  'links',
  'linktarget',
  'device',
  'subtree',
] as const satisfies readonly (keyof TreeNode)[]

/** Whether two nodes of one name say the same. */
export function sameNode(one: TreeNode, other: TreeNode): boolean {
  return (
    plainFields.every((field) => numbered(one[field]) === numbered(other[field])) &&
    timeFields.every((field) => sameTime(one[field], other[field])) &&
    sameContent(one.content, other.content)
  )
}

/** Numbers come as bigint when they are large or just read from the disk; zero is as good as nothing. */
function numbered(value: TreeNode[(typeof plainFields)[number]]): string | undefined {
  return value ? String(value) : undefined
}

function sameContent(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}

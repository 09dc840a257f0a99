/** The files of a snapshot on their way to the disk: where they go, and whether what is there may be replaced. */
import type { TreeNode } from '../tree-node.ts'
import type { FileEntry } from './file-entry.ts'
import { unixPermissions } from './file-mode.ts'
import { parseTime } from './local-time.ts'
import type { RawPath } from './raw-path.ts'
import type { Metadata } from './write-worker.ts'

/** What happens to files that are there already; `if-newer`: the snapshot's is newer than the one there. */
export type OverwritePolicy = 'always' | 'if-changed' | 'if-newer' | 'never'

/** A directory of the snapshot and its place on the disk. */
export interface Place {
  readonly path: RawPath
  /** Path inside of the snapshot, for filters and messages. */
  readonly location: string
  readonly parent: Place | undefined
  readonly node: TreeNode | undefined
  /** Undefined until it is needed; `made`: it was made by us and is empty. */
  state: 'made' | 'there' | 'failed' | undefined
}

/** Node's times are floating-point seconds: what it sets is less than this many nanoseconds away from what was wanted. */
const timePrecision = 1000n

export function metadataOf(node: TreeNode, setOwner: boolean): Metadata {
  return {
    ...(node.type === 'symlink' ? {} : { mode: unixPermissions(node.mode) }),
    ...(setOwner ? { owner: { uid: node.uid, gid: node.gid } } : {}),
    accessed: Number(parseTime(node.atime)) / 1e9,
    modified: Number(parseTime(node.mtime)) / 1e9,
  }
}

/** `write`: all of it, `describe`: only its mode, owner and times, `skip`: nothing. */
export function decide(
  policy: OverwritePolicy,
  node: TreeNode,
  there: FileEntry | undefined,
): 'write' | 'describe' | 'skip' {
  if (!there || policy === 'always') return 'write'
  if (policy === 'never') return 'skip'
  if (there.type !== 'file' || node.type !== 'file') return 'write'
  const difference = there.mtime - parseTime(node.mtime)
  if (policy === 'if-newer') return difference >= -timePrecision ? 'skip' : 'write'
  const sameTime = difference < timePrecision && difference > -timePrecision
  return sameTime && there.size === (node.size ?? 0) ? 'describe' : 'write'
}

/** The target of a symbolic link as bytes. */
export function linkTargetOf(node: TreeNode): RawPath {
  return Buffer.from(
    node.linktarget_raw === undefined ? (node.linktarget ?? '') : node.linktarget_raw,
    node.linktarget_raw === undefined ? 'utf8' : 'base64',
  ).toString('latin1')
}

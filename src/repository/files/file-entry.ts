/** What the operating system tells of a file, as plain data that crosses threads. */
import { type BigIntStats, lstatSync, readlinkSync, statSync } from 'node:fs'
import type { NodeType, TreeNode } from '../tree-node.ts'
import { goMode, nodeType } from './file-mode.ts'
import { formatLocalTime } from './local-time.ts'
import type { Owners } from './owners.ts'
import { nodeName, pathBytes, type RawPath } from './raw-path.ts'

export interface FileEntry {
  readonly type: NodeType
  /** `st_mode`. */
  readonly mode: number
  /** Bytes. */
  readonly size: number
  /** Nanoseconds since the epoch, all three. */
  readonly mtime: bigint
  readonly atime: bigint
  readonly ctime: bigint
  readonly inode: bigint
  readonly device: bigint
  readonly links: number
  readonly uid: number
  readonly gid: number
  /** Number of a device file. */
  readonly deviceNumber: bigint
  /** Symbolic links: the bytes of the target. */
  readonly target?: RawPath
}

/** Looks at a file itself, not at what a symbolic link points to. Throws errors of the operating system. */
export function entryAt(path: RawPath): FileEntry {
  const bytes = pathBytes(path)
  const entry = entryOf(lstatSync(bytes, { bigint: true }))
  if (entry.type !== 'symlink') return entry
  return { ...entry, target: readlinkSync(bytes, { encoding: 'buffer' }).toString('latin1') }
}

/** Looks at what a path leads to, through symbolic links. */
export function entryBehind(path: RawPath): FileEntry {
  return entryOf(statSync(pathBytes(path), { bigint: true }))
}

export function entryOf(stats: BigIntStats): FileEntry {
  const mode = Number(stats.mode)
  return {
    type: nodeType(mode),
    mode,
    size: Number(stats.size),
    mtime: stats.mtimeNs,
    atime: stats.atimeNs,
    ctime: stats.ctimeNs,
    inode: BigInt.asUintN(64, stats.ino),
    device: BigInt.asUintN(64, stats.dev),
    links: Number(stats.nlink),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    deviceNumber: BigInt.asUintN(64, stats.rdev),
  }
}

/**
 * The node restic makes of a file, without content and subtree. As restic does by default, the time of the last access is not kept:
 * it would change every directory at every backup.
 */
export function nodeOf(
  name: RawPath,
  entry: FileEntry,
  owners: Owners,
  options: { readonly withAccessTime: boolean },
): TreeNode {
  const { type } = entry
  const mtime = formatLocalTime(entry.mtime)
  const user = owners.userName(entry.uid)
  const group = owners.groupName(entry.gid)
  return {
    ...nodeName(name),
    type,
    mode: goMode(entry.mode),
    mtime,
    atime: options.withAccessTime ? formatLocalTime(entry.atime) : mtime,
    ctime: formatLocalTime(entry.ctime),
    uid: entry.uid,
    gid: entry.gid,
    ...(user === '' ? {} : { user }),
    ...(group === '' ? {} : { group }),
    inode: entry.inode,
    device_id: entry.device,
    ...(type === 'file' ? { size: entry.size } : {}),
    ...(type === 'dir' || type === 'fifo' || type === 'socket' ? {} : { links: entry.links }),
    ...(type === 'dev' || type === 'chardev' ? { device: entry.deviceNumber } : {}),
    ...(entry.target === undefined ? {} : linkTarget(entry.target)),
  }
}

/** As restic since 0.16: a target that is no UTF-8 also as base64. */
function linkTarget(target: RawPath): Pick<TreeNode, 'linktarget' | 'linktarget_raw'> {
  const { name, quotedName } = nodeName(target)
  return quotedName === undefined
    ? { linktarget: name }
    : { linktarget: name, linktarget_raw: pathBytes(target).toString('base64') }
}

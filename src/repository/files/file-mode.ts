/** Modes: Unix' `st_mode` and Go's FileMode, which restic stores. Source: Go os/types.go and os/stat_linux.go. */
import { constants } from 'node:fs'
import type { NodeType } from '../tree-node.ts'

const permissions = 0o777
const goFlags = {
  dir: 2 ** 31,
  symlink: 2 ** 27,
  device: 2 ** 26,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  characterDevice: 2 ** 21,
  sticky: 2 ** 20,
} as const
const unixFlags = { setuid: 0o4000, setgid: 0o2000, sticky: 0o1000 } as const

const typeFlags: Readonly<Record<NodeType, number>> = {
  file: 0,
  dir: goFlags.dir,
  symlink: goFlags.symlink,
  dev: goFlags.device,
  chardev: goFlags.device + goFlags.characterDevice,
  fifo: goFlags.fifo,
  socket: goFlags.socket,
  irregular: 2 ** 19,
}

const unixTypes: ReadonlyMap<number, NodeType> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'dir'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFBLK, 'dev'],
  [constants.S_IFCHR, 'chardev'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
])

/** The type of a file from its `st_mode`. */
export function nodeType(mode: number): NodeType {
  return unixTypes.get(mode & constants.S_IFMT) ?? 'irregular'
}

/** Go's number for a `st_mode`. */
export function goMode(mode: number): number {
  return (
    (mode & permissions) +
    typeFlags[nodeType(mode)] +
    (mode & unixFlags.setuid ? goFlags.setuid : 0) +
    (mode & unixFlags.setgid ? goFlags.setgid : 0) +
    (mode & unixFlags.sticky ? goFlags.sticky : 0)
  )
}

/** The permission bits of Go's number, those of setuid, setgid and sticky included, as `chmod` takes them. */
export function unixPermissions(mode: number): number {
  return (
    (mode & permissions) +
    (mode & goFlags.setuid ? unixFlags.setuid : 0) +
    (mode & goFlags.setgid ? unixFlags.setgid : 0) +
    (mode & goFlags.sticky ? unixFlags.sticky : 0)
  )
}

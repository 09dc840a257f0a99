/** Files of a snapshot as `ls` shows them; the JSON has restic's names. */
import type { TreeNode } from '../../../repository/index.ts'
import { plain } from '../../terminal.ts'
import { localTime } from './snapshot-view.ts'

/** Go's letters for the high bits of a mode, bit 31 first. */
const letters = 'dalTLDpSugct?'
const rights = 'rwxrwxrwx'

/** As Go writes a FileMode: `drwxr-xr-x`, `Lrwxrwxrwx`, `-rw-r--r--`. */
export function modeText(mode: number): string {
  const has = (bit: number) => Math.floor(mode / 2 ** bit) % 2 === 1
  const flags = letters
    .split('')
    .filter((_, position) => has(31 - position))
    .join('')
  const permissions = rights
    .split('')
    .map((letter, position) => (has(8 - position) ? letter : '-'))
    .join('')
  return `${flags === '' ? '-' : flags}${permissions}`
}

export function nodeJson(path: string, node: TreeNode): object {
  const { name, type, uid, gid, size, mode, mtime, atime, ctime } = node
  return {
    name,
    type,
    path,
    uid,
    gid,
    ...(type === 'file' ? { size: size ?? 0 } : {}),
    mode,
    permissions: modeText(mode),
    mtime,
    atime,
    ctime,
    struct_type: 'node',
  }
}

export function nodeLine(path: string, node: TreeNode, long: boolean): string {
  if (!long) return plain(path)
  const { mode, uid, gid, size = 0, mtime, linktarget } = node
  const columns = [modeText(mode), column(uid, 5), column(gid, 5), column(size, 10), localTime(mtime)]
  return `${columns.join(' ')} ${plain(path)}${linktarget === undefined ? '' : ` -> ${plain(linktarget)}`}`
}

function column(value: number, width: number): string {
  return String(value).padStart(width)
}

/** Names of a repository's files in an object store: restic's default layout under a prefix. */
import type { FileType } from '../backend.ts'
import { checkedName, isFileName } from './file-name.ts'

export interface ObjectKeys {
  /** Errors: `STO_FILE_NAME_INVALID`. */
  keyOf(type: FileType, name: string): string
  /** What all keys of the kind begin with. */
  folderOf(type: FileType): string
  /** The name of the file with this key; undefined for what does not belong to a repository. */
  nameOf(type: FileType, key: string): string | undefined
}

/** `prefix` has names between slashes; slashes around it do not count. */
export function objectKeys(prefix = ''): ObjectKeys {
  const parts = prefix.split('/').filter((part) => part !== '')
  const root = parts.map((part) => `${part}/`).join('')
  const keyOf = (type: FileType, name: string) => {
    checkedName(type, name)
    if (type === 'config') return `${root}config`
    return type === 'data' ? `${root}data/${name.slice(0, 2)}/${name}` : `${root}${type}/${name}`
  }
  return {
    keyOf,
    folderOf: (type) => (type === 'config' ? `${root}config` : `${root}${type}/`),
    nameOf(type, key) {
      const name = key.slice(key.lastIndexOf('/') + 1)
      return isFileName(type, name) && keyOf(type, name) === key ? name : undefined
    },
  }
}

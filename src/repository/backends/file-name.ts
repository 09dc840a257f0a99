/** Names inside a repository are hashes; anything else (`../…`) must never reach a path. */
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { isId } from '../format/blob-id.ts'

export function isFileName(type: FileType, name: string): boolean {
  return type === 'config' ? name === 'config' : isId(name)
}

/** Errors: `STO_FILE_NAME_INVALID`. */
export function checkedName(type: FileType, name: string): string {
  if (!isFileName(type, name)) throw fail('STO_FILE_NAME_INVALID', { type, name })
  return name
}

/**
 * Names of files and folders in the layout of drives: as people know them wherever a disk can hold them. What cannot be kept as it is gets 8
 * hex digits of its id: names that are changed for the disk, names that begin with `_` (ours do, and have no digits), and names that look as if they had such
 * digits already. The true name stands in the folder's `_items.jsonl`.
 */
import { createHash } from 'node:crypto'
import { sanitizeName } from '../../repository/index.ts'
import { idHash, isHashBucket } from '../layout/names.ts'
import type { LayoutRules } from '../layout/write-resource-tree.ts'

const digits = 8
const ownEnding = new RegExp(`~[0-9a-f]{${digits}}(?:\\.|$)`)

/**
 * @returns at most 255 bytes; two items of one folder never get the same name, since SharePoint does not let two names of one folder differ in
 *   case alone
 */
export function driveEntryName(item: { readonly externalId: string; readonly name: string }): string {
  const { name } = item
  const asItIs = sanitizeName(name) === name && !name.startsWith('_') && !ownEnding.test(name)
  if (asItIs) return name
  const unique = createHash('sha256').update(item.externalId).digest('hex').slice(0, digits)
  return sanitizeName(name.replace(/^_+/, ''), unique)
}

/** Of the file of an older version within the directory of its versions: when it was made, which one it is, and the ending of the file. */
export function versionEntryName(
  name: string,
  { id, modifiedAt }: { readonly id: string; readonly modifiedAt: number | null },
): string {
  const made = modifiedAt === null ? 'undated' : timeText(modifiedAt).replaceAll('.', '')
  const own = `${made} v${id}${endingOf(name)}`
  const onDisk = sanitizeName(own)
  return onDisk === own ? own : sanitizeName(own, idHash(id).slice(0, digits))
}

/** What an older version is called beside its file: `Plan (2026-11-27 09.30.00).docx`. `modifiedAt`: RFC 3339. */
export function versionName(name: string, modifiedAt: string | null): string {
  const ending = endingOf(name)
  const made = modifiedAt === null ? 'older version' : timeText(Date.parse(modifiedAt))
  return `${name.slice(0, name.length - ending.length)} (${made})${ending}`
}

/** UTC, without what a disk does not hold in names. */
function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
}

function endingOf(name: string): string {
  return /\.[^. ]{1,16}$/.exec(name)?.[0] ?? ''
}

/** Files lie in their folders as people know them; only in large ones they lie in buckets. */
export const driveLayout: LayoutRules = { key: 'item', isBucket: isHashBucket, inlineItems: 5_000 }

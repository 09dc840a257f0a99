/**
 * Names of files and folders in the layout of drives: as people know them wherever a disk can hold them. What cannot be kept as it is gets 8
 * hex digits of its id: names that are changed for the disk, names that begin with `_` (ours do, and have no digits), and names that look as if they had such
 * digits already. The true name stands in the folder's `_items.jsonl`.
 */
import { createHash } from 'node:crypto'
import { sanitizeName } from '../../repository/index.ts'
import { isHashBucket } from '../layout/names.ts'
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

/** Files lie in their folders as people know them; only in large ones they lie in buckets. */
export const driveLayout: LayoutRules = { key: 'item', isBucket: isHashBucket, inlineItems: 5_000 }

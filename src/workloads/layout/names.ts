/**
 * Names of directories and files that every workload's layout shares. The hex digits come from the id and make a name unique; what is
 * before them is for people. Names beginning with `_` are ours (`_items.jsonl`), so a person's name never begins with one.
 */
import { createHash } from 'node:crypto'
import { sanitizeName } from '../../repository/index.ts'

/** Path of what is backed up as a whole, from the repository's root: `<top>/<fan-out>/<address>~<8 hex>`. */
export function resourcePath(
  top: string,
  resource: { readonly externalId: string; readonly userPrincipalName: string },
): string[] {
  const hash = idHash(resource.externalId)
  return [top, hash.slice(0, 2), readable(resource.userPrincipalName, 80, hash.slice(0, 8))]
}

/** Ids are case-sensitive and may be long; their hash is neither. 64 hex digits. */
export function idHash(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

/** `<name, at most so many bytes>~<unique><ending>`, as every disk can hold it. */
export function readable(name: string, longest: number, unique: string, ending = ''): string {
  const short = shorten(name.toWellFormed().replaceAll(/\s+/gu, ' ').replace(/^_+/, ''), longest).trim()
  return sanitizeName(`${short || 'unnamed'}~${unique}${ending}`)
}

/** Buckets of a workload without months: by the hash of the item's id, `_00` to `_ff`. */
export function hashBucket(externalId: string): string {
  return `_${idHash(externalId).slice(0, 2)}`
}

export function isHashBucket(name: string): boolean {
  return /^_[0-9a-f]{2}$/.test(name)
}

/** Cuts to at most so many bytes of UTF-8, never within a character as a person sees it. */
export function shorten(text: string, longest: number): string {
  if (Buffer.byteLength(text) <= longest) return text
  let result = ''
  let bytes = 0
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(
    text.slice(0, longest),
  )) {
    bytes += Buffer.byteLength(segment)
    if (bytes > longest) break
    result += segment
  }
  return result
}

/** How calendars, contacts and tasks lie in the repository: `/<top>/<fan-out>/<user>~<id>/<collection>~<id>/[_xx/]<name>~<id>.ics`. */
import { idHash, isHashBucket, readable } from '../layout/names.ts'
import type { LayoutRules } from '../layout/write-resource-tree.ts'
import type { OutlookWorkload } from './outlook-workload.ts'

/** Beyond this a change rewrites one of 256 buckets, and not a list of thousands. */
const inlineItems = 1_000

export function outlookLayout({ key }: OutlookWorkload): LayoutRules {
  return { key, isBucket: isHashBucket, inlineItems }
}

/** `2025-03-28 Title~<16 hex>.ics`; contacts without the day. */
export function outlookFileName(
  { key, ending }: OutlookWorkload,
  item: { readonly externalId: string; readonly title: string; readonly time: number | null },
): string {
  const hasDay = key !== 'contact' && item.time !== null && Math.abs(item.time) < 8.64e15
  const text = hasDay ? new Date(item.time).toISOString() : ''
  const day = /^\d{4}-\d\d-\d\d/.exec(text)?.[0] ?? ''
  return readable(`${day} ${item.title}`.trim(), 120, idHash(item.externalId).slice(0, 16), ending)
}

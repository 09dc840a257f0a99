/** Which single folders and items are left out, of any workload. */
import { createHash } from 'node:crypto'
import type { Exclusions } from '../../contract/index.ts'
import { pathPatterns } from '../../repository/index.ts'

export interface ItemFacts {
  /** Name of a file, subject of a mail. */
  readonly name: string
  /** Bytes, where they are known already. */
  readonly size?: number
  /** When it was received, or changed last; milliseconds since the epoch. */
  readonly time?: number
}

export interface ItemExclusions {
  /** Tells these exclusions from others: what was left out under others is looked at again. */
  readonly key: string
  /** By the names of the folders from the top, without the folder of the mailbox or drive itself. */
  excludesFolder(names: readonly string[]): boolean
  /** Why an item is left out, in words; null when it is not. */
  reasonFor(item: ItemFacts, now: number): string | null
}

const dayMs = 86_400_000

/** @throws STO_PATTERN_INVALID */
export function itemExclusions(exclusions: Exclusions): ItemExclusions {
  const { folders, patterns, largerThanMegabytes, olderThanDays } = exclusions
  const ofFolders = pathPatterns(folders, { ignoreCase: true })
  const ofNames = pathPatterns(patterns, { ignoreCase: true })
  return {
    key: createHash('sha256')
      .update(JSON.stringify([folders, patterns, largerThanMegabytes, olderThanDays]))
      .digest('hex')
      .slice(0, 12),
    excludesFolder: (names) => names.length > 0 && ofFolders.matches(`/${names.map(oneName).join('/')}`),
    reasonFor({ name, size, time }, now) {
      if (ofNames.matches(`/${oneName(name)}`)) return 'Left out by a pattern of the protection settings'
      if (largerThanMegabytes !== null && size !== undefined && size > largerThanMegabytes * 1_000_000)
        return `Left out by the protection settings: larger than ${largerThanMegabytes} MB`
      if (olderThanDays !== null && time !== undefined && now - time > olderThanDays * dayMs)
        return `Left out by the protection settings: older than ${olderThanDays} days`
      return null
    },
  }
}

/** A name that no pattern takes for a path. */
const oneName = (name: string) => name.replaceAll('/', '_') || '_'

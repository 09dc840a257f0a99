/**
 * What the protection settings leave out of a resource. A folder of a mailbox that is left out is not read at all: when it is let in again,
 * it is read from its beginning. An item is noted beside those that failed, under a code with the key of the settings: a delta position
 * passes it, and other settings look at it again. What is stored already stays.
 */
import type { FolderState } from '../../catalog/index.ts'
import type { ItemFacts } from '../protection/item-exclusions.ts'
import type { ResourceContext } from './resource-context.ts'

/** How the codes of all that was left out begin, by whatever settings. */
export const leftOutCodes = 'JOB_ITEM_EXCLUDED:'

type Settings = Pick<ResourceContext, 'exclusions'>

export function isLeftOut({ exclusions }: Settings, folder: Pick<FolderState, 'path'>): boolean {
  return exclusions?.excludesFolder(namesOf(folder)) ?? false
}

export const namesOf = ({ path }: Pick<FolderState, 'path'>): readonly string[] => path.split(' / ')

/** Why, in words; null when it is taken. `folders`: names from the top of the mailbox or drive. */
export function whyLeftOut(
  { exclusions, time }: Pick<ResourceContext, 'exclusions' | 'time'>,
  folders: readonly string[],
  item: ItemFacts,
): string | null {
  if (!exclusions) return null
  if (exclusions.excludesFolder(folders)) return 'Its folder is left out by the protection settings'
  return exclusions.reasonFor(item, time)
}

export function exclusionCode({ exclusions }: Settings): string {
  return `${leftOutCodes}${exclusions?.key ?? ''}`
}

/** Whether an item was left out by other settings than those of now. */
export function isLeftOutNoMore(settings: Settings, noted: string): boolean {
  return noted.startsWith(leftOutCodes) && noted !== exclusionCode(settings)
}

/** Which folders of a mailbox are read: those that people see, and beside them what the protection settings ask for. */
import type { FolderState } from '../../catalog/index.ts'
import { isRecoverable } from '../../workloads/index.ts'
import { isLeftOut } from '../resource/left-out.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

type Settings = Pick<ResourceContext, 'exclusions' | 'mailboxes'>

/** A folder is as hidden as the one above it. What is stored of one that is not asked for any more stays. */
export function isAskedFor(
  { mailboxes }: Pick<Settings, 'mailboxes'>,
  folder: FolderState,
  all: ReadonlyMap<string, FolderState>,
): boolean {
  if (isRecoverable(folder)) return mailboxes.recoverableItems
  if (mailboxes.hiddenFolders) return true
  for (
    let at: FolderState | undefined = folder;
    at;
    at = at.parentId === null ? undefined : all.get(at.parentId)
  )
    if (at.isHidden) return false
  return true
}

export function isTaken(
  settings: Settings,
  folder: FolderState,
  all: ReadonlyMap<string, FolderState>,
): boolean {
  return isAskedFor(settings, folder, all) && !isLeftOut(settings, folder)
}

import { readEntry } from '../../workloads/index.ts'
import type { DriveStore } from './drive-store.ts'
import { stagedFile } from './store-files.ts'
import { noteVersions, takeVersions } from './store-versions.ts'

/**
 * Asks once more for older versions of a file that an earlier run could not get. A file whose content changed since is left to the round,
 * which takes its versions with it.
 * @throws MicrosoftError for what concerns the file, or the drive as a whole
 */
export async function retryVersions(store: DriveStore, externalId: string): Promise<void> {
  const { buffer, context, driveId, failedItems, folders } = store
  const forget = () => {
    for (const part of failedItems.partsOf(externalId)) failedItems.heal(buffer, part)
  }
  const known = (await buffer.known([externalId])).get(externalId)
  if (known === undefined || known.validTo !== null || context.files.versions === 0) return forget()
  const file = await readEntry(context.graph, driveId, externalId, context.signal)
  if (file.kind !== 'file' || file.contentTag !== known.changeKey) return
  const taken = await takeVersions(store, file, known)
  const { hashCheck, permissions } = known.metadata
  const item = {
    ...stagedFile(file, known.folderId, known, permissions, hashCheck, taken),
    // Name, place and dates are the round's.
    fileName: known.fileName,
    metadata: known.metadata,
  }
  if (taken.tree !== known.versionsTree) {
    buffer.put(item, 0)
    context.progress.itemsUpdated += 1
  }
  noteVersions(store, { id: known.folderId, path: folders.pathOf(known.folderId) }, file, taken)
  // The file itself is there: failures in a row are those of files.
  failedItems.heal(buffer, externalId)
}

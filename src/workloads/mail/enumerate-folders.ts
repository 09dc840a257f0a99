import { type GraphClient, graphPath, preferImmutableIds, preferPageSize } from '../../microsoft/index.ts'
import type { GraphMailFolder } from './graph-message.ts'
import { folderFields, isChangeTrackingMissing, listFolders } from './listing.ts'
import { plainText } from './plain-text.ts'

export interface FolderChange {
  readonly externalId: string
  /** Microsoft's id of the folder above; one that is in no round is the mailbox's own root. */
  readonly parentExternalId: string | null
  readonly name: string
  /** Messages in the folder, as Microsoft counts them. */
  readonly expectedItems: number | null
  readonly isHidden: boolean
}

export interface FolderRound {
  /** Changed folders by id, each once, in its last state. A field that Graph left out is undefined. */
  readonly changed: Map<string, Partial<FolderChange> & { readonly externalId: string }>
  readonly removed: Set<string>
  /** Where the next round begins; null where this cloud tracks no changes, so that the next one lists all folders again. */
  readonly deltaLink: string | null
}

/**
 * One delta round over the folders of a mailbox: from `position`, or all folders without one. The mailbox's root is not among
 * them (Microsoft Graph, "mailFolder: delta"). A folder may come several times and in any order; the last word counts. Where
 * the cloud has no such round, all folders are listed each time.
 * @throws MicrosoftError, among them one for which `isResyncRequired` or `isMailboxAbsent` holds
 */
export async function enumerateFolders(
  graph: GraphClient,
  user: string,
  position: string | null,
  signal: AbortSignal,
): Promise<FolderRound> {
  try {
    return await trackFolders(graph, user, position, signal)
  } catch (error) {
    if (position !== null || !isChangeTrackingMissing(error)) throw error
    const changed: FolderRound['changed'] = new Map()
    for await (const folder of listFolders(graph, user, signal)) changed.set(folder.id, folderChange(folder))
    return { changed, removed: new Set(), deltaLink: null }
  }
}

async function trackFolders(
  graph: GraphClient,
  user: string,
  position: string | null,
  signal: AbortSignal,
): Promise<FolderRound> {
  const changed: FolderRound['changed'] = new Map()
  const removed = new Set<string>()
  let deltaLink: string | undefined
  const pages = graph.pages<GraphMailFolder>({
    ...(position === null
      ? {
          path: graphPath`/users/${user}/mailFolders/delta`,
          query: {
            $select: folderFields,
            includeHiddenFolders: true,
          },
        }
      : { path: position }),
    prefer: [preferImmutableIds, preferPageSize(200)],
    mailbox: user,
    signal,
  })
  for await (const page of pages) {
    for (const folder of page.value) {
      if (folder['@removed']) {
        removed.add(folder.id)
        changed.delete(folder.id)
      } else {
        removed.delete(folder.id)
        changed.set(folder.id, { ...changed.get(folder.id), ...folderChange(folder) })
      }
    }
    deltaLink = page.deltaLink ?? deltaLink
  }
  if (deltaLink === undefined) throw new TypeError('a delta round ended without a delta link')
  return { changed, removed, deltaLink }
}

function folderChange(folder: GraphMailFolder): Partial<FolderChange> & { externalId: string } {
  return {
    externalId: folder.id,
    ...(folder.parentFolderId === undefined ? {} : { parentExternalId: folder.parentFolderId }),
    ...(folder.displayName === undefined ? {} : { name: plainText(folder.displayName) }),
    ...(folder.totalItemCount === undefined ? {} : { expectedItems: folder.totalItemCount }),
    ...(folder.isHidden === undefined ? {} : { isHidden: folder.isHidden ?? false }),
  }
}

/**
 * Recoverable Items: where Exchange keeps what was deleted from 'Deleted Items' or with Shift+Delete, for 14 to 30 days, and longer under a hold. It lies
 * beside the folders that people see, so their change tracking does not know it. Microsoft Graph v1.0 names `recoverableitemsdeletions` alone
 * ("mailFolder resource type", 2026); `recoverableitemsroot` and what is below it answer applications with Mail.Read too (seen October 2026).
 * What lies where: Exchange Online, "Recoverable Items folder in Exchange Online", 2026.
 */
import { type GraphClient, graphPath, isMailboxAbsent, preferImmutableIds } from '../../microsoft/index.ts'
import { meansItemFailed } from './failures.ts'
import type { GraphMailFolder } from './graph-message.ts'
import { folderFields, listFolders } from './listing.ts'
import { plainText } from './plain-text.ts'

export interface RecoverableFolder {
  readonly externalId: string
  readonly parentExternalId: string | null
  /** Such as people understand. */
  readonly name: string
  readonly expectedItems: number | null
  readonly isHidden: true
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Where restored items go: nobody may put anything into Recoverable Items. */
export const recoveredItemsFolder = 'Recovered items'

const rootName = 'Recoverable Items'
/** Exchange's names, which are the same in every language. Those that are missing here are shown as they are. */
const names: Readonly<Record<string, string>> = {
  Deletions: 'Deleted, recoverable by the user',
  Purges: 'Purged, kept for administrators',
  Versions: 'Versions before changes',
  DiscoveryHolds: 'Kept by eDiscovery holds',
  SubstrateHolds: 'Kept by retention policies',
}
/** The log of who did what in the mailbox, and that of its calendar: no mails. */
const notTaken = new Set(['Audits', 'Calendar Logging'])

const place = 'recoverable-items'

/** Whether a folder of the catalog, by its metadata, belongs to Recoverable Items. */
export function isRecoverable({
  metadata,
}: {
  readonly metadata: Readonly<Record<string, unknown>>
}): boolean {
  return metadata['place'] === place
}

/** Whether it is the one above the others, in which nothing lies. */
export function isRecoverableRoot(folder: { readonly metadata: Readonly<Record<string, unknown>> }): boolean {
  return isRecoverable(folder) && folder.metadata['holdsItems'] === false
}

/**
 * The folders of Recoverable Items, each after the one above it; null where this mailbox shows none of them.
 * @throws MicrosoftError for what concerns the mailbox as a whole
 */
export async function listRecoverableFolders(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
): Promise<RecoverableFolder[] | null> {
  const root = await folderNamed(graph, user, 'recoverableitemsroot', signal)
  if (!root) {
    const deletions = await folderNamed(graph, user, 'recoverableitemsdeletions', signal)
    return deletions ? [described(deletions, null, rootName, {})] : null
  }
  const found = [described(root, null, rootName, { holdsItems: false })]
  const left = new Set<string>()
  for await (const folder of listFolders(graph, user, signal, root.id)) {
    const parent = folder.parentFolderId ?? root.id
    const name = plainText(folder.displayName ?? '')
    if (left.has(parent) || notTaken.has(name)) left.add(folder.id)
    else found.push(described(folder, parent, (parent === root.id && names[name]) || name, {}))
  }
  return found
}

function described(
  folder: GraphMailFolder,
  parentExternalId: string | null,
  name: string,
  more: object,
): RecoverableFolder {
  return {
    externalId: folder.id,
    parentExternalId,
    name,
    expectedItems: folder.totalItemCount ?? null,
    isHidden: true,
    metadata: { place, ...more },
  }
}

async function folderNamed(
  graph: GraphClient,
  user: string,
  name: string,
  signal: AbortSignal,
): Promise<GraphMailFolder | undefined> {
  try {
    const { body } = await graph.request<GraphMailFolder>({
      path: graphPath`/users/${user}/mailFolders/${name}`,
      query: { $select: folderFields },
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    return body
  } catch (error) {
    if (signal.aborted || isMailboxAbsent(error) || !meansItemFailed(error)) throw error
    return undefined
  }
}

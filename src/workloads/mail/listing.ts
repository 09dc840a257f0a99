/**
 * Folders and messages where a cloud tracks no changes of mailboxes: everything is listed, every time. Microsoft's reference pages
 * say that the delta functions of mail exist in all clouds, the schema of the cloud in China (v1.0, August 2026) declares none of
 * them, so whether they are there is found out by asking.
 */
import { type GraphClient, graphPath, isMicrosoftError, preferImmutableIds } from '../../microsoft/index.ts'
import { type GraphMailFolder, type GraphMessage, messageFields } from './graph-message.ts'

export const folderFields = 'id,displayName,parentFolderId,totalItemCount,isHidden'

const foldersPerPage = 200
/** The most items of one `$batch`. */
const batchSize = 20

/** Graph does not know the function: the cloud's schema lacks it. The text alone names what is unknown. */
export function isChangeTrackingMissing(error: unknown): boolean {
  return (
    isMicrosoftError(error) &&
    error.code === 'MSG_BAD_REQUEST' &&
    /segment '(microsoft\.graph\.)?delta/i.test(error.microsoft.microsoftMessage)
  )
}

/** All folders below one (left out: the root, which is not among them), hidden ones included, each after the one above it. */
export async function* listFolders(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
  top: string | null = null,
): AsyncGenerator<GraphMailFolder> {
  const below: (string | null)[] = [top]
  for (let parent = below.pop(); parent !== undefined; parent = below.pop()) {
    const pages = graph.pages<GraphMailFolder>({
      path:
        parent === null
          ? graphPath`/users/${user}/mailFolders`
          : graphPath`/users/${user}/mailFolders/${parent}/childFolders`,
      query: { $select: folderFields, $top: foldersPerPage, includeHiddenFolders: true },
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    for await (const { value } of pages) {
      for (const folder of value) {
        yield folder
        // The count of children leaves hidden ones out, so every folder is asked.
        below.push(folder.id)
      }
    }
  }
}

/**
 * The messages of a folder, page by page, oldest first: what arrives meanwhile is behind, and only what is deleted meanwhile can
 * make a page begin too late. So what a listing did not meet is asked for (`stillIn`) before it is taken to be gone.
 */
export async function* listMessages(
  graph: GraphClient,
  user: string,
  folder: string,
  pageSize: number,
  signal: AbortSignal,
): AsyncGenerator<{ readonly messages: GraphMessage[]; readonly last: boolean }> {
  const pages = graph.pages<GraphMessage>({
    path: graphPath`/users/${user}/mailFolders/${folder}/messages`,
    query: { $select: messageFields.join(','), $orderby: 'receivedDateTime asc', $top: pageSize },
    prefer: [preferImmutableIds],
    mailbox: user,
    signal,
  })
  for await (const page of pages) yield { messages: page.value, last: page.nextLink === undefined }
}

/** Those of the messages that are in the folder now. @throws MicrosoftError */
export async function messagesStillIn(
  graph: GraphClient,
  user: string,
  folder: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const path = (id: string) => `${graphPath`/users/${user}/messages/${id}`}?$select=id,parentFolderId`
  const found = await lookUp<GraphMessage>(graph, user, ids, path, signal)
  return new Set(found.filter(({ parentFolderId }) => parentFolderId === folder).map(({ id }) => id))
}

/** Those of the folders that are there now. @throws MicrosoftError */
export async function foldersStillThere(
  graph: GraphClient,
  user: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const path = (id: string) => `${graphPath`/users/${user}/mailFolders/${id}`}?$select=id`
  const found = await lookUp<GraphMailFolder>(graph, user, ids, path, signal)
  return new Set(found.map(({ id }) => id))
}

async function lookUp<T>(
  graph: GraphClient,
  user: string,
  ids: readonly string[],
  path: (id: string) => string,
  signal: AbortSignal,
): Promise<T[]> {
  const found: T[] = []
  for (let start = 0; start < ids.length; start += batchSize) {
    const requests = ids.slice(start, start + batchSize).map((id, index) => ({
      id: String(index),
      path: path(id),
      headers: { prefer: preferImmutableIds },
    }))
    for (const { status, error, body } of await graph.batch(requests, { mailbox: user, signal })) {
      if (error === null) found.push(body as T)
      else if (status !== 404) throw error
    }
  }
  return found
}

/** Folders of contacts, and the contacts in them. */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainText } from '../mail/plain-text.ts'
import { isJson, type Json, textOf } from '../outlook/graph-json.ts'
import type { OutlookCollection, OutlookEntry, OutlookPage } from '../outlook/outlook-workload.ts'
import { listed, readOrNothing, trackedEntries } from '../outlook/rounds.ts'

/** Outlook's own folder stands in no list and is reached by this name; all others lie below it. */
const defaultFolder = 'contacts'

export async function* enumerateContactFolders(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
): AsyncGenerator<OutlookCollection> {
  const root = await readOrNothing(
    graph,
    user,
    graphPath`/users/${user}/contactFolders/${defaultFolder}`,
    {},
    signal,
  )
  const seen = new Set<string>()
  const waiting: OutlookCollection[] = []
  if (root) waiting.push({ ...folder(root), parentExternalId: null, metadata: { isDefault: true } })
  else
    for await (const { value } of listed({
      graph,
      user,
      path: graphPath`/users/${user}/contactFolders`,
      query: {},
      signal,
    }))
      waiting.push(...value.map(folder))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next.externalId)) continue
    seen.add(next.externalId)
    yield next
    const path = graphPath`/users/${user}/contactFolders/${next.externalId}/childFolders`
    for await (const { value } of listed({ graph, user, path, query: {}, signal }))
      waiting.push(...value.map(folder))
  }
}

function folder(json: Json): OutlookCollection {
  return {
    externalId: textOf(json['id']),
    parentExternalId: textOf(json['parentFolderId']) || null,
    name: plainText(textOf(json['displayName'])),
    metadata: {},
  }
}

export async function isContactFolderThere(
  graph: GraphClient,
  user: string,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (
    (await readOrNothing(
      graph,
      user,
      graphPath`/users/${user}/contactFolders/${id}`,
      { $select: 'id' },
      signal,
    )) !== undefined
  )
}

/** A round over the contacts of a folder (Microsoft Graph, "contact: delta"); each comes with all of its properties. */
export function enumerateContacts(
  graph: GraphClient,
  user: string,
  id: string,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<OutlookPage> {
  const path = graphPath`/users/${user}/contactFolders/${id}/contacts`
  return trackedEntries({ graph, user, path, query: {}, signal }, position, contactEntry)
}

export async function readContact(
  graph: GraphClient,
  user: string,
  folderId: string,
  id: string,
  signal: AbortSignal,
): Promise<OutlookEntry | undefined> {
  const path = graphPath`/users/${user}/contactFolders/${folderId}/contacts/${id}`
  const json = await readOrNothing(graph, user, path, {}, signal)
  return json && contactEntry(json)
}

function contactEntry(json: Json): OutlookEntry {
  return {
    externalId: textOf(json['id']),
    isRemoved: isJson(json['@removed']),
    changeKey: textOf(json['changeKey']),
    title: plainText(textOf(json['displayName']) || textOf(json['fileAs'])),
    json,
  }
}

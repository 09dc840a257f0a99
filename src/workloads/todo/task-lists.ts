/** Lists of Microsoft To Do, and the tasks in them. */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainText } from '../mail/plain-text.ts'
import { isJson, type Json, textOf } from '../outlook/graph-json.ts'
import type { OutlookCollection, OutlookEntry, OutlookPage } from '../outlook/outlook-workload.ts'
import { listed, readOrNothing, trackedEntries } from '../outlook/rounds.ts'

export async function* enumerateTaskLists(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
): AsyncGenerator<OutlookCollection> {
  for await (const { value } of listed({
    graph,
    user,
    path: graphPath`/users/${user}/todo/lists`,
    query: {},
    signal,
  }))
    for (const list of value)
      yield {
        externalId: textOf(list['id']),
        parentExternalId: null,
        name: plainText(textOf(list['displayName'])),
        metadata: {
          wellknownListName: textOf(list['wellknownListName']),
          isOwner: list['isOwner'] === true,
          isShared: list['isShared'] === true,
        },
      }
}

export async function isTaskListThere(
  graph: GraphClient,
  user: string,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (
    (await readOrNothing(graph, user, graphPath`/users/${user}/todo/lists/${id}`, {}, signal)) !== undefined
  )
}

/** A round over the tasks of a list (Microsoft Graph, "todoTask: delta"). A changed step or link makes its task changed. */
export function enumerateTasks(
  graph: GraphClient,
  user: string,
  list: string,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<OutlookPage> {
  const path = graphPath`/users/${user}/todo/lists/${list}/tasks`
  return trackedEntries({ graph, user, path, query: {}, signal }, position, taskEntry)
}

export async function readTaskEntry(
  graph: GraphClient,
  user: string,
  list: string,
  id: string,
  signal: AbortSignal,
): Promise<OutlookEntry | undefined> {
  const json = await readOrNothing(
    graph,
    user,
    graphPath`/users/${user}/todo/lists/${list}/tasks/${id}`,
    {},
    signal,
  )
  return json && taskEntry(json)
}

export function taskEntry(json: Json): OutlookEntry {
  return {
    externalId: textOf(json['id']),
    isRemoved: isJson(json['@removed']),
    changeKey: textOf(json['@odata.etag']) || textOf(json['lastModifiedDateTime']),
    title: plainText(textOf(json['title'])),
    json,
  }
}

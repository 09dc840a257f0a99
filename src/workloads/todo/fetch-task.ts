/** All of a task: its properties, steps, links and attachments. */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainJson, plainText } from '../mail/plain-text.ts'
import { attachmentLines } from '../outlook/attachments.ts'
import { type Json, objectOf, objectsOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import type { FetchedOutlookItem, OutlookEntry, OutlookFacts } from '../outlook/outlook-workload.ts'
import { listed } from '../outlook/rounds.ts'
import { taskFile } from './task-file.ts'
import { taskEntry } from './task-lists.ts'

export async function fetchTask(
  graph: GraphClient,
  user: string,
  list: string,
  entry: OutlookEntry,
  signal: AbortSignal,
): Promise<FetchedOutlookItem> {
  const path = graphPath`/users/${user}/todo/lists/${list}/tasks/${entry.externalId}`
  const { body: task } = await graph.request<Json>({ path, mailbox: user, signal })
  const attachments =
    task['hasAttachments'] === true ? await all(graph, user, `${path}/attachments`, signal) : []
  const json: Json = {
    ...task,
    checklistItems: await all(graph, user, `${path}/checklistItems`, signal),
    linkedResources: await all(graph, user, `${path}/linkedResources`, signal),
    ...(attachments.length > 0 && { attachments }),
  }
  return {
    facts: taskFacts(json),
    file: taskFile(json, () => attachmentLines(graph, user, path, attachments, signal)),
  }
}

async function all(graph: GraphClient, user: string, path: string, signal: AbortSignal): Promise<Json[]> {
  const found: Json[] = []
  for await (const { value } of listed({ graph, user, path, query: {}, signal }))
    found.push(...value.map(({ contentBytes: _bytes, ...json }) => json))
  return found
}

export function taskFacts(json: Json): OutlookFacts {
  const entry = taskEntry(json)
  const {
    body: _body,
    checklistItems,
    linkedResources,
    '@odata.etag': _etag,
    '@odata.context': _context,
    ...metadata
  } = json
  const steps = objectsOf(checklistItems).map((step) => textOf(step['displayName']))
  return {
    externalId: entry.externalId,
    changeKey: entry.changeKey,
    title: entry.title,
    time: timeOf(objectOf(json['dueDateTime'])['dateTime']) ?? timeOf(json['createdDateTime']),
    hasAttachments: json['hasAttachments'] === true,
    categories: textsOf(json['categories']).map(plainText),
    byName: '',
    byAddress: '',
    metadata: plainJson({
      ...metadata,
      steps: steps.length,
      links: objectsOf(linkedResources).length,
    }) as Json,
    searchText: plainText([entry.title, ...steps].join('\n')).slice(0, 20_000),
  }
}

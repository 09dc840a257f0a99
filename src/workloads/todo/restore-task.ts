/** Puts a task back, with its steps, links and attachments. To Do has no hidden properties: a task that says the same is taken to be it. */
import { graphPath } from '../../microsoft/index.ts'
import { type Json, objectOf, objectsOf, textOf } from '../outlook/graph-json.ts'
import type { OpenedItem } from '../outlook/open-item.ts'
import { addAttachments, taskAttachments } from '../outlook/restore/attachments.ts'
import type { RestoredOutlookItem } from '../outlook/restore/restore-outlook.ts'
import { type OutlookTarget, pick, send } from '../outlook/restore/target.ts'

const fields = [
  'title',
  'body',
  'importance',
  'status',
  'categories',
  'isReminderOn',
  'reminderDateTime',
  'dueDateTime',
  'startDateTime',
  'completedDateTime',
  'recurrence',
]
const linkFields = ['webUrl', 'applicationName', 'displayName', 'externalId']
const stepFields = ['displayName', 'isChecked', 'createdDateTime', 'checkedDateTime']

export async function restoreTask(
  target: OutlookTarget,
  { json, attachments }: OpenedItem,
): Promise<RestoredOutlookItem> {
  const list = graphPath`/users/${target.userId}/todo/lists/${target.collectionId}/tasks`
  const known = await findSame(target, list, json)
  const id = known ?? (await send<{ id: string }>(target, 'POST', list, { body: pick(json, fields) })).id
  const path = `${list}/${encodeURIComponent(id)}`
  await addMissing(
    target,
    `${path}/checklistItems`,
    objectsOf(json['checklistItems']).map((step) => pick(step, stepFields)),
  )
  await addMissing(
    target,
    `${path}/linkedResources`,
    objectsOf(json['linkedResources']).map((link) => pick(link, linkFields)),
  )
  const notes = await addAttachments(target, path, taskAttachments, attachments)
  return { outcome: known === undefined ? 'restored' : 'already-there', messageId: id, notes }
}

async function findSame(
  { graph, userId, signal }: OutlookTarget,
  list: string,
  json: Json,
): Promise<string | undefined> {
  const pages = graph.pages<Json>({
    path: list,
    query: { $top: 200 },
    mailbox: userId,
    priority: 'high',
    signal,
  })
  for await (const { value } of pages)
    for (const one of value) if (said(one) === said(json)) return textOf(one['id'])
  return undefined
}

function said(task: Json): string {
  const date = (name: string) => textOf(objectOf(task[name])['dateTime']).slice(0, 19)
  return JSON.stringify([
    textOf(task['title']),
    textOf(task['status']),
    textOf(objectOf(task['body'])['content']),
    date('dueDateTime'),
    date('startDateTime'),
  ])
}

/** By what they are called. */
async function addMissing(target: OutlookTarget, path: string, wanted: readonly Json[]): Promise<void> {
  if (wanted.length === 0) return
  const { value } = await send<{ value: Json[] }>(target, 'GET', path, { query: { $top: 1000 } })
  const there = new Set(value.map(({ displayName }) => displayName))
  for (const body of wanted) if (!there.has(body['displayName'])) await send(target, 'POST', path, { body })
}

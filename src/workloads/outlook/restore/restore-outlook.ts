/**
 * Puts one event, contact or task back. Safe to repeat: an event and a contact carry a marker (which it was, with which content) and a task is
 * known by what it says; one that is in the target already is completed and not created again. Nobody is written to: see `restore-event.ts`.
 */
import { createHash } from 'node:crypto'
import { type GraphClient, graphPath, isNotFound, preferImmutableIds } from '../../../microsoft/index.ts'
import { restoreEvent } from '../../calendar/restore-event.ts'
import { restoreContact } from '../../contacts/restore-contact.ts'
import type { StoredBytes } from '../../content/content.ts'
import { restoreTask } from '../../todo/restore-task.ts'
import { textOf } from '../graph-json.ts'
import { openStoredItem } from '../open-item.ts'
import type { OutlookWorkload } from '../outlook-workload.ts'
import type { OutlookTarget } from './target.ts'

export interface OutlookItemToRestore {
  readonly workload: OutlookWorkload['top']
  readonly userId: string
  /** Microsoft's id of the target calendar, folder or list. */
  readonly collectionId: string
  readonly externalId: string
  /** Of the stored file, lowercase hex. */
  readonly sha256: string
  /** The stored file. */
  readonly content: StoredBytes
}

export interface RestoredOutlookItem {
  readonly outcome: 'restored' | 'already-there'
  readonly messageId: string
  /** What did not come back as it was, in sentences. */
  readonly notes: readonly string[]
}

/** @throws WRK_STORED_ITEM_UNREADABLE, MicrosoftError */
export async function restoreOutlookItem(
  graph: GraphClient,
  item: OutlookItemToRestore,
  signal?: AbortSignal,
): Promise<RestoredOutlookItem> {
  const stored = await openStoredItem(item.content)
  const marker = createHash('sha256').update(`${item.externalId}\n${item.sha256}`).digest('hex')
  const target: OutlookTarget = {
    graph,
    userId: item.userId,
    collectionId: item.collectionId,
    marker,
    signal,
  }
  switch (item.workload) {
    case 'calendar':
      return restoreEvent(target, stored)
    case 'contacts':
      return restoreContact(target, stored)
    case 'todo':
      return restoreTask(target, stored)
  }
}

const places = {
  calendar: { path: 'calendars', name: 'name' },
  contacts: { path: 'contactFolders', name: 'displayName' },
  todo: { path: 'todo/lists', name: 'displayName' },
} as const

/** Fails with what `isMailboxAbsent` knows where the user has no mailbox to hold calendars, contacts or lists. */
export async function requireOutlookPlace(
  graph: GraphClient,
  workload: OutlookWorkload['top'],
  userId: string,
): Promise<void> {
  await graph.request({
    path: `${graphPath`/users/${userId}`}/${places[workload].path}`,
    query: { $top: 1 },
    mailbox: userId,
    priority: 'high',
  })
}

/**
 * The calendar, folder or list that the item came from if it is still there and no other is wanted, else the one at the end of these names, which
 * is made. Folders of contacts lie in each other, all in Outlook's own; calendars and lists stand side by side.
 */
export async function targetCollection(
  graph: GraphClient,
  workload: OutlookWorkload['top'],
  userId: string,
  wanted: { readonly originalId: string | null; readonly names: readonly string[] },
  signal?: AbortSignal,
): Promise<string> {
  const root = `${graphPath`/users/${userId}`}/${places[workload].path}`
  const asking: Asking = { graph, userId, nameField: places[workload].name, signal }
  if (wanted.originalId !== null) {
    try {
      return (await read(asking, `${root}/${encodeURIComponent(wanted.originalId)}`)).id
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  if (workload !== 'contacts') return childCollection(asking, root, wanted.names.at(-1) ?? '')
  // Outlook's own folder stands in no list.
  const own = await read(asking, `${root}/contacts`)
  let { id } = own
  for (const name of isCalled(asking, own, wanted.names[0] ?? '') ? wanted.names.slice(1) : wanted.names)
    id = await childCollection(asking, `${root}/${encodeURIComponent(id)}/childFolders`, name)
  return id
}

interface Asking {
  readonly graph: GraphClient
  readonly userId: string
  readonly nameField: string
  readonly signal: AbortSignal | undefined
}
type Collection = Record<string, unknown> & { id: string }

const common = ({ userId, signal }: Asking) =>
  ({ prefer: [preferImmutableIds], mailbox: userId, priority: 'high', signal }) as const

const isCalled = ({ nameField }: Asking, one: Collection, name: string) =>
  textOf(one[nameField]).toLowerCase() === name.toLowerCase()

async function read(asking: Asking, path: string): Promise<Collection> {
  return (await asking.graph.request<Collection>({ path, ...common(asking) })).body
}

async function childCollection(asking: Asking, path: string, name: string): Promise<string> {
  const { graph, nameField } = asking
  for await (const { value } of graph.pages<Collection>({ path, query: { $top: 200 }, ...common(asking) }))
    for (const one of value) if (isCalled(asking, one, name)) return one.id
  const { body } = await graph.request<{ id: string }>({
    method: 'POST',
    path,
    body: { [nameField]: name },
    ...common(asking),
  })
  return body.id
}

/**
 * Takes over the messages of one page. Each has exactly one outcome: unchanged, updated (state only, no content is fetched),
 * stored (content fetched), removed, skipped or failed. Content is fetched by at most four requests at a time; what the page
 * changed is put into the buffer once all of it is in the repository.
 */
import type { FolderState, KnownItem } from '../../catalog/index.ts'
import {
  bucketMonth,
  fetchContent,
  type GraphMessage,
  isWhole,
  type MailFacts,
  mailFacts,
  mailFileName,
  meansGone,
  meansItemFailed,
  plainText,
  readMessage,
} from '../../workloads/index.ts'
import type { CheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import type { FailedItem, FailedItems } from '../resource/failed-items.ts'
import { inParallel } from '../resource/in-parallel.ts'
import { namesOf, whyLeftOut } from '../resource/left-out.ts'
import type { ResourceContext } from '../resource/resource-context.ts'
import type { BucketAssignment } from './bucket-assignment.ts'

const fetchesAtOnce = 4

export interface MessageStore {
  readonly context: ResourceContext
  readonly buffer: CheckpointBuffer
  readonly buckets: BucketAssignment
  readonly failedItems: FailedItems
}

interface Content {
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
}
type Verdict =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'left-out'; readonly message: GraphMessage; readonly reason: string }
  | { readonly kind: 'failed'; readonly message: GraphMessage; readonly error: unknown }
  | { readonly kind: 'put'; readonly facts: MailFacts; readonly content: Content; readonly fetched: boolean }

/** Messages of one folder; removals among them. @throws what concerns the mailbox as a whole */
export async function storeMessages(
  store: MessageStore,
  folder: FolderState,
  messages: readonly GraphMessage[],
): Promise<void> {
  const { buffer, context, failedItems } = store
  const { progress } = context
  // An entry may come twice in a page; the last word counts.
  const latest = new Map(messages.map((message) => [message.id, message]))
  const known = await buffer.known([...latest.keys()])
  await failedItems.meet([...latest.keys()])
  const verdicts = await inParallel([...latest.values()], fetchesAtOnce, async (message) =>
    message['@removed'] ? null : judge(store, folder, message, known.get(message.id)),
  )
  let index = 0
  for (const message of latest.values()) {
    const verdict = verdicts[index++] ?? null
    const before = known.get(message.id)
    progress.itemsSeen += 1
    if (verdict === null) remove(store, folder, message.id, before)
    else await apply(store, folder, message.id, before, verdict)
  }
  failedItems.checkOutage()
}

/** One message by itself, e.g. one that an earlier run could not fetch. */
export async function storeMessage(
  store: MessageStore,
  folder: FolderState,
  message: GraphMessage,
): Promise<void> {
  const before = (await store.buffer.known([message.id])).get(message.id)
  await apply(store, folder, message.id, before, await judge(store, folder, message, before))
}

async function judge(
  { context, failedItems }: MessageStore,
  folder: FolderState,
  entry: GraphMessage,
  known: KnownItem | undefined,
): Promise<Verdict> {
  const { graph, repository, writer, resource: mailbox, signal } = context
  let message = entry
  try {
    if (known && isOpenIn(folder, known) && entry.changeKey === known.changeKey) return { kind: 'unchanged' }
    if (failedItems.triedAlready(entry.id, entry.changeKey)) return { kind: 'unchanged' }
    if (!isWhole(entry)) message = await readMessage(graph, mailbox.externalId, entry.id, signal)
    const facts = mailFacts(message)
    if (known && contentStays(known, facts) && known.content.every((id) => repository.hasBlob('data', id)))
      return { kind: 'put', facts, content: known, fetched: false }
    const item = { name: facts.subject, ...(facts.receivedAt === null ? {} : { time: facts.receivedAt }) }
    const reason = known ? null : whyLeftOut(context, namesOf(folder), item)
    if (reason !== null) return { kind: 'left-out', message, reason }
    const content = await fetchContent(graph, writer, mailbox.externalId, entry.id, signal)
    // Graph tells the size of a message by its content alone.
    const tooLarge = known ? null : whyLeftOut(context, namesOf(folder), { ...item, size: content.size })
    if (tooLarge !== null) return { kind: 'left-out', message, reason: tooLarge }
    return { kind: 'put', facts, content, fetched: true }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (meansGone(error) && (await isGone(context, entry.id))) return { kind: 'gone' }
    if (!meansItemFailed(error)) throw error
    return { kind: 'failed', message, error }
  }
}

/** Content of a received message never changes; that of a draft may with every change key. */
function contentStays(known: KnownItem, facts: MailFacts): boolean {
  if (known.changeKey === facts.changeKey) return true
  return known.fingerprint === facts.fingerprint && !known.isDraft && !facts.isDraft
}

function isOpenIn(folder: FolderState, known: KnownItem): boolean {
  return known.validTo === null && known.folderId === folder.id
}

async function isGone({ graph, resource: mailbox, signal }: ResourceContext, id: string): Promise<boolean> {
  try {
    await readMessage(graph, mailbox.externalId, id, signal)
    return false
  } catch (error) {
    if (meansGone(error)) return true
    throw error
  }
}

function remove(
  { buffer, context, failedItems }: MessageStore,
  folder: FolderState,
  id: string,
  known: KnownItem | undefined,
): void {
  if (failedItems.isFrom(id, folder.id)) failedItems.heal(buffer, id)
  // A moved message is announced as removed from its old folder, perhaps after its new one was read.
  if (!known || !isOpenIn(folder, known)) return
  buffer.remove(id)
  context.progress.itemsRemoved += 1
}

/** What is noted of a mail that could not be stored. */
export function failedMessage(message: GraphMessage): FailedItem {
  return {
    externalId: message.id,
    subject: plainText(message.subject),
    changeKey: message.changeKey ?? '',
  }
}

async function apply(
  store: MessageStore,
  folder: FolderState,
  id: string,
  known: KnownItem | undefined,
  verdict: Verdict,
): Promise<void> {
  const { buffer, buckets, context, failedItems } = store
  const { progress, guard } = context
  switch (verdict.kind) {
    case 'unchanged':
      return
    case 'gone':
      failedItems.heal(buffer, id)
      return
    case 'left-out':
      failedItems.exclude(buffer, folder, failedMessage(verdict.message), verdict.reason)
      return
    case 'failed':
      failedItems.add(buffer, folder, failedMessage(verdict.message), verdict.error)
      return
    case 'put': {
      const { facts, content, fetched } = verdict
      const stays = known !== undefined && isOpenIn(folder, known)
      const keepsBucket = stays && bucketMonth(known.receivedAt) === bucketMonth(facts.receivedAt)
      buffer.put(
        {
          ...facts,
          folderId: folder.id,
          bucket: keepsBucket ? known.bucket : await buckets.assign(folder.id, facts.receivedAt),
          fileName: stays && !fetched ? known.fileName : mailFileName(facts),
          size: content.size,
          sha256: content.sha256,
          content: content.content,
        },
        fetched ? content.size : 0,
      )
      failedItems.heal(buffer, id)
      if (known?.validTo === guard.sequence) progress.itemsRemoved = Math.max(0, progress.itemsRemoved - 1)
      if (fetched) {
        progress.itemsStored += 1
        progress.bytesRead += content.size
      } else progress.itemsUpdated += 1
    }
  }
}

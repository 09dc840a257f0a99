/**
 * Takes over the entries of one page. Each has one outcome: unchanged (its change key is known), stored, removed or failed. Items are fetched
 * by at most four requests at a time, which is what Exchange takes of one mailbox.
 */
import { createHash } from 'node:crypto'
import { type FolderState, type KnownItem, noMail } from '../../catalog/index.ts'
import {
  hashBucket,
  meansGone,
  meansItemFailed,
  type OutlookEntry,
  type OutlookFacts,
  type OutlookWorkload,
  outlookFileName,
} from '../../workloads/index.ts'
import type { CheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import type { FailedItems } from '../resource/failed-items.ts'
import { inParallel } from '../resource/in-parallel.ts'
import { namesOf, whyLeftOut } from '../resource/left-out.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

const fetchesAtOnce = 4

export interface OutlookStore {
  readonly workload: OutlookWorkload
  readonly context: ResourceContext
  readonly buffer: CheckpointBuffer
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
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'left-out'; readonly title: string; readonly reason: string }
  | { readonly kind: 'put'; readonly facts: OutlookFacts; readonly content: Content }

/** Entries of one collection; removals among them. @throws what concerns the mailbox as a whole */
export async function storeEntries(
  store: OutlookStore,
  collection: FolderState,
  entries: readonly OutlookEntry[],
): Promise<void> {
  const { buffer, context, failedItems } = store
  // An entry may come twice in a page; the last word counts.
  const latest = new Map(entries.map((entry) => [entry.externalId, entry]))
  const known = await buffer.known([...latest.keys()])
  await failedItems.meet([...latest.keys()])
  const verdicts = await inParallel([...latest.values()], fetchesAtOnce, async (entry) =>
    entry.isRemoved ? null : judge(store, collection, entry, known.get(entry.externalId)),
  )
  let index = 0
  for (const entry of latest.values()) {
    const verdict = verdicts[index++] ?? null
    context.progress.itemsSeen += 1
    if (verdict === null) remove(store, collection, entry.externalId, known.get(entry.externalId))
    else apply(store, collection, entry, known.get(entry.externalId), verdict)
  }
  failedItems.checkOutage()
}

/** One entry by itself, e.g. of an item that an earlier run could not fetch. */
export async function storeEntry(
  store: OutlookStore,
  collection: FolderState,
  entry: OutlookEntry,
): Promise<void> {
  const before = (await store.buffer.known([entry.externalId])).get(entry.externalId)
  apply(store, collection, entry, before, await judge(store, collection, entry, before))
}

function isOpenIn(collection: FolderState, known: KnownItem): boolean {
  return known.validTo === null && known.folderId === collection.id
}

async function judge(
  { context, failedItems, workload }: OutlookStore,
  collection: FolderState,
  entry: OutlookEntry,
  known: KnownItem | undefined,
): Promise<Verdict> {
  const { graph, resource, signal, writer } = context
  try {
    if (known && isOpenIn(collection, known) && entry.changeKey !== '' && entry.changeKey === known.changeKey)
      return { kind: 'unchanged' }
    if (failedItems.triedAlready(entry.externalId, entry.changeKey)) return { kind: 'unchanged' }
    // Never by age: a series that began long ago may go on for years.
    const leftOut = (item: { name: string; size?: number }) =>
      known ? null : whyLeftOut(context, namesOf(collection), item)
    const early = leftOut({ name: entry.title })
    if (early !== null) return { kind: 'left-out', title: entry.title, reason: early }
    const { facts, file } = await workload.fetch(
      graph,
      resource.externalId,
      collection.externalId,
      entry,
      signal,
    )
    const content = await writer.saveContent(file)
    const reason = leftOut({ name: facts.title, size: content.size })
    return reason === null
      ? { kind: 'put', facts, content }
      : { kind: 'left-out', title: facts.title, reason }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (meansGone(error) && (await isGone(context, workload, collection, entry))) return { kind: 'gone' }
    if (!meansItemFailed(error)) throw error
    return { kind: 'failed', error }
  }
}

async function isGone(
  { graph, resource, signal }: ResourceContext,
  workload: OutlookWorkload,
  collection: FolderState,
  { externalId }: OutlookEntry,
): Promise<boolean> {
  return (
    (await workload.entry(graph, resource.externalId, collection.externalId, externalId, signal)) ===
    undefined
  )
}

function remove(
  { buffer, context, failedItems }: OutlookStore,
  collection: FolderState,
  id: string,
  known: KnownItem | undefined,
): void {
  if (failedItems.isFrom(id, collection.id)) failedItems.heal(buffer, id)
  // One that was moved is told as removed by where it was, perhaps after where it is was read.
  if (!known || !isOpenIn(collection, known)) return
  buffer.remove(id)
  context.progress.itemsRemoved += 1
}

function apply(
  { buffer, context, failedItems, workload }: OutlookStore,
  collection: FolderState,
  entry: OutlookEntry,
  known: KnownItem | undefined,
  verdict: Verdict,
): void {
  const { progress, guard } = context
  const { externalId } = entry
  switch (verdict.kind) {
    case 'unchanged':
      return
    case 'gone':
      failedItems.heal(buffer, externalId)
      return
    case 'failed': {
      const { title: subject, changeKey } = entry
      failedItems.add(buffer, collection, { externalId, subject, changeKey }, verdict.error)
      return
    }
    case 'left-out': {
      const { title: subject, reason } = verdict
      const { changeKey } = entry
      failedItems.exclude(buffer, collection, { externalId, subject, changeKey }, reason)
      return
    }
    case 'put': {
      const { facts, content } = verdict
      buffer.put(
        {
          ...noMail,
          externalId,
          folderId: collection.id,
          bucket: hashBucket(externalId),
          fileName: outlookFileName(workload, { externalId, title: facts.title, time: facts.time }),
          size: content.size,
          sha256: content.sha256,
          content: content.content,
          // What was fetched may be newer than the entry; the entry's key is what the next list is held against, so a change meanwhile is seen then.
          changeKey: entry.changeKey || facts.changeKey,
          fingerprint: fingerprintOf(facts),
          subject: facts.title,
          fromName: facts.byName,
          fromAddress: facts.byAddress,
          receivedAt: facts.time,
          sentAt: null,
          hasAttachments: facts.hasAttachments,
          categories: facts.categories,
          metadata: facts.metadata,
          searchText: facts.searchText,
        },
        content.size,
      )
      failedItems.heal(buffer, externalId)
      if (known?.validTo === guard.sequence) progress.itemsRemoved = Math.max(0, progress.itemsRemoved - 1)
      progress.itemsStored += 1
      progress.bytesRead += content.size
    }
  }
}

function fingerprintOf(facts: OutlookFacts): string {
  return createHash('sha256').update(JSON.stringify(facts.metadata)).digest('hex').slice(0, 32)
}

/**
 * Items that could not be stored. Each is noted in the same transaction as the delta position that passed it, and fetched by
 * id at the beginning of the next runs; after several runs it counts as permanent and is left alone until it changes.
 * Held in memory: what failed. What the protection settings leave out may be nearly all of a mailbox, so of that only what is being looked at.
 */
import {
  type FolderState,
  leftOutAmong,
  leftOutOtherwise,
  noteLeftOut,
  type Retry,
  retriesOf,
} from '../../catalog/index.ts'
import { AppError } from '../../errors/index.ts'
import { isItemCorrupt, microsoftProblem } from '../../microsoft/index.ts'
import { plainText } from '../../workloads/index.ts'
import type { CheckpointBuffer } from './checkpoint-buffer.ts'
import { exclusionCode, isLeftOutNoMore, leftOutCodes } from './left-out.ts'
import type { ResourceContext } from './resource-context.ts'
import { countsOf } from './resource-progress.ts'

/** Runs that try to fetch an item before it counts as permanently failed. */
export const attemptsBeforePermanent = 5
/** So many failures in a row are not the items' fault. */
const outageLength = 25
/** Rows of the catalog that are read at a time, and that it changes by itself. */
const rowsAtOnce = 500
const rowsNotedAtOnce = 5_000

/** What is noted of an item that could not be stored. */
export interface FailedItem {
  readonly externalId: string
  /** What people know it by. */
  readonly subject: string
  /** Another one means that the item is worth another try. */
  readonly changeKey: string
}

export interface FailedItems {
  /** Items to be tried again now. */
  due(): AsyncIterable<Retry>
  /** Counts and lists what is left alone. */
  noteLeftAlone(buffer: CheckpointBuffer, pathOf: (folderId: string | null) => string): Promise<void>
  /** Looks up what was left out of the items that the calls that follow are about. */
  meet(ids: readonly string[]): Promise<void>
  triedAlready(id: string, changeKey: string | undefined): boolean
  isFrom(id: string, folderId: string): boolean
  add(buffer: CheckpointBuffer, folder: FailedItemFolder, item: FailedItem, error: unknown): void
  /** Notes an item that is left out for a reason that no other try changes; counted as skipped. */
  skip(buffer: CheckpointBuffer, folder: FailedItemFolder, item: FailedItem, error: unknown): void
  /** Notes an item that the protection settings leave out; counted as skipped. */
  exclude(buffer: CheckpointBuffer, folder: FailedItemFolder, item: FailedItem, reason: string): void
  heal(buffer: CheckpointBuffer, id: string): void
  /** Ids of what is noted of parts of an item: they begin with its id and a slash. */
  partsOf(id: string): string[]
  /** @throws the last error when many items failed one after the other for no reason of their own */
  checkOutage(): void
}

/** Where the item is. */
export type FailedItemFolder = Pick<FolderState, 'id' | 'path'>

export async function loadFailedItems(
  context: ResourceContext,
  { onRecorded }: Pick<CheckpointBuffer, 'onRecorded'>,
): Promise<FailedItems> {
  const { db, guard, resource, progress, signal } = context
  const { resourceId } = resource
  const retries = new Map<string, Retry>()
  /** Left out, as the catalog has it: of what is being looked at. */
  let met = new Map<string, Retry>()
  /** Left out, or no more (null), since the last record. */
  const leftOut = new Map<string, Retry | null>()
  onRecorded(() => {
    for (const [id, retry] of leftOut) {
      if (retry) met.set(id, retry)
      else met.delete(id)
    }
    leftOut.clear()
  })
  /** Of parts of items: few, and looked through for every file that changed. */
  const partIds = new Set<string>()
  const keep = (retry: Retry) => {
    const { externalId } = retry
    const isPart = externalId.includes('/')
    if (retry.code.startsWith(leftOutCodes) && !isPart) {
      retries.delete(externalId)
      leftOut.set(externalId, retry)
      return
    }
    retries.set(externalId, retry)
    if (isPart) partIds.add(externalId)
    else if (isMet(externalId)) leftOut.set(externalId, null)
  }
  const isMet = (id: string) => met.has(id) || leftOut.has(id)
  const find = (id: string): Retry | undefined =>
    retries.get(id) ?? (leftOut.has(id) ? (leftOut.get(id) ?? undefined) : met.get(id))
  for (let after = ''; ; ) {
    const page = await retriesOf(db, resourceId, leftOutCodes, after, rowsAtOnce)
    for (const retry of page) keep(retry)
    const last = page.at(-1)
    if (page.length < rowsAtOnce || !last) break
    after = last.externalId
  }
  let inARow = 0
  let lastError: unknown
  const leaveAlone = (
    buffer: CheckpointBuffer,
    folder: FailedItemFolder,
    item: FailedItem,
    why: { readonly code: string; readonly reason: string },
  ): void => {
    const { externalId } = item
    const known = find(externalId)
    const failure = {
      ...item,
      folderId: folder.id,
      outcome: 'skipped' as const,
      attempts: known?.attempts ?? 0,
      ...why,
    }
    if (known?.outcome !== 'skipped' || known.lastSequence !== guard.sequence) progress.itemsSkipped += 1
    keep({ ...failure, lastSequence: guard.sequence })
    buffer.failed({ ...failure, folderPath: folder.path })
  }

  return {
    async *due() {
      const { sequence } = guard
      yield* [...retries.values()].filter(
        (retry) =>
          (retry.outcome === 'retry' || isLeftOutNoMore(context, retry.code)) &&
          retry.lastSequence < sequence,
      )
      const noted = { leftOut: leftOutCodes, code: exclusionCode(context), sequence }
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page = await leftOutOtherwise(db, resourceId, noted, after, rowsAtOnce)
        for (const retry of page) {
          met = new Map([[retry.externalId, retry]])
          yield retry
        }
        after = page.at(-1)?.externalId
      }
    },
    async noteLeftAlone(buffer, pathOf) {
      const code = exclusionCode(context)
      for (let after: string | null = ''; after !== null; ) {
        signal.throwIfAborted()
        const noted = { code, counts: countsOf(progress) }
        const { count, last } = await noteLeftOut(
          db,
          guard,
          resourceId,
          noted,
          pathOf,
          after,
          rowsNotedAtOnce,
        )
        progress.itemsSkipped += count
        after = last
      }
      for (const retry of retries.values()) {
        if (retry.outcome === 'retry' || retry.lastSequence === guard.sequence) continue
        if (isLeftOutNoMore(context, retry.code)) continue
        buffer.failed({ ...retry, folderPath: pathOf(retry.folderId) })
        progress.itemsSkipped += 1
        keep({ ...retry, lastSequence: guard.sequence })
      }
    },
    async meet(ids) {
      const rows = await leftOutAmong(db, resourceId, leftOutCodes, ids)
      met = new Map(rows.map((retry) => [retry.externalId, retry]))
    },
    triedAlready(id, changeKey) {
      const retry = find(id)
      return retry?.lastSequence === guard.sequence && retry.changeKey === changeKey
    },
    isFrom: (id, folderId) => find(id)?.folderId === folderId,
    add(buffer, folder, item, error) {
      const { externalId } = item
      const known = find(externalId)
      const attempts = (known?.attempts ?? 0) + 1
      const failure = {
        ...item,
        folderId: folder.id,
        outcome: attempts >= attemptsBeforePermanent ? ('permanent' as const) : ('retry' as const),
        attempts,
        code: error instanceof AppError ? error.code : 'JOB_UNEXPECTED',
        reason: reasonOf(error),
      }
      if (known?.lastSequence !== guard.sequence) progress.itemsFailed += 1
      keep({ ...failure, lastSequence: guard.sequence })
      buffer.failed({ ...failure, folderPath: folder.path })
      inARow = isItemCorrupt(error) ? 0 : inARow + 1
      lastError = error
    },
    skip: (buffer, folder, item, error) =>
      leaveAlone(buffer, folder, item, {
        code: error instanceof AppError ? error.code : 'JOB_UNEXPECTED',
        reason: reasonOf(error),
      }),
    exclude: (buffer, folder, item, reason) =>
      leaveAlone(buffer, folder, item, { code: exclusionCode(context), reason }),
    heal(buffer, id) {
      inARow = 0
      const retry = find(id)
      if (!retry) return
      if (retry.lastSequence === guard.sequence && retry.outcome !== 'skipped')
        progress.itemsFailed = Math.max(0, progress.itemsFailed - 1)
      retries.delete(id)
      partIds.delete(id)
      if (isMet(id)) leftOut.set(id, null)
      buffer.healed(id)
    },
    partsOf: (id) => [...partIds].filter((part) => part.startsWith(`${id}/`)),
    checkOutage() {
      if (inARow >= outageLength) throw lastError
    },
  }
}

function reasonOf(error: unknown): string {
  const microsoft = microsoftProblem(error)
  if (microsoft?.message) return plainText(`${microsoft.code}: ${microsoft.message}`).slice(0, 500)
  return plainText(error instanceof Error ? error.message : String(error)).slice(0, 500)
}

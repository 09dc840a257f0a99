/**
 * Items that could not be stored. Each is noted in the same transaction as the delta position that passed it, and fetched by
 * id at the beginning of the next runs; after several runs it counts as permanent and is left alone until it changes.
 */
import { type FolderState, type Retry, retriesOf } from '../../catalog/index.ts'
import { AppError } from '../../errors/index.ts'
import { isItemCorrupt, microsoftProblem } from '../../microsoft/index.ts'
import { plainText } from '../../workloads/index.ts'
import type { CheckpointBuffer } from './checkpoint-buffer.ts'
import { exclusionCode, isLeftOutNoMore } from './left-out.ts'
import type { ResourceContext } from './resource-context.ts'

/** Runs that try to fetch an item before it counts as permanently failed. */
export const attemptsBeforePermanent = 5
/** So many failures in a row are not the items' fault. */
const outageLength = 25

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
  due(): Retry[]
  /** Counts and lists what is left alone. */
  noteLeftAlone(buffer: CheckpointBuffer, pathOf: (folderId: string | null) => string): void
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

export async function loadFailedItems(context: ResourceContext): Promise<FailedItems> {
  const { db, guard, resource, progress } = context
  const retries = new Map<string, Retry>()
  /** Of parts of items: few, and looked through for every file that changed. */
  const partIds = new Set<string>()
  const keep = (retry: Retry) => {
    retries.set(retry.externalId, retry)
    if (retry.externalId.includes('/')) partIds.add(retry.externalId)
  }
  for (let after = ''; ; ) {
    const page = await retriesOf(db, resource.resourceId, after, 500)
    for (const retry of page) keep(retry)
    const last = page.at(-1)
    if (page.length < 500 || !last) break
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
    const known = retries.get(externalId)
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
    due: () =>
      [...retries.values()].filter(
        (retry) =>
          (retry.outcome === 'retry' || isLeftOutNoMore(context, retry.code)) &&
          retry.lastSequence < guard.sequence,
      ),
    noteLeftAlone(buffer, pathOf) {
      for (const retry of retries.values()) {
        if (retry.outcome === 'retry' || retry.lastSequence === guard.sequence) continue
        if (isLeftOutNoMore(context, retry.code)) continue
        buffer.failed({ ...retry, folderPath: pathOf(retry.folderId) })
        progress.itemsSkipped += 1
        keep({ ...retry, lastSequence: guard.sequence })
      }
    },
    triedAlready(id, changeKey) {
      const retry = retries.get(id)
      return retry?.lastSequence === guard.sequence && retry.changeKey === changeKey
    },
    isFrom: (id, folderId) => retries.get(id)?.folderId === folderId,
    add(buffer, folder, item, error) {
      const { externalId } = item
      const attempts = (retries.get(externalId)?.attempts ?? 0) + 1
      const failure = {
        ...item,
        folderId: folder.id,
        outcome: attempts >= attemptsBeforePermanent ? ('permanent' as const) : ('retry' as const),
        attempts,
        code: error instanceof AppError ? error.code : 'JOB_UNEXPECTED',
        reason: reasonOf(error),
      }
      if (retries.get(externalId)?.lastSequence !== guard.sequence) progress.itemsFailed += 1
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
      const retry = retries.get(id)
      if (!retry) return
      if (retry.lastSequence === guard.sequence && retry.outcome !== 'skipped')
        progress.itemsFailed = Math.max(0, progress.itemsFailed - 1)
      retries.delete(id)
      partIds.delete(id)
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

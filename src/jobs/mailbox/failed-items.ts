/**
 * Items that could not be stored. Each is noted in the same transaction as the delta position that passed it, and fetched by
 * id at the beginning of the next runs; after several runs it counts as permanent and is left alone until it changes.
 */
import { type FolderState, type Retry, retriesOf } from '../../catalog/index.ts'
import { AppError } from '../../errors/index.ts'
import { isItemCorrupt, microsoftProblem } from '../../microsoft/index.ts'
import { type GraphMessage, plainText } from '../../workloads/index.ts'
import type { CheckpointBuffer } from './checkpoint-buffer.ts'
import type { MailboxContext } from './mailbox-context.ts'

/** Runs that try to fetch an item before it counts as permanently failed. */
export const attemptsBeforePermanent = 5
/** So many failures in a row are not the items' fault. */
const outageLength = 25

export interface FailedItems {
  /** Items to be tried again now. */
  due(): Retry[]
  /** Counts and lists what is left alone. */
  noteLeftAlone(buffer: CheckpointBuffer, pathOf: (folderId: string | null) => string): void
  triedAlready(id: string, changeKey: string | undefined): boolean
  isFrom(id: string, folderId: string): boolean
  add(buffer: CheckpointBuffer, folder: FolderState, message: GraphMessage, error: unknown): void
  heal(buffer: CheckpointBuffer, id: string): void
  /** @throws the last error when many items failed one after the other for no reason of their own */
  checkOutage(): void
}

export async function loadFailedItems(context: MailboxContext): Promise<FailedItems> {
  const { db, guard, mailbox, progress } = context
  const retries = new Map<string, Retry>()
  for (let after = ''; ; ) {
    const page = await retriesOf(db, mailbox.resourceId, after, 500)
    for (const retry of page) retries.set(retry.externalId, retry)
    const last = page.at(-1)
    if (page.length < 500 || !last) break
    after = last.externalId
  }
  let inARow = 0
  let lastError: unknown

  return {
    due: () =>
      [...retries.values()].filter(
        (retry) => retry.outcome === 'retry' && retry.lastSequence < guard.sequence,
      ),
    noteLeftAlone(buffer, pathOf) {
      for (const retry of retries.values()) {
        if (retry.outcome === 'retry' || retry.lastSequence === guard.sequence) continue
        buffer.failed({ ...retry, folderPath: pathOf(retry.folderId) })
        progress.itemsSkipped += 1
        retries.set(retry.externalId, { ...retry, lastSequence: guard.sequence })
      }
    },
    triedAlready(id, changeKey) {
      const retry = retries.get(id)
      return retry?.lastSequence === guard.sequence && retry.changeKey === changeKey
    },
    isFrom: (id, folderId) => retries.get(id)?.folderId === folderId,
    add(buffer, folder, message, error) {
      const attempts = (retries.get(message.id)?.attempts ?? 0) + 1
      const failure = {
        externalId: message.id,
        folderId: folder.id,
        subject: plainText(message.subject),
        outcome: attempts >= attemptsBeforePermanent ? ('permanent' as const) : ('retry' as const),
        attempts,
        code: error instanceof AppError ? error.code : 'JOB_UNEXPECTED',
        reason: reasonOf(error),
        changeKey: message.changeKey ?? '',
      }
      if (retries.get(message.id)?.lastSequence !== guard.sequence) progress.itemsFailed += 1
      retries.set(message.id, { ...failure, lastSequence: guard.sequence })
      buffer.failed({ ...failure, folderPath: folder.path })
      inARow = isItemCorrupt(error) ? 0 : inARow + 1
      lastError = error
    },
    heal(buffer, id) {
      inARow = 0
      const retry = retries.get(id)
      if (!retry) return
      if (retry.lastSequence === guard.sequence) progress.itemsFailed = Math.max(0, progress.itemsFailed - 1)
      retries.delete(id)
      buffer.healed(id)
    },
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

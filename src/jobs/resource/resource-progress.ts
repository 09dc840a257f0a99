import type { ResourceCounts } from '../../catalog/index.ts'
import type { AppError } from '../../errors/index.ts'

/** Counters of one mailbox within a run; written by its backup, read by whoever shows the run. */
export interface ResourceProgress {
  /** Entries of delta pages looked at, unchanged ones included. */
  itemsSeen: number
  itemsStored: number
  itemsUpdated: number
  itemsRemoved: number
  itemsFailed: number
  itemsSkipped: number
  /** How many are to be looked at, as far as Microsoft's folder counts tell; null until known. */
  itemsExpected: number | null
  itemsTotal: number
  bytesRead: number
  /** Something of the mailbox was deliberately not taken over. */
  incomplete: boolean
  notice: string | null
}

export function newProgress(known: Partial<ResourceProgress> = {}): ResourceProgress {
  return {
    itemsSeen: 0,
    itemsStored: 0,
    itemsUpdated: 0,
    itemsRemoved: 0,
    itemsFailed: 0,
    itemsSkipped: 0,
    itemsExpected: null,
    itemsTotal: 0,
    bytesRead: 0,
    incomplete: false,
    notice: null,
    ...known,
  }
}

export function countsOf(progress: ResourceProgress): ResourceCounts {
  const { itemsStored, itemsUpdated, itemsRemoved, itemsFailed, itemsSkipped, itemsExpected, bytesRead } =
    progress
  return { itemsStored, itemsUpdated, itemsRemoved, itemsFailed, itemsSkipped, itemsExpected, bytesRead }
}

/** The mailbox is taken over, but not all of it: says what and why, and makes the run partial. */
export function addNotice(progress: ResourceProgress, said: AppError): void {
  progress.incomplete = true
  progress.notice = [progress.notice, `${said.message}. ${said.remedy}`]
    .filter(Boolean)
    .join(' ')
    .slice(0, 2_000)
}

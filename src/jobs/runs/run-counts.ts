import type { RunCounts } from '../../contract/index.ts'
import type { MailboxProgress } from '../mailbox/mailbox-progress.ts'

/** One mailbox of a run as it is held in memory while the run is driven. */
export interface RunMailbox {
  readonly resourceId: string
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  readonly progress: MailboxProgress
}

/** What is counted beside the mailboxes. */
export interface RunTraffic {
  readonly bytesStored: number
  readonly requests: number
  readonly throttled: number
}

/** `RunCounts` of the contract, and how many items were looked at (for the rate). */
export interface StoredCounts extends RunCounts {
  itemsSeen: number
}

export function runCounts(mailboxes: readonly RunMailbox[], traffic: RunTraffic): StoredCounts {
  const sum = (of: (mailbox: RunMailbox) => number) =>
    mailboxes.reduce((total, mailbox) => total + of(mailbox), 0)
  const inState = (...states: RunMailbox['state'][]) =>
    mailboxes.filter((mailbox) => states.includes(mailbox.state)).length
  return {
    mailboxesTotal: mailboxes.length - inState('skipped'),
    mailboxesDone: inState('succeeded'),
    mailboxesFailed: inState('failed'),
    mailboxesSkipped: inState('skipped'),
    itemsTotal: sum(({ state, progress }) => (state === 'succeeded' ? progress.itemsTotal : 0)),
    itemsStored: sum(({ progress }) => progress.itemsStored),
    itemsUpdated: sum(({ progress }) => progress.itemsUpdated),
    itemsRemoved: sum(({ progress }) => progress.itemsRemoved),
    itemsFailed: sum(({ progress }) => progress.itemsFailed),
    itemsSkipped: sum(({ progress }) => progress.itemsSkipped),
    bytesRead: sum(({ progress }) => progress.bytesRead),
    bytesStored: traffic.bytesStored,
    requests: traffic.requests,
    throttled: traffic.throttled,
    itemsSeen: sum(({ progress }) => progress.itemsSeen),
  }
}

/**
 * Items that the run will look at, by Microsoft's folder counts: known for the mailboxes that have begun, and taken to be the
 * same on average for the others. Null while nothing is known.
 */
export function expectedItems(mailboxes: readonly RunMailbox[]): number | null {
  const candidates = mailboxes.filter(({ state }) => state !== 'skipped' && state !== 'failed')
  const begun = candidates.filter(({ progress }) => progress.itemsExpected !== null)
  if (begun.length === 0) return null
  const known = begun.reduce(
    (total, { progress }) => total + Math.max(progress.itemsExpected ?? 0, progress.itemsSeen),
    0,
  )
  return Math.round((known / begun.length) * candidates.length)
}

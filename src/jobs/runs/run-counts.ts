import type { RunCounts } from '../../contract/index.ts'
import type { ResourceWorkload } from '../../database/index.ts'
import type { ResourceProgress } from '../resource/resource-progress.ts'

/** One resource of a run as it is held in memory while the run is driven. */
export interface CountedResource {
  readonly workload: ResourceWorkload
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'
  readonly progress: ResourceProgress
}

/** What is counted beside the resources. */
export interface RunTraffic {
  readonly bytesStored: number
  readonly requests: number
  readonly throttled: number
  readonly budgetUsed: number
}

/** `RunCounts` of the contract, how many items were looked at (for the rate), and the budget used at that moment. */
export interface StoredCounts extends RunCounts {
  itemsSeen: number
  budgetUsed: number
}

export function runCounts(resources: readonly CountedResource[], traffic: RunTraffic): StoredCounts {
  const sum = (of: (resource: CountedResource) => number) =>
    resources.reduce((total, resource) => total + of(resource), 0)
  const mailboxes = byState(resources.filter(({ workload }) => workload === 'mail'))
  const all = byState(resources)
  return {
    resourcesTotal: all.total,
    resourcesDone: all.done,
    resourcesFailed: all.failed,
    resourcesSkipped: all.skipped,
    mailboxesTotal: mailboxes.total,
    mailboxesDone: mailboxes.done,
    mailboxesFailed: mailboxes.failed,
    mailboxesSkipped: mailboxes.skipped,
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
    budgetUsed: traffic.budgetUsed,
    itemsSeen: sum(({ progress }) => progress.itemsSeen),
  }
}

function byState(resources: readonly CountedResource[]) {
  const inState = (wanted: CountedResource['state']) =>
    resources.filter(({ state }) => state === wanted).length
  const skipped = inState('skipped')
  return { total: resources.length - skipped, done: inState('succeeded'), failed: inState('failed'), skipped }
}

/**
 * Items that the run will look at, by Microsoft's folder counts: known for the resources that have begun, and taken to be the
 * same on average for the others. Null while nothing is known.
 */
export function expectedItems(resources: readonly CountedResource[]): number | null {
  const candidates = resources.filter(({ state }) => state !== 'skipped' && state !== 'failed')
  const begun = candidates.filter(({ progress }) => progress.itemsExpected !== null)
  if (begun.length === 0) return null
  const known = begun.reduce(
    (total, { progress }) => total + Math.max(progress.itemsExpected ?? 0, progress.itemsSeen),
    0,
  )
  return Math.round((known / begun.length) * candidates.length)
}

import type { RunView } from '../../../../src/contract/index.ts'

/** Share of a run that is done, from 0 to 1; undefined while nothing is known. By mails where the expected number is known, else by mailboxes. */
export function runShare(run: Pick<RunView, 'state' | 'counts' | 'itemsExpected'>): number | undefined {
  const { counts, itemsExpected } = run
  if (run.state === 'queued') return undefined
  if (run.state !== 'running') return 1
  const handled = counts.itemsStored + counts.itemsUpdated + counts.itemsFailed + counts.itemsSkipped
  if (itemsExpected !== null && itemsExpected > 0)
    return Math.min(Math.max(counts.itemsTotal, handled) / itemsExpected, 1)
  const resources = counts.resourcesDone + counts.resourcesFailed + counts.resourcesSkipped
  return counts.resourcesTotal > 0 ? Math.min(resources / counts.resourcesTotal, 1) : undefined
}

/** Share of a restore that is done, from 0 to 1. */
export function restoreShare(counts: {
  total: number
  restored: number
  alreadyThere: number
  failed: number
}): number {
  return counts.total === 0
    ? 0
    : Math.min((counts.restored + counts.alreadyThere + counts.failed) / counts.total, 1)
}

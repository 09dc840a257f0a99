import type { Selectable } from 'kysely'
import type { ItemFailureView, Problem, RunCounts, RunResourceView, RunView } from '../../contract/index.ts'
import type { DatabaseSchema, ResourceWorkload } from '../../database/index.ts'
import type { StoredCounts } from './run-counts.ts'

export type RunRow = Selectable<DatabaseSchema['runs']>

const none: StoredCounts = {
  resourcesTotal: 0,
  resourcesDone: 0,
  resourcesFailed: 0,
  resourcesSkipped: 0,
  mailboxesTotal: 0,
  mailboxesDone: 0,
  mailboxesFailed: 0,
  mailboxesSkipped: 0,
  itemsTotal: 0,
  itemsStored: 0,
  itemsUpdated: 0,
  itemsRemoved: 0,
  itemsFailed: 0,
  itemsSkipped: 0,
  bytesRead: 0,
  bytesStored: 0,
  requests: 0,
  throttled: 0,
  itemsSeen: 0,
  budgetUsed: 0,
}

/** A rate over less than this says nothing. */
const shortestRateMs = 2_000

/** Runs of the time when there were only mailboxes did not count the resources by themselves. */
function ofMailboxesAlone(counts: Partial<StoredCounts>): Partial<StoredCounts> {
  return {
    resourcesTotal: counts.mailboxesTotal ?? 0,
    resourcesDone: counts.mailboxesDone ?? 0,
    resourcesFailed: counts.mailboxesFailed ?? 0,
    resourcesSkipped: counts.mailboxesSkipped ?? 0,
  }
}

/** `now`: milliseconds since the epoch, for rate and time left of a run under way. */
export function runView(row: RunRow, now: number): RunView {
  const { itemsSeen, budgetUsed, ...counts } = {
    ...none,
    ...ofMailboxesAlone(row.counts),
    ...(row.counts as Partial<StoredCounts>),
  }
  const end = row.finished_at?.getTime() ?? now
  const elapsed = row.started_at === null ? 0 : end - row.started_at.getTime()
  const rate = elapsed >= shortestRateMs ? itemsSeen / (elapsed / 1000) : null
  const active = row.state === 'running' || row.state === 'publishing'
  const left = row.items_expected === null ? null : Math.max(0, row.items_expected - itemsSeen)
  return {
    id: row.id,
    organizationId: row.organization_id,
    sequence: row.sequence,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    counts: counts satisfies RunCounts,
    itemsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: active && rate !== null && rate > 0 && left !== null ? Math.round(left / rate) : null,
    itemsExpected: row.items_expected,
    budgetUsed: active ? Math.round(budgetUsed * 1000) / 1000 : null,
    snapshotId: row.forgotten_at === null ? row.snapshot_id : null,
    error: row.error as Problem | null,
  }
}

export type RunResourceRow = Selectable<DatabaseSchema['run_resources']> & {
  workload: ResourceWorkload
  user_principal_name: string
  display_name: string
}

export function runResourceView(row: RunResourceRow): RunResourceView {
  return {
    mailboxId: row.resource_id,
    workload: row.workload,
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name,
    state: row.state,
    itemsStored: row.items_stored,
    itemsFailed: row.items_failed,
    itemsTotal: row.items_total,
    error: row.error as Problem | null,
    notice: row.notice,
  }
}

export type RunFailureRow = Selectable<DatabaseSchema['run_failures']> & {
  workload: ResourceWorkload
  user_principal_name: string
}

export function itemFailureView(row: RunFailureRow): ItemFailureView {
  return {
    mailboxId: row.resource_id,
    workload: row.workload,
    userPrincipalName: row.user_principal_name,
    itemId: row.external_id,
    folderPath: row.folder_path,
    subject: row.subject,
    outcome: row.outcome,
    reason: row.reason,
    attempts: row.attempts,
  }
}

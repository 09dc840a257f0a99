/** What whoever drives a run holds while it does: what it was given, the run's resources, and its counters. */
import type { Database } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { ApplicationAccess, RunScope } from '../../organizations/index.ts'
import type { Repository, RepositoryLock, RepositoryWriter } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { RepositoryAccess } from '../repositories.ts'
import type { CheckpointLimits } from '../resource/resource-context.ts'
import { type RunTraffic, runCounts, type StoredCounts } from './run-counts.ts'
import type { LeaseOwner } from './run-lease.ts'
import type { RunResource } from './run-resources.ts'
import type { RunRow } from './run-view.ts'

export interface DriveOptions {
  readonly db: Database
  readonly access: (organizationId: string) => Promise<ApplicationAccess>
  /** What the protection settings choose; null: everything. */
  readonly scope: (organizationId: string, signal: AbortSignal) => Promise<RunScope | null>
  readonly repositories: RepositoryAccess
  readonly clock: Clock
  readonly logger: Logger
  readonly productVersion: string
  readonly owner: LeaseOwner
  readonly mailboxesAtOnce: number
  readonly drivesAtOnce: number
  readonly checkpoints: CheckpointLimits
  /** Told about progress at most once a second, and at the end. */
  onProgress(row: RunRow): void
}

export interface DriveState {
  row: RunRow
  resources: RunResource[]
  scope: RunScope | null
  /** Counters of earlier owners of this run. */
  readonly before: Partial<StoredCounts>
  traffic: () => RunTraffic
}

export interface RunTools {
  readonly access: ApplicationAccess
  readonly repository: Repository
  readonly lock: RepositoryLock
  readonly writer: RepositoryWriter
  readonly signal: AbortSignal
}

/** From now on, what this process moves counts for the run. */
export function countTraffic(state: DriveState, graph: GraphClient, bytesStored: () => number): void {
  const { requests, throttled } = graph.statistics
  state.traffic = () => ({
    bytesStored: bytesStored(),
    requests: graph.statistics.requests - requests,
    throttled: graph.statistics.throttled - throttled,
    budgetUsed: graph.statistics.budgetUsed,
  })
}

export function countsNow(state: DriveState): StoredCounts {
  const { before } = state
  const { bytesStored, requests, throttled, budgetUsed } = state.traffic()
  return runCounts(asCounted(state), {
    bytesStored: bytesStored + (before.bytesStored ?? 0),
    requests: requests + (before.requests ?? 0),
    throttled: throttled + (before.throttled ?? 0),
    budgetUsed,
  })
}

export function asCounted(state: DriveState) {
  return state.resources.map(({ identity, state, progress }) => ({
    workload: identity.workload,
    state,
    progress,
  }))
}

/** Unix time of the run's start, in milliseconds. */
export function startOf(row: RunRow, clock: Clock): number {
  return row.started_at?.getTime() ?? clock.now()
}

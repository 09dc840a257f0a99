/**
 * Which restore points a retention rule lets go: restic's own rules over the snapshots of our runs, counted as one group whatever host they
 * name. Never the newest, and never the newest of a run in which nothing failed. Snapshots that no run of ours made are left alone.
 */
import type { RetentionRule } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { forget, type KeepPolicy, type Repository, type Snapshot } from '../../repository/index.ts'

/** A restore point with the run that made it. */
export interface RestorePoint {
  readonly runId: string
  readonly sequence: number
  readonly snapshotId: string
  readonly finishedAt: Date | null
  readonly isForgotten: boolean
}

export interface RetentionPlan {
  /** Oldest first. */
  readonly remove: readonly RestorePoint[]
  readonly kept: number
}

export async function planRetention(
  db: Database,
  organizationId: string,
  repository: Repository,
  rule: RetentionRule,
  signal: AbortSignal,
): Promise<RetentionPlan> {
  const runs = await db
    .selectFrom('runs')
    .select(['id', 'sequence', 'snapshot_id', 'finished_at', 'state', 'forgotten_at'])
    .where('organization_id', '=', organizationId)
    .where('snapshot_id', 'is not', null)
    .where('state', 'in', ['succeeded', 'partial'])
    .orderBy('sequence')
    .execute()
  const bySnapshot = new Map(runs.map((run) => [run.snapshot_id, run]))
  const isOurs = ({ id }: Snapshot) => bySnapshot.has(id)
  const policy = policyOf(rule)
  const groups =
    policy === null
      ? []
      : await forget(repository, policy, { groupBy: [], select: isOurs, dryRun: true, signal })
  const there = new Set((await repository.listSnapshots(signal)).filter(isOurs).map(({ id }) => id))
  const out = new Set(groups.flatMap(({ remove }) => remove.map(({ id }) => id)))
  const points = runs.filter((run) => run.snapshot_id !== null && there.has(run.snapshot_id))
  const newest = points.at(-1)
  const lastGood = points.findLast(({ state }) => state === 'succeeded')
  const remove = points.filter(
    // What an earlier pass has begun to delete is gone already for whoever restores.
    (run) =>
      run !== newest && run !== lastGood && (run.forgotten_at !== null || out.has(run.snapshot_id ?? '')),
  )
  return {
    remove: remove.map((run) => ({
      runId: run.id,
      sequence: run.sequence,
      snapshotId: run.snapshot_id ?? '',
      finishedAt: run.finished_at,
      isForgotten: run.forgotten_at !== null,
    })),
    kept: points.length - remove.length,
  }
}

/** Null: everything is kept. Ages count from the newest restore point, so that an organization whose backups stopped loses nothing. */
function policyOf(rule: RetentionRule): KeepPolicy | null {
  switch (rule.kind) {
    case 'everything':
      return null
    case 'versions':
      return { last: rule.versions }
    case 'time': {
      const units = { days: 'd', months: 'm', years: 'y' } as const
      return {
        within: rule.unit === 'weeks' ? `${rule.amount * 7}d` : `${rule.amount}${units[rule.unit]}`,
      }
    }
  }
}

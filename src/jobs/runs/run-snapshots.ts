/** Snapshots by the run that made them: each carries the run's id as a tag. */
import type { Database } from '../../database/index.ts'
import type { Repository } from '../../repository/index.ts'
import type { Logger } from '../../shared/index.ts'

export async function isSnapshotThere(repository: Repository, runId: string): Promise<boolean> {
  return (await repository.listSnapshots()).some((snapshot) => snapshot.tags.includes(`run:${runId}`))
}

/**
 * Removes snapshots of runs of ours that ended without being published (cancelled in the very moment). Snapshots of runs that
 * the database does not know are left alone: it may be younger than they are.
 */
export async function forgetUnpublished(
  db: Database,
  repository: Repository,
  organizationId: string,
  logger: Logger,
): Promise<void> {
  const ended = await db
    .selectFrom('runs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('state', 'in', ['failed', 'cancelled'])
    .where('planned_root', 'is not', null)
    .execute()
  if (ended.length === 0) return
  const tags = new Set(ended.map(({ id }) => `run:${id}`))
  for (const snapshot of await repository.listSnapshots()) {
    if (!snapshot.tags.some((tag) => tags.has(tag))) continue
    await repository.removeSnapshot(snapshot.id)
    logger.warn({ snapshot: snapshot.id }, 'removed the snapshot of a run that was not published')
  }
}

/**
 * Object Lock: after a run, everything its restore point needs is kept for the days of the vault. Ends are whole days, so the first
 * run of a day prolongs all packs, and the others only what is new. It never rejects, since the run is published already: a failure is logged, the repository
 * goes on saying until when its newest known restore point is kept, and the next run makes up for it.
 */
import type { Database } from '../../database/index.ts'
import { extendRetention, type Repository, retentionUntil } from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { RepositoryAccess } from '../repositories.ts'

export async function keepRestorePoint(
  parts: {
    readonly db: Database
    readonly repositories: RepositoryAccess
    readonly clock: Clock
    readonly logger: Logger
  },
  organizationId: string,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const { db, repositories, clock, logger } = parts
  const { retention } = repositories
  if (!retention) return
  const until = retentionUntil(retention.days, clock.now())
  try {
    const row = await repositories.find(organizationId)
    if (!row?.head_snapshot_id) return
    const isKnown = row.kept_snapshot_id !== null && (row.kept_until?.getTime() ?? 0) >= until
    const { packs } = await extendRetention(repository, {
      snapshots: [row.head_snapshot_id],
      until,
      ...(isKnown && row.kept_snapshot_id ? { alreadyKept: [row.kept_snapshot_id] } : {}),
      signal,
    })
    await db
      .updateTable('repositories')
      .set({ kept_snapshot_id: row.head_snapshot_id, kept_until: new Date(until) })
      .where('id', '=', row.id)
      .execute()
    logger.info(
      { organizationId, packs, until: new Date(until) },
      'the locks of a restore point were prolonged',
    )
  } catch (error) {
    logger.warn({ organizationId, err: error }, 'the locks of a restore point could not be prolonged')
  }
}

/**
 * Applies the retention of organizations: every night after a new restore point, and at once when the rule was changed.
 *
 * Order: the runs of what goes are marked in the database, so that nobody is offered it any more → snapshots are removed under restic's
 * exclusive lock; what the place does not let go (Object Lock) is offered again → rows of the catalog that nothing shows any more →
 * prune. A crash anywhere is made up for by the next pass, which begins with what is marked.
 */

import { sql } from 'kysely'
import { contentSince } from '../../catalog/index.ts'
import type { Retention, RetentionPreview, RetentionResult } from '../../contract/index.ts'
import { type Database, type WakingQueue, wakeRegularly } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import { readProtection } from '../../organizations/index.ts'
import { forgetSnapshots, prune, type Repository } from '../../repository/index.ts'
import { type Clock, type Logger, oneAtATime } from '../../shared/index.ts'
import type { RepositoryAccess } from '../repositories.ts'
import { forgetRows } from './forget-rows.ts'
import { whileRunsWait } from './maintenance.ts'
import { planRetention, type RestorePoint } from './plan-retention.ts'

export interface RetentionService {
  /** What a retention would delete if it were applied now; nothing is. */
  preview(organizationId: string, retention: Retention, signal: AbortSignal): Promise<RetentionPreview>
  /** Null when a run or a restore is under way, or there is no repository: it stays due. @throws STO_ errors */
  apply(organizationId: string, signal: AbortSignal): Promise<RetentionResult | null>
  /** Applies what is due. Never rejects for what concerns a single organization. */
  tick(): Promise<void>
  start(queue: WakingQueue): Promise<void>
  stop(): Promise<void>
}

const queueName = 'backup-retention'
const everyFiveMinutes = '*/5 * * * *'
/** Not after each of many runs a day: a prune reads every tree. */
const pauseMs = 20 * 3_600_000
const shownPoints = 100

export function createRetentionService(parts: {
  readonly db: Database
  readonly repositories: RepositoryAccess
  readonly clock: Clock
  readonly logger: Logger
}): RetentionService {
  const { db, repositories, clock, logger } = parts
  const stopping = new AbortController()
  let leave = async (): Promise<void> => {}

  const isThere = async (organizationId: string) =>
    (await repositories.find(organizationId))?.state === 'ready'

  const pass = async (
    organizationId: string,
    repository: Repository,
    signal: AbortSignal,
  ): Promise<RetentionResult> => {
    const { retention } = await readProtection(db, organizationId)
    const { remove } = await planRetention(db, organizationId, repository, retention.rule, signal)
    const gone = remove.length === 0 ? [] : await removePoints(organizationId, repository, remove, signal)
    const rows = await forgetRows(db, organizationId, signal)
    const alsoNeeded = (stop: AbortSignal) => unpublishedBlobs(organizationId, stop)
    const pruned = gone.length > 0 ? await prune(repository, { signal, alsoNeeded }) : null
    return {
      removed: gone.length,
      retained: remove.length - gone.length,
      rowsRemoved: rows,
      bytesFreed: pruned?.bytes.freed ?? 0,
      at: new Date(clock.now()).toISOString(),
      error: null,
    }
  }

  /** What a run that broke off has stored for the next one to publish: no tree names it yet. */
  async function* unpublishedBlobs(organizationId: string, signal: AbortSignal) {
    const { head_sequence } = await db
      .selectFrom('repositories')
      .select('head_sequence')
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow()
    for await (const { items } of contentSince(db, organizationId, head_sequence + 1, signal)) {
      yield items.flatMap(({ content, versionsTree }) => [
        ...content.map((id) => ({ type: 'data', id }) as const),
        ...(versionsTree === null ? [] : [{ type: 'tree', id: versionsTree } as const]),
      ])
    }
  }

  const removePoints = async (
    organizationId: string,
    repository: Repository,
    points: readonly RestorePoint[],
    signal: AbortSignal,
  ): Promise<RestorePoint[]> => {
    await mark(
      points.map(({ runId }) => runId),
      new Date(clock.now()),
    )
    const { retained } = await forgetSnapshots(
      repository,
      points.map(({ snapshotId }) => snapshotId),
      { signal },
    )
    const kept = new Set(retained.map(({ id }) => id))
    const staying = points.filter(({ snapshotId }) => kept.has(snapshotId))
    await mark(
      staying.map(({ runId }) => runId),
      null,
    )
    const gone = points.filter(({ snapshotId }) => !kept.has(snapshotId))
    logger.info(
      {
        organizationId,
        removed: gone.map(({ sequence }) => sequence),
        retained: staying.map(({ sequence }) => sequence),
      },
      'restore points whose time is over were deleted',
    )
    return gone
  }
  const mark = async (runIds: readonly string[], at: Date | null): Promise<void> => {
    if (runIds.length === 0) return
    await sql`update runs set forgotten_at = ${at} where id = any(${runIds}::uuid[])`.execute(db)
  }

  const apply = async (organizationId: string, signal: AbortSignal): Promise<RetentionResult | null> => {
    if (!(await isThere(organizationId))) return null
    const repository = await repositories.open(organizationId)
    const { head_sequence: sequence } = await db
      .selectFrom('repositories')
      .select('head_sequence')
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow()
    const done = await whileRunsWait(parts, organizationId, () => pass(organizationId, repository, signal))
    if (!done) return null
    await record(organizationId, done.result, { retention_due: false, retention_sequence: sequence })
    return done.result
  }
  const record = async (
    organizationId: string,
    result: RetentionResult,
    more: { retention_due?: boolean; retention_sequence?: number } = {},
  ) => {
    await db
      .updateTable('protection_settings')
      .set({
        retention_applied_at: new Date(clock.now()),
        retention_result: JSON.stringify(result),
        ...more,
      })
      .where('organization_id', '=', organizationId)
      .execute()
  }

  const due = async (): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`
      select organizations.id from organizations
      join protection_settings on protection_settings.organization_id = organizations.id
      join repositories on repositories.organization_id = organizations.id
      where organizations.state = 'active' and repositories.state = 'ready' and (
        (retention_due and (retention_applied_at is null or retention_result->>'error' is null
          or retention_applied_at < ${new Date(clock.now() - 3_600_000)}))
        or (retention->'rule'->>'kind' <> 'everything' and head_sequence > retention_sequence
          and (retention_applied_at is null or retention_applied_at < ${new Date(clock.now() - pauseMs)}))
      ) order by organizations.id
    `.execute(db)
    return rows.map(({ id }) => id)
  }
  const work = async (): Promise<void> => {
    for (const id of await due()) {
      if (stopping.signal.aborted) return
      try {
        await apply(id, stopping.signal)
      } catch (error) {
        if (stopping.signal.aborted) return
        const code = isAppError(error) ? error.code : 'JOB_UNEXPECTED'
        logger.warn({ organizationId: id, code, err: error }, 'the retention could not be applied')
        const at = new Date(clock.now()).toISOString()
        const words = error instanceof Error ? error.message : String(error)
        await record(id, { removed: 0, retained: 0, rowsRemoved: 0, bytesFreed: 0, at, error: words })
      }
    }
  }
  const { run: tick, settled } = oneAtATime(work)
  const tickSafely = () =>
    tick().catch((error: unknown) => {
      if (!stopping.signal.aborted) logger.error({ error: String(error) }, 'applying retentions failed')
    })

  return {
    apply,
    tick,
    async preview(organizationId, { rule }, signal) {
      const retention = repositories.retention
      const lock = retention && { days: retention.days, mode: retention.mode }
      if (!(await isThere(organizationId))) return { removes: 0, keeps: 0, points: [], objectLock: lock }
      const repository = await repositories.open(organizationId)
      const { remove, kept } = await planRetention(db, organizationId, repository, rule, signal)
      return {
        removes: remove.length,
        keeps: kept,
        points: remove.slice(0, shownPoints).map(({ runId, sequence, finishedAt }) => ({
          runId,
          sequence,
          finishedAt: finishedAt?.toISOString() ?? null,
        })),
        objectLock: lock,
      }
    },
    start: async (queue) => {
      const waking = { name: queueName, cron: everyFiveMinutes, limitSeconds: 6 * 3600 }
      leave = await wakeRegularly(queue, waking, tickSafely)
      void tickSafely()
    },
    stop: async () => {
      stopping.abort(new Error('the server is stopping'))
      await leave().catch(() => undefined)
      await settled()
    },
  }
}

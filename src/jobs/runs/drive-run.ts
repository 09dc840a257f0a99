/**
 * Drives one run from where it stands to its end: plan, resources, publication. Safe to call for any run at any time: the lease
 * decides who drives, and every step finds what was done before it.
 *
 * Locks, in this order: the run's lease → restic's shared lock for the whole run → the repository's advisory lock while
 * publishing. A run that loses its lease or restic's lock stops writing at once.
 */
import type { RunGuard } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import { toProblem } from '../../organizations/index.ts'
import type { RepositoryLock, RepositoryWriter } from '../../repository/index.ts'
import { fail } from '../errors.ts'
import { inLanes } from '../resource/in-parallel.ts'
import { untilMaintained } from '../retention/maintenance.ts'
import { discover } from './discover.ts'
import { driveResource, isSettled } from './drive-resource.ts'
import {
  asCounted,
  countsNow,
  countTraffic,
  type DriveOptions,
  type DriveState,
  type RunTools,
  startOf,
} from './drive-state.ts'
import { keepRestorePoint } from './keep-restore-point.ts'
import { readMissingAgain } from './missing-content.ts'
import { goBackToWhatIsThere } from './missing-restore-points.ts'
import { narrowPlan } from './narrow-plan.ts'
import { endWithoutSnapshot, publish } from './publish.ts'
import { expectedItems, type StoredCounts } from './run-counts.ts'
import { releaseLease, renewLease, takeLease } from './run-lease.ts'
import { loadRunResources, type RunResource } from './run-resources.ts'
import { forgetUnpublished, isSnapshotThere } from './run-snapshots.ts'
import type { RunRow } from './run-view.ts'

const tickMs = 1_000

/** Why a run in progress stops; `stopping` leaves it to the next start. */
export type StopReason = 'stopping' | 'cancelled'

class Stop extends Error {
  readonly reason: StopReason
  constructor(reason: StopReason) {
    super(reason)
    this.reason = reason
  }
}

export function stopFor(reason: StopReason): Error {
  return new Stop(reason)
}

/** Resolves when the run has ended, was left to another process, or was stopped. Never rejects for what concerns the run alone. */
export async function driveRun(options: DriveOptions, runId: string, stop: AbortController): Promise<void> {
  const { db, clock, logger, owner } = options
  const row = await takeLease(db, runId, owner)
  if (!row) return
  const guard: RunGuard = { runId, epoch: row.epoch, sequence: row.sequence }
  const state: DriveState = {
    row,
    resources: [],
    scope: null,
    before: row.counts as Partial<StoredCounts>,
    traffic: () => ({ bytesStored: 0, requests: 0, throttled: 0, budgetUsed: 0 }),
  }
  const ticking = new AbortController()
  const ticker = tick(options, state, stop, ticking.signal)
  let lock: RepositoryLock | undefined
  let writer: RepositoryWriter | undefined
  const onLost = () => stop.abort(lock?.lost.reason)
  try {
    await untilMaintained(options, row.organization_id, stop.signal)
    const access = await options.access(row.organization_id)
    countTraffic(state, access.graph, () => writer?.statistics.bytesStored ?? 0)
    // Making and opening a repository takes seconds, most of them for its passwords; finding what there is needs none. Both are waited for.
    const [opened, discovered] = await Promise.allSettled([
      options.repositories.open(row.organization_id),
      discoverFirst(db, guard, row, access.graph, stop.signal),
    ])
    if (opened.status === 'rejected') throw opened.reason
    if (discovered.status === 'rejected') throw discovered.reason
    const repository = opened.value
    lock = await repository.lock('shared', stop.signal)
    lock.lost.addEventListener('abort', onLost, { once: true })
    await repository.refreshIndex(stop.signal)
    await forgetUnpublished(db, repository, row.organization_id, logger)
    writer = repository.writer(stop.signal, { indexEvery: options.checkpoints.packBytes })
    await work(options, guard, state, { access, repository, lock, writer, signal: stop.signal })
    // The run has ended and its lease with it; only the end of the program and of the lock still stop what is left to do.
    ticking.abort()
    await keepRestorePoint(options, row.organization_id, repository, whileRunning(stop.signal, lock))
  } catch (error) {
    await conclude(options, guard, state, stop.signal.aborted ? stop.signal.reason : error)
  } finally {
    ticking.abort()
    await ticker
    lock?.lost.removeEventListener('abort', onLost)
    writer?.abort()
    await lock
      ?.release()
      .catch((error: unknown) => logger.warn({ runId, error: String(error) }, 'lock not released'))
    const last = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst()
    if (last) options.onProgress(last)
    logger.info(
      { runId, state: last?.state, milliseconds: clock.now() - row.created_at.getTime() },
      'backup run stops',
    )
  }
}

/** Plans the run, unless it was before. */
async function discoverFirst(
  db: Database,
  guard: RunGuard,
  row: RunRow,
  graph: GraphClient,
  signal: AbortSignal,
): Promise<void> {
  if ((await loadRunResources(db, guard.runId)).length === 0)
    await discover(db, guard, row.organization_id, graph, signal)
}

function whileRunning(stop: AbortSignal, lock: RepositoryLock): AbortSignal {
  const stopping = new AbortController()
  const check = () => {
    if (stop.reason instanceof Stop) stopping.abort(stop.reason)
  }
  if (stop.aborted) check()
  else stop.addEventListener('abort', check, { once: true })
  return AbortSignal.any([stopping.signal, lock.lost])
}

async function work(
  options: DriveOptions,
  guard: RunGuard,
  state: DriveState,
  tools: RunTools,
): Promise<void> {
  const { db, clock } = options
  const { row } = state
  const { repository, writer, signal } = tools
  const isSaved = row.state === 'publishing' && (await isSnapshotThere(repository, guard.runId))
  const parts = { db, repository, clock, logger: options.logger }
  // First: it changes what is known of the resources.
  if (!isSaved) await goBackToWhatIsThere(parts, guard, row.organization_id, signal)
  state.resources = await loadRunResources(db, guard.runId)
  state.scope = await options.scope(row.organization_id, signal)
  if (state.scope) {
    await narrowPlan(db, guard, state.scope)
    state.resources = await loadRunResources(db, guard.runId)
  }
  const home = await db
    .selectFrom('repositories')
    .select(['id', 'head_root', 'head_sequence'])
    .where('organization_id', '=', row.organization_id)
    .executeTakeFirstOrThrow()
  if (!isSaved) {
    const unpublished = { organizationId: row.organization_id, since: row.sequence }
    await readMissingAgain(parts, guard, unpublished, state.resources, signal)
    await inLanes(lanesOf(state.resources, options), async (resource) => {
      signal.throwIfAborted()
      if (isSettled(resource, repository)) return
      await driveResource(options, guard, state, tools, resource, home)
    })
    signal.throwIfAborted()
  }
  // What is out of scope is no failure beside others that are in it; where none is, nothing is in scope.
  const failed = state.resources.filter(({ error }) => error !== null)
  const publishes = state.resources.some(({ state }) => state === 'succeeded')
  if (!publishes && failed.length > 0) {
    const reason = (failed[0]?.error as { title?: string } | null)?.title ?? 'unknown'
    throw fail('JOB_RUN_ALL_FAILED', { count: failed.length, reason })
  }
  await publish({
    db,
    guard,
    organizationId: row.organization_id,
    repository,
    repositoryId: home.id,
    writer,
    lock: tools.lock,
    productVersion: options.productVersion,
    time: startOf(row, clock),
    now: clock.now(),
    resources: state.resources,
    expiredUsers: state.scope?.expiredUsers ?? new Set(),
    counts: countsNow(state),
    signal,
  })
}

async function conclude(
  options: DriveOptions,
  guard: RunGuard,
  state: DriveState,
  error: unknown,
): Promise<void> {
  const { db, clock, logger } = options
  const context = {
    db,
    guard,
    organizationId: state.row.organization_id,
    now: clock.now(),
    counts: countsNow(state),
    resources: state.resources,
  }
  try {
    if (error instanceof Stop && error.reason === 'cancelled')
      await endWithoutSnapshot(context, 'cancelled', null)
    else if (error instanceof Stop) await releaseLease(db, guard.runId, guard.epoch)
    else if (isAppError(error, 'CAT_RUN_TAKEN_OVER', 'JOB_RUN_LEASE_LOST'))
      logger.warn({ runId: guard.runId }, 'another process drives the run')
    else {
      logger.error(
        { runId: guard.runId, code: isAppError(error) ? error.code : null, err: error },
        'backup run failed',
      )
      await endWithoutSnapshot(context, 'failed', toProblem(error))
    }
  } catch (second) {
    logger.error({ runId: guard.runId, error: String(second) }, 'the end of the run could not be recorded')
  }
}

/** Once a second: renew the lease, record and tell the progress, see whether somebody wants the run to end. */
async function tick(
  options: DriveOptions,
  state: DriveState,
  stop: AbortController,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, logger } = options
  const { id, epoch } = state.row
  for (;;) {
    try {
      await clock.sleep(tickMs, signal)
    } catch {
      return
    }
    try {
      const counts = countsNow(state)
      const row = await renewLease(db, id, epoch, {
        counts,
        itemsExpected: expectedItems(asCounted(state)),
      })
      if (signal.aborted) return
      if (!row) stop.abort(fail('JOB_RUN_LEASE_LOST'))
      else if (row.cancel_requested) stop.abort(stopFor('cancelled'))
      if (row) options.onProgress(row)
    } catch (error) {
      logger.warn({ runId: id, error: String(error) }, 'lease could not be renewed')
    }
  }
}

/**
 * Each mailbox has a budget of its own, and all drives share one: drives that wait for it must not keep the mailboxes from theirs.
 */
function lanesOf(resources: readonly RunResource[], { mailboxesAtOnce, drivesAtOnce }: DriveOptions) {
  const isDrive = ({ identity }: RunResource) => identity.workload === 'drive'
  return [
    { items: resources.filter((resource) => !isDrive(resource)), limit: mailboxesAtOnce },
    { items: resources.filter(isDrive), limit: drivesAtOnce },
  ]
}

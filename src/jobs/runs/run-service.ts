/**
 * Backup runs as the rest of the program sees them: started through the queue, listed, cancelled, and taken up again after a
 * restart. The queue only wakes a worker; which process drives a run is decided by the lease on its row.
 */
import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { decodeCursor } from '../../catalog/index.ts'
import type {
  EventBus,
  ItemFailureView,
  Page,
  PageQuery,
  RunResourceView,
  RunView,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { ApplicationAccess, Protection } from '../../organizations/index.ts'
import { type Clock, type Logger, pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { holdActive } from '../removal/organization-work.ts'
import type { RepositoryAccess } from '../repositories.ts'
import { type CheckpointLimits, defaultCheckpoints } from '../resource/resource-context.ts'
import { driveRun, stopFor } from './drive-run.ts'
import { abandonedRuns, leaseOwner } from './run-lease.ts'
import { itemFailureView, type RunRow, runResourceView, runView } from './run-view.ts'

export interface RunServiceOptions {
  readonly db: Database
  /** A started queue; its end is the caller's. */
  readonly queue: Pick<PgBoss, 'createQueue' | 'send' | 'work' | 'offWork'>
  readonly organizations: {
    get(id: string): Promise<unknown>
    access(id: string): Promise<ApplicationAccess>
  }
  readonly repositories: RepositoryAccess
  /** What the settings choose; left out: everything. */
  readonly protection?: Pick<Protection, 'scope'>
  readonly events: EventBus
  readonly clock: Clock
  readonly logger: Logger
  /** Tells this start of the program from all others. */
  readonly nonce: string
  readonly productVersion: string
  /** Default 10: with four requests each, enough to keep a core busy where an answer takes 150 ms. */
  readonly mailboxesAtOnce?: number
  /** Default 4. */
  readonly drivesAtOnce?: number
  /** Default 4. */
  readonly runsAtOnce?: number
  /** Default: a minute, 2,000 rows or 64 MiB. */
  readonly checkpoints?: CheckpointLimits
}

export interface RunService {
  /** @throws JOB_RUN_ACTIVE, ORG_NOT_FOUND */
  start(organizationId: string, operatorId: string | null): Promise<RunView>
  /** @throws JOB_RUN_NOT_FOUND */
  get(id: string): Promise<RunView>
  /** Newest first. */
  list(organizationId: string, query: PageQuery): Promise<Page<RunView>>
  resources(id: string, query: PageQuery): Promise<Page<RunResourceView>>
  failures(id: string, query: PageQuery): Promise<Page<ItemFailureView>>
  /** @throws JOB_RUN_NOT_FOUND, JOB_RUN_ENDED */
  cancel(id: string): Promise<RunView>
  /** Runs that made a snapshot, newest first. */
  restorePoints(organizationId: string, query: PageQuery): Promise<Page<RunView>>
  /** At the start: runs that nobody drives go on by themselves. Repeats itself for owners that vanish later. */
  resumeAll(): Promise<void>
  /** Runs under way of all organizations. */
  countActive(): Promise<number>
  /** Stops this process's runs where they are; the next start goes on with them. */
  stop(): Promise<void>
}

const queueName = 'backup-run'
const resumeIntervalMs = 15_000

export function createRunService(options: RunServiceOptions): RunService {
  const { db, queue, clock, logger, events } = options
  const owner = leaseOwner(options.nonce)
  const stopping = new AbortController()
  const driven = new Map<string, { controller: AbortController; done: Promise<void> }>()
  const show = (row: RunRow) => runView(row, clock.now())
  let ready: Promise<void> | undefined

  const drive = (runId: string): Promise<void> => {
    const known = driven.get(runId)
    if (known) return known.done
    if (stopping.signal.aborted) return Promise.resolve()
    const controller = new AbortController()
    const done = driveRun(
      {
        db,
        access: (id) => options.organizations.access(id),
        repositories: options.repositories,
        scope: async (id, signal) => (await options.protection?.scope(id, signal)) ?? null,
        clock,
        logger,
        productVersion: options.productVersion,
        owner,
        mailboxesAtOnce: options.mailboxesAtOnce ?? 10,
        drivesAtOnce: options.drivesAtOnce ?? 4,
        checkpoints: options.checkpoints ?? defaultCheckpoints,
        onProgress: (row) => events.publish({ topic: 'run', view: show(row) }),
      },
      runId,
      controller,
    )
      .catch((error: unknown) => logger.error({ runId, error: String(error) }, 'driving a run failed'))
      .finally(() => driven.delete(runId))
    driven.set(runId, { controller, done })
    return done
  }

  /** The queue and its worker, once. */
  const prepare = (): Promise<void> =>
    (ready ??= listen().catch((error: unknown) => {
      ready = undefined
      throw error
    }))
  const listen = async (): Promise<void> => {
    await queue.createQueue(queueName, { retryLimit: 3, expireInSeconds: 86_400, heartbeatSeconds: 60 })
    await queue.work<{ runId: string }>(
      queueName,
      { batchSize: 1, localConcurrency: options.runsAtOnce ?? 4, pollingIntervalSeconds: 0.5 },
      async (jobs) => {
        for (const job of jobs) await drive(job.data.runId)
      },
    )
  }
  const enqueue = async (runId: string): Promise<void> => {
    await prepare()
    await queue.send(queueName, { runId })
  }

  const read = async (id: string): Promise<RunRow> => {
    const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw fail('JOB_RUN_NOT_FOUND')
    return row
  }
  const listRuns = async (
    organizationId: string,
    { cursor, limit = 50 }: PageQuery,
    onlyPublished: boolean,
  ): Promise<Page<RunView>> => {
    const before = cursor === undefined ? null : Number(decodeCursor(cursor, ['integer'])[0])
    const rows = await db
      .selectFrom('runs')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .$if(before !== null, (query) => query.where('sequence', '<', before ?? 0))
      .$if(onlyPublished, (query) =>
        query
          .where('snapshot_id', 'is not', null)
          .where('forgotten_at', 'is', null)
          .where('state', 'in', ['succeeded', 'partial']),
      )
      .orderBy('sequence', 'desc')
      .limit(limit + 1)
      .execute()
    return pageFrom(rows, limit, show, (row) => [row.sequence])
  }

  const resumeOnce = async (): Promise<void> => {
    for (const runId of await abandonedRuns(db, owner)) {
      if (driven.has(runId)) continue
      logger.info({ runId }, 'backup run goes on')
      await enqueue(runId)
    }
  }

  return {
    async start(organizationId, operatorId) {
      await options.organizations.get(organizationId)
      const row = await insertRun(db, organizationId, operatorId)
      await enqueue(row.id)
      events.publish({ topic: 'run', view: show(row) })
      return show(row)
    },
    get: async (id) => show(await read(id)),
    list: (organizationId, query) => listRuns(organizationId, query, false),
    restorePoints: (organizationId, query) => listRuns(organizationId, query, true),
    async resources(id, { cursor, limit = 50 }) {
      await read(id)
      const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, ['integer'])[0])
      const rows = await db
        .selectFrom('run_resources')
        .innerJoin('resources', 'resources.id', 'run_resources.resource_id')
        .selectAll('run_resources')
        .select(['resources.workload', 'resources.user_principal_name', 'resources.display_name'])
        .where('run_id', '=', id)
        .where('position', '>', after)
        .orderBy('position')
        .limit(limit + 1)
        .execute()
      return pageFrom(rows, limit, runResourceView, (row) => [row.position])
    },
    async failures(id, { cursor, limit = 50 }) {
      await read(id)
      const [resource, item] = cursor === undefined ? [null, null] : decodeCursor(cursor, ['id', 'text'])
      const rows = await db
        .selectFrom('run_failures')
        .innerJoin('resources', 'resources.id', 'run_failures.resource_id')
        .selectAll('run_failures')
        .select(['resources.workload', 'resources.user_principal_name'])
        .where('run_id', '=', id)
        .$if(typeof resource === 'string', (query) =>
          query.where(
            sql<boolean>`(resource_id, run_failures.external_id) > (${String(resource)}::uuid, ${String(item)})`,
          ),
        )
        .orderBy('resource_id')
        .orderBy('run_failures.external_id')
        .limit(limit + 1)
        .execute()
      return pageFrom(rows, limit, itemFailureView, (row) => [row.resource_id, row.external_id])
    },
    async cancel(id) {
      const row = await db
        .updateTable('runs')
        .set({
          cancel_requested: true,
          state: sql`case when state = 'queued' then 'cancelled' else state end`,
          finished_at: sql`case when state = 'queued' then now() else finished_at end`,
        })
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'running'])
        .returningAll()
        .executeTakeFirst()
      if (!row) {
        await read(id)
        throw fail('JOB_RUN_ENDED')
      }
      driven.get(id)?.controller.abort(stopFor('cancelled'))
      events.publish({ topic: 'run', view: show(row) })
      return show(row)
    },
    async resumeAll() {
      await prepare()
      await resumeOnce()
      const repeat = async () => {
        for (;;) {
          await clock.sleep(resumeIntervalMs, stopping.signal)
          await resumeOnce().catch((error: unknown) =>
            logger.warn({ error: String(error) }, 'looking for runs to go on with failed'),
          )
        }
      }
      // Ends when the sleep is aborted.
      repeat().catch(() => undefined)
    },
    async countActive() {
      const { count } = await db
        .selectFrom('runs')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', 'in', ['queued', 'running', 'publishing'])
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async stop() {
      stopping.abort()
      for (const { controller } of driven.values()) controller.abort(stopFor('stopping'))
      await Promise.all([...driven.values()].map(({ done }) => done))
      if (ready) await queue.offWork(queueName).catch(() => undefined)
    },
  }
}

/** The next sequence is one above the last: what an unpublished run left staged has exactly that number. */
async function insertRun(db: Database, organizationId: string, operatorId: string | null): Promise<RunRow> {
  try {
    return await db.transaction().execute(async (transaction) => {
      await holdActive(transaction, organizationId)
      return transaction
        .insertInto('runs')
        .values({
          organization_id: organizationId,
          sequence: sql<number>`(select coalesce(max(sequence), 0) + 1 from runs where organization_id = ${organizationId})`,
          state: 'queued',
          requested_by: operatorId,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505') throw fail('JOB_RUN_ACTIVE')
    throw error
  }
}

/** Metrics that are looked up when somebody asks: database, queue, runs, last successes, vault. */
import { sql } from 'kysely'
import { Gauge, type Registry } from 'prom-client'
import { type Database, poolCounts } from '../../database/index.ts'
import { within } from '../time-limit.ts'

export interface GaugeSources {
  readonly db: Database
  /** Free and all bytes of the file system of the vault; null where the place does not say. */
  readonly vaultSpace: () => Promise<{ freeBytes: number; totalBytes: number } | null>
}

/** How long an answer counts, in milliseconds: however many ask, the database is asked once. */
const freshFor = 5_000
const timeLimit = 5_000
/** More organizations than this are not listed one by one. */
const mostOrganizations = 2_000

export function createServerGauges(registry: Registry, { db, vaultSpace }: GaugeSources) {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const up = gauge('bdrcloud_database_up', '1 when the database answered the last look at it, else 0.')
  const pool = gauge(
    'bdrcloud_database_pool_connections',
    'Connections of the pool by state; waiting are requests for one.',
    ['state'],
  )
  const queue = gauge('bdrcloud_queue_jobs', 'Jobs in the queue that are not done, by queue and state.', [
    'queue',
    'state',
  ])
  const activeRuns = gauge('bdrcloud_active_runs', 'Backup runs under way, by state.', ['state'])
  const lastSuccess = gauge(
    'bdrcloud_organization_last_success_timestamp_seconds',
    'End of the last backup run in which everything succeeded, by organization.',
    ['organization'],
  )
  const lastRestorePoint = gauge(
    'bdrcloud_organization_last_restore_point_timestamp_seconds',
    'End of the last backup run that made a restore point, complete or not, by organization.',
    ['organization'],
  )
  const stored = gauge(
    'bdrcloud_organization_stored_bytes',
    'Bytes that all backup runs have added to the vault, by organization.',
    ['organization'],
  )
  const free = gauge('bdrcloud_vault_free_bytes', 'Bytes free where the vault is, when it is a folder.')
  const size = gauge('bdrcloud_vault_size_bytes', 'Bytes of the file system of the vault.')

  async function read(): Promise<void> {
    const counts = poolCounts(db)
    pool.set({ state: 'busy' }, counts.total - counts.idle)
    pool.set({ state: 'idle' }, counts.idle)
    pool.set({ state: 'waiting' }, counts.waiting)
    const space = await vaultSpace()
    if (space) {
      free.set(space.freeBytes)
      size.set(space.totalBytes)
    }
    const jobs = await sql<{ name: string; state: string; count: number }>`
      select name, state::text as state, count(*) as count from pgboss.job
      where state < 'completed' group by 1, 2`.execute(db)
    queue.reset()
    for (const { name, state, count } of jobs.rows) queue.set({ queue: name, state }, count)
    const active = await sql<{ state: string; count: number }>`
      select state, count(*) as count from runs
      where state in ('queued', 'running', 'publishing') group by 1`.execute(db)
    for (const state of ['queued', 'running', 'publishing']) activeRuns.set({ state }, 0)
    for (const { state, count } of active.rows) activeRuns.set({ state }, count)
    const organizations = await sql<{ id: string; success: Date | null; point: Date | null; bytes: number }>`
      select o.id, max(r.finished_at) filter (where r.state = 'succeeded') as success,
        max(r.finished_at) filter (where r.snapshot_id is not null) as point,
        coalesce(sum((r.counts->>'bytesStored')::bigint), 0)::bigint as bytes
      from organizations o left join runs r on r.organization_id = o.id and r.finished_at is not null
      where o.state = 'active' group by o.id order by o.id limit ${mostOrganizations}`.execute(db)
    for (const one of [lastSuccess, lastRestorePoint, stored]) one.reset()
    for (const { id: organization, success, point, bytes } of organizations.rows) {
      if (success) lastSuccess.set({ organization }, success.getTime() / 1000)
      if (point) lastRestorePoint.set({ organization }, point.getTime() / 1000)
      stored.set({ organization }, bytes)
    }
  }

  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  return {
    /** Never throws: a database that does not answer is a finding of its own, and what it told before is no longer shown. */
    refresh: (): Promise<void> => {
      if (reading) return reading
      if (performance.now() - readAt < freshFor) return Promise.resolve()
      reading = within(timeLimit, read())
        .then(
          () => up.set(1),
          () => {
            up.set(0)
            for (const one of [queue, activeRuns, lastSuccess, lastRestorePoint, stored]) one.reset()
          },
        )
        .finally(() => {
          readAt = performance.now()
          reading = null
        })
      return reading
    },
  }
}

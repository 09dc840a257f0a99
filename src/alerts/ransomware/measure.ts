/**
 * Counts what each published run found changed, once, from the catalog that the run wrote: items that began in it and did not exist before
 * (created), that exist on with another content (changed), that ended (removed). Moves and read states are none of these. Kept are sums a day.
 */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import { lookBackDays } from './judge.ts'

export interface MeasuredRun {
  readonly runId: string
  readonly organizationId: string
  readonly sequence: number
  readonly finishedAt: Date
}

const dayMs = 86_400_000
const keptDays = lookBackDays + 30

export const dayOf = (time: number) => Math.floor(time / dayMs)

/** Runs that ended in the last weeks and were not counted and judged yet, oldest first; at most 100. */
export async function runsToJudge(db: Database, now: number): Promise<MeasuredRun[]> {
  const rows = await db
    .selectFrom('runs')
    .leftJoin('measured_runs', 'measured_runs.run_id', 'runs.id')
    .select(['runs.id', 'organization_id', 'sequence', 'finished_at'])
    .where('state', 'in', ['succeeded', 'partial'])
    .where('judged_at', 'is', null)
    .where('finished_at', '>', new Date(now - lookBackDays * dayMs))
    .orderBy('finished_at')
    .limit(100)
    .execute()
  return rows.flatMap(({ id, organization_id, sequence, finished_at }) =>
    finished_at === null
      ? []
      : [{ runId: id, organizationId: organization_id, sequence, finishedAt: finished_at }],
  )
}

/** Counts one run. However often and by how many servers at once it is asked for, a run counts once. */
export async function measureRun(db: Database, run: MeasuredRun, now: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('measured_runs')
      .values({ run_id: run.runId, measured_at: new Date(now) })
      .onConflict((conflict) => conflict.column('run_id').doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 0n) return
    const before = await transaction
      .selectFrom('runs')
      .select('finished_at')
      .where('organization_id', '=', run.organizationId)
      .where('sequence', '<', run.sequence)
      .where('state', 'in', ['succeeded', 'partial'])
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst()
    const span = before?.finished_at ? (run.finishedAt.getTime() - before.finished_at.getTime()) / dayMs : 1
    await sql`
      with mailboxes as (
        select resource_id, items_total from run_resources where run_id = ${run.runId} and state = 'succeeded'
      ), began as (
        select items.resource_id, external_id, sha256 from mailboxes join items using (resource_id)
        where valid_from = ${run.sequence}
      ), ended as (
        select items.resource_id, external_id, sha256 from mailboxes join items using (resource_id)
        where valid_to = ${run.sequence}
      ), counted as (
        select resource_id,
          count(*) filter (where ended.external_id is null)::int as created,
          count(*) filter (where began.sha256 <> ended.sha256)::int as changed,
          count(*) filter (where began.external_id is null)::int as removed
        from began full join ended using (resource_id, external_id) group by resource_id
      )
      insert into daily_changes (resource_id, day, items_before, created, changed, removed, days)
      select resource_id, ${dayOf(run.finishedAt.getTime())}::int,
        greatest(0, items_total - coalesce(created, 0) + coalesce(removed, 0)),
        coalesce(created, 0), coalesce(changed, 0), coalesce(removed, 0), ${Math.max(1, span)}::float8
      from mailboxes left join counted using (resource_id)
      on conflict (resource_id, day) do update set created = daily_changes.created + excluded.created,
        changed = daily_changes.changed + excluded.changed, removed = daily_changes.removed + excluded.removed,
        days = greatest(daily_changes.days, excluded.days)`.execute(transaction)
  })
}

/** What is too old to be compared with. */
export async function forgetOldDays(db: Database, now: number): Promise<void> {
  await db
    .deleteFrom('daily_changes')
    .where('day', '<', dayOf(now) - keptDays)
    .execute()
}

/** A server that is killed before this looks at the run again. */
export async function noteJudged(db: Database, run: MeasuredRun, now: number): Promise<void> {
  await db
    .updateTable('measured_runs')
    .set({ judged_at: new Date(now) })
    .where('run_id', '=', run.runId)
    .execute()
}

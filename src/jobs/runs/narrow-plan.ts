/** Takes out of a run's list what the protection settings leave out. What of it has a backup keeps its last state, and the run says so. */
import { sql } from 'kysely'
import { guarded, type RunGuard } from '../../catalog/index.ts'
import type { UserStanding } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { RunScope } from '../../organizations/index.ts'

const notices: Readonly<Record<Exclude<UserStanding, 'protected'>, string>> = {
  'not-selected': 'Not selected in the protection settings; the last state is kept.',
  excluded: 'Excluded in the protection settings; the last state is kept.',
  new: 'New, and the protection settings do not include new ones; the last state is kept.',
}

/** Can be repeated: only what nobody has begun with is taken out. @throws CAT_RUN_TAKEN_OVER */
export async function narrowPlan(db: Database, guard: RunGuard, scope: RunScope): Promise<void> {
  const waiting = await db
    .selectFrom('run_resources')
    .innerJoin('resources', 'resources.id', 'run_resources.resource_id')
    .select([
      'run_resources.resource_id',
      'resources.external_id',
      'resources.site_external_id',
      'resources.last_success_at',
    ])
    .where('run_id', '=', guard.runId)
    .where('run_resources.state', '=', 'waiting')
    .execute()
  const out = waiting.flatMap(({ resource_id: id, external_id, site_external_id, last_success_at }) => {
    const standing =
      site_external_id === null ? scope.userStanding(external_id) : scope.siteStanding(site_external_id)
    if (standing === 'protected') return []
    return [{ id, keep: last_success_at !== null, notice: notices[standing] }]
  })
  if (out.length === 0) return
  await guarded(db, guard, async (transaction) => {
    await sql`
      with out as (
        select id, keep, notice from jsonb_to_recordset(${JSON.stringify(out)}::jsonb) as one (id uuid, keep boolean, notice text)
      ), kept as (
        update run_resources set state = 'skipped', notice = concat_ws(' ', run_resources.notice, out.notice)
        from out where run_id = ${guard.runId} and resource_id = out.id and out.keep
      )
      delete from run_resources where run_id = ${guard.runId}
        and resource_id in (select id from out where not keep)
    `.execute(transaction)
  })
}

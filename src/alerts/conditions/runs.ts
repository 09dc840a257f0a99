/** Backup runs that failed, that left mailboxes out, or that did not come. */
import { sql } from 'kysely'
import type { Problem } from '../../contract/index.ts'
import type { Condition } from '../alert-book.ts'
import { type ConditionContext, durationText, type Look, numberText, timeText } from './context.ts'

interface Standing {
  id: string
  name: string
  run_id: string | null
  sequence: number | null
  state: string | null
  finished_at: Date | null
  counts: { resourcesFailed?: number; mailboxesFailed?: number } | null
  error: Problem | null
  last_success_at: Date | null
  /** A run has begun and goes on. */
  under_way: boolean
}

/** Errors that say that a repository is not as it was written. */
const damage =
  /^STO_(SEAL_BROKEN|FILE_DAMAGED|FILE_MISSING|FILE_TOO_SHORT|FILE_SIZE_MISMATCH|COMPRESSION_BROKEN|BLOB_DAMAGED|BLOB_UNKNOWN|PACK_INVALID|PACK_HASH_MISMATCH|INDEX_INVALID|TREE_INVALID|SNAPSHOT_INVALID)$/

export const lookAtRuns: Look = async (context) => {
  const { rows } = await sql<Standing>`
    select organizations.id, organizations.name,
      last.id as run_id, last.sequence, last.state, last.finished_at, last.counts, last.error, success.last_success_at,
      exists (select 1 from runs where organization_id = organizations.id and state in ('running', 'publishing')) as under_way
    from organizations
    left join lateral (
      select * from runs where organization_id = organizations.id and state in ('succeeded', 'partial', 'failed')
      order by sequence desc limit 1
    ) last on true
    left join lateral (
      select max(finished_at) as last_success_at from runs
      where organization_id = organizations.id and state in ('succeeded', 'partial')
    ) success on true
    where organizations.state = 'active'`.execute(context.db)
  const found: Condition[] = []
  for (const row of rows) found.push(...failed(row), ...(await late(row, context)))
  return found
}

function failed(row: Standing): Condition[] {
  const about = { subject: row.id, organizationId: row.id, occurrence: row.run_id ?? '' }
  const facts = { runId: row.run_id, sequence: row.sequence }
  const reason = row.error ? `${row.error.title} ${row.error.detail}` : ''
  if (row.state === 'failed') {
    const conditions: Condition[] = [
      {
        ...about,
        kind: 'run-failed',
        title: `The backup of ${row.name} failed`,
        detail:
          `Run ${row.sequence}${row.finished_at ? `, ${timeText(row.finished_at)}` : ''}: ${reason}`.trim(),
        facts: { ...facts, code: row.error?.code ?? null },
      },
    ]
    if (damage.test(row.error?.code ?? '')) {
      conditions.push({
        ...about,
        kind: 'repository-damaged',
        title: `The repository of ${row.name} is damaged`,
        detail: `Run ${row.sequence}: ${reason}`,
        facts: { ...facts, code: row.error?.code ?? null },
      })
    }
    return conditions
  }
  const mailboxes = row.counts?.mailboxesFailed ?? 0
  const missing = row.counts?.resourcesFailed ?? mailboxes
  const noun = missing === mailboxes ? ['mailbox', 'mailboxes'] : ['resource', 'resources']
  if (row.state !== 'partial' || missing === 0) return []
  return [
    {
      ...about,
      kind: 'mailboxes-failed',
      title: `${numberText(missing)} ${noun[missing === 1 ? 0 : 1]} of ${row.name} ${missing === 1 ? 'was' : 'were'} not backed up`,
      detail: `Run ${row.sequence} kept their last good state.`,
      facts: { ...facts, mailboxes, resources: missing },
    },
  ]
}

async function late(row: Standing, { now, thresholds, lateStart }: ConditionContext): Promise<Condition[]> {
  // The scheduler waits for it; it makes up for what was missed.
  if (row.under_way) return []
  const hours = thresholds.lateAfterHours
  const planned = await lateStart(row.id, now, hours * 3_600_000)
  if (planned === null) return []
  const last = row.last_success_at
    ? `The last backup that succeeded ended ${timeText(row.last_success_at)}`
    : 'No backup has succeeded yet'
  return [
    {
      kind: 'run-late',
      subject: row.id,
      organizationId: row.id,
      title: `The planned backup of ${row.name} has not started for ${durationText(now - planned.start)}`,
      detail: `It was to start ${timeText(new Date(planned.start))}; an alert is due ${hours} hour${hours === 1 ? '' : 's'} after. ${last}.`,
      // Once more with each further day.
      occurrence: `${planned.start} ${Math.floor((now - planned.lateFrom) / 86_400_000)}`,
      facts: {
        plannedAt: new Date(planned.start).toISOString(),
        lastSuccessAt: row.last_success_at?.toISOString() ?? null,
      },
    },
  ]
}

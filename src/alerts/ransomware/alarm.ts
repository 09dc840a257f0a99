/** The ransomware alarm: counts new runs, judges each organization that had one, and says in words and numbers what is unusual. */
import { sql } from 'kysely'
import type { ResourceWorkload } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { AlertBook, Condition } from '../alert-book.ts'
import { durationText, numberText, timeText } from '../conditions/context.ts'
import {
  type ChangeDay,
  judge,
  lookBackDays,
  type MailboxFinding,
  type MailboxHistory,
  type SpreadFinding,
} from './judge.ts'
import { dayOf, forgetOldDays, type MeasuredRun, measureRun, noteJudged, runsToJudge } from './measure.ts'

/** Of older runs nothing is told: they are counted to know what is usual. */
const newsMs = 2 * 86_400_000
const mostNames = 5
/** A run that finds so many items gone or changed is one that the restore point has to be from before. */
const much = 20

/** @param now milliseconds since the epoch */
export async function lookForMassChanges(
  parts: { readonly db: Database; readonly book: Pick<AlertBook, 'raise'> },
  now: number,
): Promise<void> {
  const { db, book } = parts
  const runs = await runsToJudge(db, now)
  for (const run of runs) {
    await measureRun(db, run, now)
    const isNews = now - run.finishedAt.getTime() <= newsMs
    const condition = isNews ? await judgeRun(db, run) : undefined
    if (condition) await book.raise(condition)
    await noteJudged(db, run, now)
  }
  if (runs.length > 0) await forgetOldDays(db, now)
}

async function judgeRun(db: Database, run: MeasuredRun): Promise<Condition | undefined> {
  const today = dayOf(run.finishedAt.getTime())
  const { mailboxes, spread } = judge(await historyOf(db, run.organizationId, today), today)
  if (mailboxes.length === 0 && spread.length === 0) return undefined
  const { name } = await db
    .selectFrom('organizations')
    .select('name')
    .where('id', '=', run.organizationId)
    .executeTakeFirstOrThrow()
  const point = await lastGoodPoint(db, run, today, spread)
  return conditionOf({ run, today, name, mailboxes, spread, point })
}

export interface RestorePoint {
  readonly sequence: number
  readonly finishedAt: Date
  readonly snapshotId: string | null
}

export function conditionOf(found: {
  readonly run: MeasuredRun
  readonly today: number
  readonly name: string
  readonly mailboxes: readonly MailboxFinding[]
  readonly spread: readonly SpreadFinding[]
  /** The newest restore point from before it began; null where there is none. */
  readonly point: RestorePoint | null
}): Condition {
  const { run, name, point } = found
  const within =
    point === null ? '' : ` between ${timeText(point.finishedAt)} and ${timeText(run.finishedAt)}`
  const spread = [...found.spread].sort((a, b) => b.count - a.count)[0]
  const single = [...found.mailboxes].sort((a, b) => b.count - a.count)
  const sentences = [
    ...(spread ? [spreadText(spread)] : []),
    ...single.slice(0, mostNames).map((one) => mailboxText(one, point, run)),
    ...(single.length > mostNames ? [`And ${single.length - mostNames} more ${placesText(single)}.`] : []),
    point === null
      ? 'There is no restore point from before.'
      : `The last restore point before is number ${point.sequence}, ${timeText(point.finishedAt)}; it is kept, as nothing prunes restore points by itself. What happened was seen${within}.`,
  ]
  const [worst] = single
  const title = spread
    ? `Unusual mass ${spread.measure === 'removed' ? 'deletion' : 'change'} in ${spread.mailboxes} ${words(spread.workloads).places} of ${name}`
    : `Unusual mass ${worst?.measure === 'changed' ? 'change' : 'deletion'} in ${single.length === 1 && worst ? `the ${words([worst.workload]).place} ${worst.name} of ${name}` : `${single.length} ${placesText(single)} of ${name}`}`
  return {
    kind: 'mass-change',
    subject: run.organizationId,
    organizationId: run.organizationId,
    title,
    detail: sentences.join(' '),
    occurrence: `${found.today} ${found.mailboxes
      .map(({ mailboxId, measure }) => `${mailboxId} ${measure}`)
      .sort()
      .join()} ${found.spread.map(({ kind, measure }) => `${kind} ${measure}`).join()}`,
    facts: {
      runId: run.runId,
      sequence: run.sequence,
      restorePoint: point && {
        sequence: point.sequence,
        finishedAt: point.finishedAt.toISOString(),
        snapshotId: point.snapshotId,
      },
      mailboxes: single
        .slice(0, 100)
        .map(({ mailboxId, workload, measure, count, itemsBefore, usualMost }) => ({
          mailboxId,
          workload,
          measure,
          count,
          itemsBefore,
          usualMost,
        })),
      spread: found.spread,
    },
  }
}

interface Words {
  readonly items: string
  readonly place: string
  readonly places: string
}
const mailbox = { place: 'mailbox', places: 'mailboxes' }
const wordsOf: Readonly<Record<ResourceWorkload, Words>> = {
  mail: { items: 'mails', ...mailbox },
  drive: { items: 'files', place: 'drive', places: 'drives' },
  calendar: { items: 'events', ...mailbox },
  contacts: { items: 'contacts', ...mailbox },
  todo: { items: 'tasks', ...mailbox },
}

/** What is told of by its proper name, and together where it is of several kinds. */
function words(workloads: readonly ResourceWorkload[]): Words {
  const [only, ...others] = workloads
  if (only && others.length === 0) return wordsOf[only]
  const places = workloads.includes('drive') ? 'mailboxes and drives' : mailbox.places
  return { items: 'items', place: mailbox.place, places }
}

const placesText = (found: readonly MailboxFinding[]) =>
  words([...new Set(found.map(({ workload }) => workload))]).places

const verbs = { removed: 'deleted', changed: 'changed' } as const

/** '4,812 of 5,020 mails of anna@contoso.example deleted in 40 minutes; usually at most 60 a day.' */
function mailboxText(found: MailboxFinding, point: RestorePoint | null, run: MeasuredRun): string {
  const time =
    point === null ? '' : ` in ${durationText(run.finishedAt.getTime() - point.finishedAt.getTime())}`
  const usual =
    found.knownDays < 14
      ? 'what is usual there is not known yet'
      : `usually at most ${numberText(found.usualMost)} a day`
  return `${numberText(found.count)} of ${numberText(found.itemsBefore)} ${words([found.workload]).items} of ${found.name} ${verbs[found.measure]}${time}; ${usual}.`
}

function spreadText(found: SpreadFinding): string {
  const period = found.kind === 'day' ? 'in one day' : 'within a week'
  const { items, places } = words(found.workloads)
  return `${numberText(found.count)} of ${numberText(found.itemsBefore)} ${items} in ${found.mailboxes} of ${found.ofMailboxes} ${places} ${verbs[found.measure]} ${period}; usually at most ${numberText(found.usualMost)}.`
}

async function historyOf(db: Database, organizationId: string, today: number): Promise<MailboxHistory[]> {
  const rows = await db
    .selectFrom('daily_changes')
    .innerJoin('resources', 'resources.id', 'daily_changes.resource_id')
    .select([
      'resource_id',
      'user_principal_name',
      'workload',
      'day',
      'items_before',
      'changed',
      'removed',
      'days',
    ])
    .where('organization_id', '=', organizationId)
    .where('day', '<=', today)
    .where('day', '>=', today - lookBackDays)
    .orderBy('day')
    .execute()
  const mailboxes = new Map<
    string,
    { id: string; name: string; workload: ResourceWorkload; days: ChangeDay[] }
  >()
  for (const row of rows) {
    const mailbox = mailboxes.get(row.resource_id) ?? {
      id: row.resource_id,
      name: row.user_principal_name,
      workload: row.workload,
      days: [],
    }
    mailboxes.set(row.resource_id, mailbox)
    const { day, items_before: itemsBefore, changed, removed, days } = row
    mailbox.days.push({ day, itemsBefore, changed, removed, days })
  }
  return [...mailboxes.values()]
}

/** Of the day before the alarm's, or of before the week that a slow burn took. */
async function lastGoodPoint(
  db: Database,
  run: MeasuredRun,
  today: number,
  spread: readonly SpreadFinding[],
): Promise<RestorePoint | null> {
  const began = spread.some(({ kind }) => kind === 'week') ? new Date((today - 6) * 86_400_000) : null
  // On the day itself: the last point before the first run that found much.
  const first = await db
    .selectFrom('runs')
    .select('sequence')
    .where('organization_id', '=', run.organizationId)
    .where('state', 'in', ['succeeded', 'partial'])
    .where('finished_at', '>=', new Date(today * 86_400_000))
    .where('sequence', '<=', run.sequence)
    .where(
      // Items that ended in it and did not go on with the same content.
      sql<boolean>`(select count(*) from items ended join resources on resources.id = ended.resource_id
        where resources.organization_id = runs.organization_id and ended.valid_to = runs.sequence
        and not exists (select 1 from items began where began.resource_id = ended.resource_id
          and began.external_id = ended.external_id and began.valid_from = runs.sequence and began.sha256 = ended.sha256)
      ) >= ${much}`,
    )
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst()
  const row = await db
    .selectFrom('runs')
    .select(['sequence', 'finished_at', 'snapshot_id'])
    .where('organization_id', '=', run.organizationId)
    .where('state', 'in', ['succeeded', 'partial'])
    .where('snapshot_id', 'is not', null)
    .where('forgotten_at', 'is', null)
    .where('sequence', '<', first?.sequence ?? run.sequence)
    .$if(began !== null, (query) => query.where('finished_at', '<', began ?? new Date(0)))
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.finished_at
    ? { sequence: row.sequence, finishedAt: row.finished_at, snapshotId: row.snapshot_id }
    : null
}

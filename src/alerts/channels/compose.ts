/**
 * Puts what waits for a channel into messages: what happens within some minutes into one, no more than so many an hour, only critical ones
 * in quiet hours, and once a day a digest. What is held back goes into the next message, which lists the gravest and counts the rest.
 */
import { sql, type Transaction } from 'kysely'
import type { AlertKind } from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import { severities } from '../catalogue.ts'
import type { MessageContent, MessageLine, RunLine } from './message.ts'
import { type ChannelRow, rulesOf } from './place.ts'
import { isQuiet, lastDigestDay } from './zone.ts'

/** Lines of one message; the others are counted. */
const mostLines = 20
const mostRuns = 50
/** Notices of one message. */
const mostNotices = 5000
const hourMs = 3_600_000
const dayMs = 86_400_000

/** @param now milliseconds since the epoch */
export async function compose(db: Database, channelId: string, now: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    // One server of several at a time.
    const channel = await transaction
      .selectFrom('alert_channels')
      .selectAll()
      .where('id', '=', channelId)
      .where('enabled', '=', true)
      .forUpdate()
      .executeTakeFirst()
    if (!channel) return
    await composeAlerts(transaction, channel, now)
    await composeDigest(transaction, channel, now)
  })
}

async function composeAlerts(
  transaction: Transaction<DatabaseSchema>,
  channel: ChannelRow,
  now: number,
): Promise<void> {
  const rules = rulesOf(channel)
  const waiting = await transaction
    .selectFrom('alert_notices')
    .innerJoin('alerts', 'alerts.id', 'alert_notices.alert_id')
    .leftJoin('organizations', 'organizations.id', 'alerts.organization_id')
    .selectAll('alert_notices')
    .select(['alerts.kind', 'alerts.organization_id', 'organizations.name as organization'])
    .where('channel_id', '=', channel.id)
    .where('message_id', 'is', null)
    .$if(isQuiet(rules, now), (query) =>
      query.where('alert_notices.severity', '=', 'critical').where('event', '!=', 'resolved'),
    )
    .orderBy('alert_notices.id')
    .limit(mostNotices)
    .execute()
  const [oldest] = waiting
  if (!oldest || oldest.created_at.getTime() + rules.groupMinutes * 60_000 > now) return
  const { sent } = await transaction
    .selectFrom('alert_messages')
    .select(({ fn }) => fn.countAll<string>().as('sent'))
    .where('channel_id', '=', channel.id)
    .where('purpose', '=', 'alerts')
    .where('created_at', '>', new Date(now - hourMs))
    .executeTakeFirstOrThrow()
  if (Number(sent) >= rules.messagesPerHour) return

  // Of several notices of one alert the last says how it is.
  const latest = [...new Map(waiting.map((row) => [row.alert_id, row])).values()]
  const lines = latest
    .map((row) => ({
      event: row.event,
      severity: row.severity,
      kind: row.kind as AlertKind,
      title: row.title,
      detail: row.detail,
      organization: row.organization,
      link: `/alerts/${row.alert_id}`,
    }))
    .sort(graverFirst)
  const id = await insertMessage(transaction, channel.id, now, {
    purpose: 'alerts',
    at: new Date(now).toISOString(),
    lines: lines.slice(0, mostLines),
    more: Math.max(0, lines.length - mostLines),
  })
  await transaction
    .updateTable('alert_notices')
    .set({ message_id: id })
    .where(
      'id',
      'in',
      waiting.map((row) => row.id),
    )
    .execute()
}

async function composeDigest(
  transaction: Transaction<DatabaseSchema>,
  channel: ChannelRow,
  now: number,
): Promise<void> {
  const day = lastDigestDay(rulesOf(channel), now)
  if (day === null || (channel.digest_day !== null && channel.digest_day >= day)) return
  await transaction
    .updateTable('alert_channels')
    .set({ digest_day: day })
    .where('id', '=', channel.id)
    .execute()
  await insertMessage(transaction, channel.id, now, await digestOf(transaction, channel, now))
}

async function digestOf(
  transaction: Transaction<DatabaseSchema>,
  channel: ChannelRow,
  now: number,
): Promise<MessageContent> {
  const { organizationIds } = rulesOf(channel)
  const only = organizationIds === null ? sql<boolean>`true` : null
  const open = await transaction
    .selectFrom('alerts')
    .leftJoin('organizations', 'organizations.id', 'alerts.organization_id')
    .select(['alerts.id', 'kind', 'severity', 'title', 'detail', 'organizations.name as organization'])
    .where('resolved_at', 'is', null)
    .where('severity', '!=', 'information')
    .where(only ?? sql<boolean>`alerts.organization_id = any(${organizationIds}::uuid[])`)
    .orderBy(sql`case severity when 'critical' then 0 else 1 end`)
    .orderBy('last_at', 'desc')
    .limit(1000)
    .execute()
  const lines = open.map((row) => ({
    event: 'open' as const,
    severity: row.severity,
    kind: row.kind as AlertKind,
    title: row.title,
    detail: row.detail,
    organization: row.organization,
    link: `/alerts/${row.id}`,
  }))
  const since = new Date(now - dayMs)
  const { rows: runs } = await sql<{
    organization: string
    succeeded: number
    partial: number
    failed: number
    last: Date | null
  }>`
    select name as organization,
      count(*) filter (where runs.state = 'succeeded' and finished_at > ${since})::int as succeeded,
      count(*) filter (where runs.state = 'partial' and finished_at > ${since})::int as partial,
      count(*) filter (where runs.state = 'failed' and finished_at > ${since})::int as failed,
      max(finished_at) filter (where runs.state in ('succeeded', 'partial')) as last
    from organizations left join runs on runs.organization_id = organizations.id
    where organizations.state = 'active' and ${only ?? sql<boolean>`organizations.id = any(${organizationIds}::uuid[])`}
    group by organizations.id, name order by name, organizations.id`.execute(transaction)
  const shown: RunLine[] = runs.slice(0, mostRuns).map(({ last, ...run }) => ({
    ...run,
    lastSuccessAt: last?.toISOString() ?? null,
  }))
  return {
    purpose: 'digest',
    at: new Date(now).toISOString(),
    lines: lines.slice(0, mostLines),
    more: Math.max(0, lines.length - mostLines),
    runs: shown,
    moreRuns: Math.max(0, runs.length - mostRuns),
  }
}

async function insertMessage(
  transaction: Transaction<DatabaseSchema>,
  channelId: string,
  now: number,
  content: MessageContent,
): Promise<string> {
  const { id } = await transaction
    .insertInto('alert_messages')
    .values({
      channel_id: channelId,
      purpose: content.purpose === 'digest' ? 'digest' : 'alerts',
      content: JSON.stringify(content),
      state: 'waiting',
      created_at: new Date(now),
      due_at: new Date(now),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function graverFirst(a: MessageLine, b: MessageLine): number {
  const weight = ({ severity, event }: MessageLine) =>
    event === 'resolved' ? -1 : severities.indexOf(severity)
  return weight(b) - weight(a)
}

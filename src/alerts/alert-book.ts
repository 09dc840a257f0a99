/**
 * The table of alerts. Conditions come in, as they are found to hold now; an alert is opened for one that is new, counted again when it
 * happened once more, and resolved when it no longer holds. What a channel is to be told is written in the same transaction, so that
 * nothing is told that is not so, and nothing gets lost.
 */
import { type Selectable, sql, type Transaction } from 'kysely'
import type { AlertKind, AlertQuery, AlertSeverity, AlertView, EventBus, Page } from '../contract/index.ts'
import type { Database, DatabaseSchema } from '../database/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../shared/index.ts'
import { alertCatalogue } from './catalogue.ts'
import { noteFor } from './channels/notices.ts'
import { fail } from './errors.ts'

/** Something that holds now. */
export interface Condition {
  readonly kind: AlertKind
  readonly subject: string
  readonly organizationId: string | null
  readonly title: string
  readonly detail: string
  /** Names what happened last (a run, a day): another one counts once more. */
  readonly occurrence: string
  /** Where it is not that of the kind. */
  readonly severity?: AlertSeverity
  readonly facts?: Readonly<Record<string, unknown>>
}

export interface AlertBook {
  /** What of `kinds` holds now, and nothing else of them does. Alerts that stay until they are acknowledged are not resolved by it. */
  reconcile(kinds: readonly AlertKind[], conditions: readonly Condition[]): Promise<void>
  /** One that holds, whatever else does. */
  raise(condition: Condition): Promise<void>
  /** Newest first; `only` those of these organizations, where it is not null. */
  list(query: AlertQuery, only?: readonly string[] | null): Promise<Page<AlertView>>
  /** @throws ALT_ALERT_NOT_FOUND */
  get(id: string, only?: readonly string[] | null): Promise<AlertView>
  /** @throws ALT_ALERT_NOT_FOUND, ALT_ALERT_ENDED */
  acknowledge(
    id: string,
    by: { readonly name: string; readonly reason: string },
    only?: readonly string[] | null,
  ): Promise<AlertView>
}

export type AlertRow = Selectable<DatabaseSchema['alerts']>
/** Resolved alerts are kept for so long. */
const keptDays = 400
const sticky = new Set<string>(
  Object.entries(alertCatalogue).flatMap(([kind, one]) => (one.staysUntilAcknowledged ? [kind] : [])),
)

export function createAlertBook(parts: {
  readonly db: Database
  readonly clock: Clock
  readonly events: EventBus
}): AlertBook {
  const { db, clock, events } = parts
  const tell = (organizationId: string | null) => events.publish({ topic: 'alert', view: { organizationId } })

  async function work(conditions: readonly Condition[], kinds: readonly AlertKind[] | null): Promise<void> {
    const changed = await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('alerts', 0))`.execute(transaction)
      const now = new Date(clock.now())
      const touched: (string | null)[] = []
      const holds = new Set<string>()
      for (const condition of conditions) {
        holds.add(`${condition.kind} ${condition.subject}`)
        if (await upsert(transaction, condition, now)) touched.push(condition.organizationId)
      }
      if (kinds === null) return touched
      const open = await transaction
        .selectFrom('alerts')
        .selectAll()
        .where('kind', 'in', kinds.length === 0 ? [''] : [...kinds])
        .where('resolved_at', 'is', null)
        .execute()
      for (const row of open) {
        if (holds.has(`${row.kind} ${row.subject}`) || sticky.has(row.kind)) continue
        await transaction.updateTable('alerts').set({ resolved_at: now }).where('id', '=', row.id).execute()
        await noteFor(transaction, row, 'resolved', now)
        touched.push(row.organization_id)
      }
      await transaction
        .deleteFrom('alerts')
        .where('resolved_at', '<', new Date(now.getTime() - keptDays * 86_400_000))
        .execute()
      return touched
    })
    for (const organizationId of new Set(changed)) tell(organizationId)
  }

  const find = async (id: string, only: readonly string[] | null): Promise<ListedRow> => {
    const row = await listed(db, only).where('alerts.id', '=', id).executeTakeFirst()
    if (!row) throw fail('ALT_ALERT_NOT_FOUND')
    return row
  }

  return {
    reconcile: (kinds, conditions) => work(conditions, kinds),
    raise: (condition) => work([condition], null),
    list: async (query, only = null) => {
      const { limit = 50, cursor } = query
      const matching = filtered(listed(db, only), query)
      const [at, id] = (cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])) ?? []
      const page =
        typeof at === 'string' && typeof id === 'string'
          ? matching.where(
              sql<boolean>`(alerts.last_at, alerts.id) < (${new Date(at)}::timestamptz, ${id}::uuid)`,
            )
          : matching
      const rows = await page
        .orderBy('alerts.last_at', 'desc')
        .orderBy('alerts.id', 'desc')
        .limit(limit + 1)
        .execute()
      const { total } = await matching
        .clearSelect()
        .select(({ fn }) => fn.countAll<string>().as('total'))
        .executeTakeFirstOrThrow()
      return {
        ...pageFrom(rows, limit, view, (row) => [row.last_at.toISOString(), row.id]),
        total: Number(total),
      }
    },
    get: async (id, only = null) => view(await find(id, only)),
    acknowledge: async (id, { name, reason }, only = null) => {
      const before = await find(id, only)
      const now = new Date(clock.now())
      const { numUpdatedRows } = await db
        .updateTable('alerts')
        .set({
          acknowledged_at: now,
          acknowledged_by: name,
          acknowledged_reason: reason,
          ...(sticky.has(before.kind) && { resolved_at: now }),
        })
        .where('id', '=', id)
        .where('acknowledged_at', 'is', null)
        .where('resolved_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw fail('ALT_ALERT_ENDED')
      tell(before.organization_id)
      return view(await find(id, only))
    },
  }
}

/** @returns whether something changed that somebody may want to know */
async function upsert(
  transaction: Transaction<DatabaseSchema>,
  condition: Condition,
  now: Date,
): Promise<boolean> {
  const severity = condition.severity ?? alertCatalogue[condition.kind].severity
  const words = {
    severity,
    title: condition.title,
    detail: condition.detail,
    facts: JSON.stringify(condition.facts ?? {}),
    occurrence: condition.occurrence,
  }
  const known = await transaction
    .selectFrom('alerts')
    .selectAll()
    .where('kind', '=', condition.kind)
    .where('subject', '=', condition.subject)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  if (!known) {
    const row = await transaction
      .insertInto('alerts')
      .values({
        kind: condition.kind,
        subject: condition.subject,
        organization_id: condition.organizationId,
        ...words,
        first_at: now,
        last_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await noteFor(transaction, row, 'raised', now)
    return true
  }
  const again = known.occurrence !== condition.occurrence
  const worse = severity === 'critical' && known.severity !== 'critical'
  if (!again && known.title === words.title && known.detail === words.detail && !worse) return false
  const row = await transaction
    .updateTable('alerts')
    .set({ ...words, ...(again && { count: known.count + 1, last_at: now }) })
    .where('id', '=', known.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  // Who acknowledged it knows; who did not was told already, unless it has become worse.
  if (worse || (again && known.acknowledged_at === null)) await noteFor(transaction, row, 'again', now)
  return true
}

function listed(db: Database, only: readonly string[] | null) {
  const rows = db
    .selectFrom('alerts')
    .leftJoin('organizations', 'organizations.id', 'alerts.organization_id')
    .selectAll('alerts')
    .select('organizations.name as organization_name')
  return only === null ? rows : rows.where(sql<boolean>`alerts.organization_id = any(${only}::uuid[])`)
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof listed>['execute']>>[number]

function filtered(rows: ReturnType<typeof listed>, query: AlertQuery): ReturnType<typeof listed> {
  const { state, kind, severity, organization } = query
  let found = rows
  if (state === 'open') found = found.where('resolved_at', 'is', null).where('acknowledged_at', 'is', null)
  if (state === 'acknowledged')
    found = found.where('resolved_at', 'is', null).where('acknowledged_at', 'is not', null)
  if (state === 'resolved') found = found.where('resolved_at', 'is not', null)
  if (kind !== undefined) found = found.where('kind', '=', kind)
  if (severity !== undefined) found = found.where('severity', '=', severity)
  if (organization !== undefined) found = found.where('alerts.organization_id', '=', organization)
  return found
}

function view(row: ListedRow): AlertView {
  const kind = row.kind as AlertKind
  const { meaning, remedy, link } = alertCatalogue[kind]
  return {
    id: row.id,
    kind,
    severity: row.severity,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    title: row.title,
    detail: row.detail,
    meaning,
    remedy,
    link: link({ organizationId: row.organization_id, alertId: row.id }),
    facts: row.facts,
    count: row.count,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    acknowledgement:
      row.acknowledged_at === null
        ? null
        : {
            at: row.acknowledged_at.toISOString(),
            by: row.acknowledged_by ?? '',
            reason: row.acknowledged_reason ?? '',
          },
  }
}

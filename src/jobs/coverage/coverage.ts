/** The ledger in pages and as a file, and the numbers of the dashboard. */
import { sql } from 'kysely'
import { decodeCursor } from '../../catalog/index.ts'
import {
  type CoverageEntry,
  type CoverageExport,
  type CoverageQuery,
  type CoverageReason,
  type DashboardView,
  dataName,
  type Page,
  type ResourceWorkload,
  type RunState,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type Protection, readProtection } from '../../organizations/index.ts'
import { pageFrom } from '../../shared/index.ts'
import { ledger, ledgerFilter } from './ledger.ts'

export interface Coverage {
  /** By kind and name. @throws ORG_NOT_FOUND */
  list(organizationId: string, query: CoverageQuery): Promise<Page<CoverageEntry>>
  /** All that match, as text, piece by piece. @throws ORG_NOT_FOUND */
  export(organizationId: string, query: CoverageExport): AsyncIterable<string>
  /** @throws ORG_NOT_FOUND */
  dashboard(organizationId: string): Promise<DashboardView>
}

const exportPage = 1_000
const shownRuns = 30
const columns = ['kind', 'name', 'address', 'workload', 'reason', 'detail', 'id'] as const

export function createCoverage(parts: {
  readonly db: Database
  readonly protection: Pick<Protection, 'read'>
}): Coverage {
  const { db, protection } = parts
  const rowsOf = async (organizationId: string) => {
    const { workloads } = await protection.read(organizationId)
    return ledger(await readProtection(db, organizationId), workloads)
  }
  const list = async (
    organizationId: string,
    { cursor, limit = 50, ...filter }: CoverageQuery,
  ): Promise<Page<CoverageEntry>> => {
    const after = cursor === undefined ? null : decodeCursor(cursor, ['text', 'text', 'text', 'text', 'text'])
    const { rows } = await sql<CoverageEntry & { sort: string }>`
      select *, lower(name) as sort from (${await rowsOf(organizationId)}) ledger
      where ${ledgerFilter(filter)} and ${
        after
          ? sql`(kind, lower(name), id, workload, reason) > (${after[0]}::text, ${after[1]}::text, ${after[2]}::text, ${after[3]}::text, ${after[4]}::text)`
          : sql`true`
      }
      order by kind, lower(name), id, workload, reason limit ${limit + 1}
    `.execute(db)
    return pageFrom(
      rows,
      limit,
      ({ sort: _sort, ...entry }) => entry,
      (row) => [row.kind, row.sort, row.id, row.workload, row.reason],
    )
  }

  return {
    list,
    async *export(organizationId, { format, ...filter }) {
      let cursor: string | undefined
      let first = true
      yield format === 'csv' ? `${columns.join(',')}\r\n` : '['
      do {
        const page: Page<CoverageEntry> = await list(organizationId, {
          ...filter,
          limit: exportPage,
          ...(cursor === undefined ? {} : { cursor }),
        })
        for (const entry of page.items) {
          if (format === 'csv')
            yield `${columns.map((column) => csvCell(column === 'workload' ? dataName(entry.workload) : entry[column])).join(',')}\r\n`
          else yield `${first ? '' : ','}\n${JSON.stringify(entry)}`
          first = false
        }
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      if (format === 'json') yield '\n]\n'
    },
    async dashboard(organizationId) {
      const { nextRunAt, laterRunsAt } = await protection.read(organizationId)
      const rows = await rowsOf(organizationId)
      const unprotected = await sql<{ reason: CoverageReason; count: string }>`
        select reason, count(*) as count from (${rows}) ledger group by reason order by reason
      `.execute(db)
      const users = await sql<{ all: string; unprotected: string }>`
        select (select count(*) from directory_users where organization_id = ${organizationId} and gone_at is null) as all,
          (select count(distinct id) from (${rows}) ledger where kind = 'user' and workload <> 'archive') as unprotected
      `.execute(db)
      const open = Number(users.rows[0]?.unprotected ?? 0)
      return {
        users: { protected: Number(users.rows[0]?.all ?? 0) - open, unprotected: open },
        unprotected: unprotected.rows.map(({ reason, count }) => ({ reason, count: Number(count) })),
        workloads: await workloadRows(db, organizationId),
        runs: await runRows(db, organizationId),
        days: await dayRows(db, organizationId),
        restorePoints: await restorePoints(db, organizationId),
        nextRunAt,
        laterRunsAt,
      }
    },
  }
}

/** Quoted where it has to be; what a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

async function workloadRows(db: Database, organizationId: string): Promise<DashboardView['workloads']> {
  const { rows } = await sql<{
    workload: ResourceWorkload
    resources: string
    items: string
    failing: string
    last: Date | null
  }>`
    select workload, count(*) filter (where last_success_at is not null) as resources, sum(items) as items,
      count(*) filter (where error is not null) as failing, max(last_success_at) as last
    from resources where organization_id = ${organizationId} group by workload order by workload
  `.execute(db)
  return rows.map((row) => ({
    workload: row.workload,
    resources: Number(row.resources),
    items: Number(row.items),
    failing: Number(row.failing),
    lastSuccessAt: row.last?.toISOString() ?? null,
  }))
}

async function runRows(db: Database, organizationId: string): Promise<DashboardView['runs']> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'sequence', 'state', 'started_at', 'finished_at', 'counts'])
    .where('organization_id', '=', organizationId)
    .where('finished_at', 'is not', null)
    .orderBy('sequence', 'desc')
    .limit(shownRuns)
    .execute()
  return rows.toReversed().map((row) => ({
    id: row.id,
    sequence: row.sequence,
    state: row.state as RunState,
    finishedAt: row.finished_at?.toISOString() ?? null,
    seconds:
      row.started_at && row.finished_at
        ? Math.max(0, Math.round((row.finished_at.getTime() - row.started_at.getTime()) / 1000))
        : null,
    bytesRead: row.counts['bytesRead'] ?? 0,
    bytesStored: row.counts['bytesStored'] ?? 0,
    itemsFailed: row.counts['itemsFailed'] ?? 0,
  }))
}

async function dayRows(db: Database, organizationId: string): Promise<DashboardView['days']> {
  const { rows } = await sql<{ day: string; read: string; stored: string; total: string }>`
    select * from (
      select day, read, stored, sum(stored) over (order by day) as total from (
        select to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD') as day,
          sum(coalesce((counts->>'bytesRead')::bigint, 0)) as read, sum(coalesce((counts->>'bytesStored')::bigint, 0)) as stored
        from runs where organization_id = ${organizationId} and finished_at is not null group by 1
      ) days order by day desc limit 30
    ) newest order by day
  `.execute(db)
  return rows.map((row) => ({
    day: row.day,
    bytesRead: Number(row.read),
    bytesStored: Number(row.stored),
    bytesStoredInAll: Number(row.total),
  }))
}

async function restorePoints(db: Database, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('snapshot_id', 'is not', null)
    .where('forgotten_at', 'is', null)
    .where('state', 'in', ['succeeded', 'partial'])
    .executeTakeFirstOrThrow()
  return Number(count)
}

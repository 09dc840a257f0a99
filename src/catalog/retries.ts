/**
 * What runs could not store or left out, an item a row. What the protection settings leave out may be nearly all that a resource has: so it is
 * asked for by its ids or in pages, and told from the rest by how its code begins (`leftOut`). Parts of items, with a slash in their ids, are few.
 */
import { type Selectable, sql } from 'kysely'
import type { Database, DatabaseSchema } from '../database/index.ts'
import { guarded, type RunGuard, textArray } from './run-guard.ts'
import { type ResourceCounts, recordCounts } from './stage-checkpoint.ts'

export interface Retry {
  readonly externalId: string
  readonly folderId: string | null
  readonly subject: string
  readonly outcome: 'retry' | 'permanent' | 'skipped'
  readonly attempts: number
  readonly code: string
  readonly reason: string
  readonly changeKey: string
  /** Sequence of the run that tried last. */
  readonly lastSequence: number
}

const isWhole = sql<boolean>`position('/' in external_id) = 0`
const isLeftOut = (leftOut: string) => sql<boolean>`(starts_with(code, ${leftOut}) and ${isWhole})`

/** All but what was left out: a page of at most `limit`, after the id `after`. */
export async function retriesOf(
  db: Database,
  resourceId: string,
  leftOut: string,
  after: string,
  limit: number,
): Promise<Retry[]> {
  return pageOf(retriesIn(db, resourceId).where(sql<boolean>`not ${isLeftOut(leftOut)}`), after, limit)
}

/** Those of the items that were left out. */
export async function leftOutAmong(
  db: Database,
  resourceId: string,
  leftOut: string,
  externalIds: readonly string[],
): Promise<Retry[]> {
  if (externalIds.length === 0) return []
  const rows = await retriesIn(db, resourceId)
    .where(sql<boolean>`external_id = any(${textArray(externalIds)})`)
    .where(isLeftOut(leftOut))
    .execute()
  return rows.map(retry)
}

/** What runs before `sequence` left out under another code than `code`: a page of at most `limit`, after the id `after`. */
export async function leftOutOtherwise(
  db: Database,
  resourceId: string,
  noted: { readonly leftOut: string; readonly code: string; readonly sequence: number },
  after: string,
  limit: number,
): Promise<Retry[]> {
  const rows = retriesIn(db, resourceId)
    .where(isLeftOut(noted.leftOut))
    .where('code', '<>', noted.code)
    .where('last_sequence', '<', noted.sequence)
  return pageOf(rows, after, limit)
}

/**
 * Names in the run's report what earlier runs left out under the code, and it leaves out as well: at most `limit`, after the id `after`. The
 * counts are recorded with it, as many more skipped. Answers how many these are, and the last id.
 * @param pathOf a folder's path for people by our id
 * @throws CAT_RUN_TAKEN_OVER
 */
export async function noteLeftOut(
  db: Database,
  guard: RunGuard,
  resourceId: string,
  noted: { readonly code: string; readonly counts: ResourceCounts },
  pathOf: (folderId: string | null) => string,
  after: string,
  limit: number,
): Promise<{ readonly count: number; readonly last: string | null }> {
  const { code, counts } = noted
  return guarded(db, guard, async (transaction) => {
    const page = await transaction
      .selectFrom('retries')
      .select(['external_id', 'folder_id'])
      .where('resource_id', '=', resourceId)
      .where('code', '=', code)
      .where(isWhole)
      .where('last_sequence', '<', guard.sequence)
      .where('external_id', '>', after)
      .orderBy('external_id')
      .limit(limit)
      .execute()
    if (page.length === 0) return { count: 0, last: null }
    const paths = Object.fromEntries(page.map(({ folder_id: id }) => [id ?? '', pathOf(id)]))
    await sql`
      with again as (
        update retries set last_sequence = ${guard.sequence}
        where resource_id = ${resourceId} and external_id = any(${textArray(page.map(({ external_id: id }) => id))})
        returning *
      )
      insert into run_failures (run_id, resource_id, external_id, folder_path, subject, outcome, reason, attempts)
      select ${guard.runId}, resource_id, external_id, ${JSON.stringify(paths)}::jsonb ->> coalesce(folder_id::text, ''), subject, outcome,
        reason, attempts
      from again
      on conflict do nothing
    `.execute(transaction)
    const itemsSkipped = counts.itemsSkipped + page.length
    await recordCounts(transaction, guard.runId, resourceId, { ...counts, itemsSkipped })
    return { count: page.length, last: page.at(-1)?.external_id ?? null }
  })
}

const retriesIn = (db: Database, resourceId: string) =>
  db.selectFrom('retries').selectAll().where('resource_id', '=', resourceId)

async function pageOf(rows: ReturnType<typeof retriesIn>, after: string, limit: number): Promise<Retry[]> {
  const page = await rows.where('external_id', '>', after).orderBy('external_id').limit(limit).execute()
  return page.map(retry)
}

function retry(row: Selectable<DatabaseSchema['retries']>): Retry {
  return {
    externalId: row.external_id,
    folderId: row.folder_id,
    subject: row.subject,
    outcome: row.outcome,
    attempts: row.attempts,
    code: row.code,
    reason: row.reason,
    changeKey: row.change_key,
    lastSequence: row.last_sequence,
  }
}

/**
 * Items whose content the repository does not hold any more. What a run that broke off has staged is in no tree yet, so a prune by hand may take
 * it; what is thrown out here is unknown again, and the round over its folder begins anew, in which it is met and read once more.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/index.ts'
import { type CatalogTransaction, guarded, type RunGuard, textArray } from './run-guard.ts'

/** Resources of an organization that have open items which began with this sequence or later. */
async function resourcesWithItems(db: Database, organizationId: string, since: number): Promise<string[]> {
  const rows = await db
    .selectFrom('resources')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(
      sql<boolean>`exists (select from items where items.resource_id = resources.id and valid_from >= ${since} and valid_to is null)`,
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** What the repository has to hold of an item. */
export interface ItemContent {
  readonly externalId: string
  /** Data blobs of the item and of its older versions. */
  readonly content: readonly string[]
  readonly versionsTree: string | null
}

/** A page of such items of a resource, after an id. */
async function contentPage(
  db: Database,
  resourceId: string,
  since: number,
  after: string,
  limit: number,
): Promise<ItemContent[]> {
  const { rows } = await sql<ItemContent>`
    select external_id as "externalId", versions_tree as "versionsTree",
      case when versions_tree is null then content else content || coalesce((
        select array_agg(blob) from file_versions older cross join unnest(older.content) as blob
        where older.resource_id = items.resource_id and older.external_id = items.external_id and older.version_id = any(items.versions)
      ), '{}') end as content
    from items
    where resource_id = ${resourceId} and valid_from >= ${since} and valid_to is null and external_id > ${after}
    order by external_id limit ${limit}
  `.execute(db)
  return rows
}

const itemsAtOnce = 1_000

/** Open items of an organization that began with this sequence or later, in pages of a thousand, resource by resource. */
export async function* contentSince(
  db: Database,
  organizationId: string,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<{ readonly resourceId: string; readonly items: readonly ItemContent[] }> {
  for (const resourceId of await resourcesWithItems(db, organizationId, since)) {
    for (let after: string | undefined = ''; after !== undefined; ) {
      signal.throwIfAborted()
      const items = await contentPage(db, resourceId, since, after, itemsAtOnce)
      if (items.length > 0) yield { resourceId, items }
      after = items.length < itemsAtOnce ? undefined : items.at(-1)?.externalId
    }
  }
}

/**
 * Takes items out, as if they had not been stored, and has the rounds over their folders begin anew. A published item ends with this run, one that was
 * staged leaves what it took the place of. Can be repeated. @throws CAT_RUN_TAKEN_OVER
 */
export async function throwOut(
  db: Database,
  guard: RunGuard,
  resourceId: string,
  externalIds: readonly string[],
): Promise<void> {
  const theirs = sql`resource_id = ${resourceId} and external_id = any(${textArray(externalIds)})`
  await guarded(db, guard, async (transaction) => {
    // First, since it looks at where the items are.
    await beginRoundsAnew(
      transaction,
      resourceId,
      sql`(select folder_id from items where ${theirs} and valid_to is null)`,
    )
    const { rows } = await sql<{ external_id: string }>`
      delete from items where ${theirs} and valid_to is null and valid_from >= ${guard.sequence} returning external_id
    `.execute(transaction)
    const staged = rows.map(({ external_id: id }) => id)
    await sql`update items set valid_to = ${guard.sequence} where ${theirs} and valid_to is null`.execute(
      transaction,
    )
    await sql`
      update items set valid_to = null
      where resource_id = ${resourceId} and external_id = any(${textArray(staged)}) and valid_to = ${guard.sequence}
    `.execute(transaction)
  })
}

/** Has the rounds over folders begin anew, in full; in a drive there is one over all of them. @param folders a query of our ids */
export async function beginRoundsAnew(
  transaction: CatalogTransaction,
  resourceId: string,
  folders: RawBuilder<unknown>,
): Promise<void> {
  const isDrive = sql`(select workload from resources where id = ${resourceId}) = 'drive'`
  await sql`
    update delta_positions set staged = true, staged_link = null, round_done = false, resync = true, held_sequence = null
    where resource_id = ${resourceId}
      and (${isDrive} or container in (select external_id from folders where id in ${folders}))
  `.execute(transaction)
  await sql`
    delete from enumerated_items where resource_id = ${resourceId} and (${isDrive} or folder_id in ${folders})
  `.execute(transaction)
}

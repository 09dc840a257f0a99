import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import { searchWords } from './search-words.ts'

/** Where is searched: in one resource or in all of an organization, at a restore point. */
export type SearchScope = { readonly point: number } & (
  | { readonly resourceId: string }
  | { readonly organizationId: string }
)

/**
 * The condition on `items` (joined with `folder_versions`) that holds every word of `text` in subject, people or folder; null where
 * the text is blank. Folders are matched by the name they had at the restore point.
 *
 * The matching folders are looked up before, so that the condition is on the items' own columns: then PostgreSQL takes
 * the index of the words where they are rare, and goes through the newest items where they are common, instead of collecting and sorting
 * everything that matches.
 */
export async function wordsCondition(
  db: Database,
  text: string,
  scope: SearchScope,
): Promise<RawBuilder<boolean> | null> {
  if (text.trim() === '') return null
  const words = searchWords(text)
  // Text without a single word finds nothing rather than everything.
  if (words.length === 0) return sql<boolean>`false`
  const every = sql`to_tsquery('simple', ${words.join(' & ')})`
  const some = sql`to_tsquery('simple', ${words.join(' | ')})`
  const resources =
    'resourceId' in scope
      ? sql`resource_id = ${scope.resourceId}`
      : sql`resource_id in (select id from resources where organization_id = ${scope.organizationId})`
  const folders = await db
    .selectFrom('folder_versions')
    .select('folder_id')
    .where(sql<boolean>`${resources}`)
    .where('valid_from', '<=', scope.point)
    .where((e) => e.or([e('valid_to', 'is', null), e('valid_to', '>', scope.point)]))
    .where(sql<boolean>`to_tsvector('simple', path) @@ ${some}`)
    .execute()
  if (folders.length === 0) return sql<boolean>`items.search @@ ${every}`
  const ids = folders.map((row) => row.folder_id)
  return sql<boolean>`(items.search @@ ${every} or (items.folder_id = any(${ids}::uuid[])
    and (items.search || to_tsvector('simple', folder_versions.path)) @@ ${every}))`
}

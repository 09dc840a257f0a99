import { type SelectQueryBuilder, sql } from 'kysely'
import { decodeCursor, pageFrom } from '../shared/index.ts'

/**
 * One page of what the query selects from one table with the columns `created_at` and `id`: newest first, `limit` rows (50 unless told),
 * and the cursor of the next page. A cursor that no page gave starts at the beginning.
 */
export async function newestFirst<Tables, Table extends keyof Tables, Row extends { id: string }>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  { cursor, limit = 50 }: { readonly cursor?: string; readonly limit?: number },
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])
  const [time = null, id = null] = after ?? []
  const rows = await query
    // Microseconds, which a Date would drop, decide the order.
    .select(sql<string>`created_at::text`.as('created_text'))
    .$if(after !== undefined, (rest) =>
      rest.where(sql<boolean>`(created_at, id) < (${time}::timestamptz, ${id}::uuid)`),
    )
    .orderBy(sql`created_at`, 'desc')
    .orderBy(sql`id`, 'desc')
    .limit(limit + 1)
    .$castTo<Row & { created_text: string }>()
    .execute()
  const page = pageFrom(
    rows,
    limit,
    (row): Row => row,
    (row) => [row.created_text, row.id],
  )
  return { rows: page.items, nextCursor: page.nextCursor }
}

import { sql } from 'kysely'
import type { OrganizationQuery } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { decodeCursor, pageFrom } from '../shared/index.ts'
import type { OrganizationRow } from './view.ts'

const searched = ['name', 'default_domain', 'tenant_id', 'application_id'] as const

/** One page of the organizations, newest first, and how many there are on all pages; `only` those of the ids, where it is not null. */
export async function listOrganizations(
  db: Database,
  { cursor, limit = 50, search = '', state = 'active' }: OrganizationQuery,
  only: readonly string[] | null = null,
): Promise<{ rows: OrganizationRow[]; nextCursor: string | null; total: number }> {
  // Text that no list gave starts the list at its beginning.
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])
  const words = search.trim().toLowerCase()
  const found = db
    .selectFrom('organizations')
    .where('state', 'in', state === 'removed' ? ['removed'] : ['active', 'removing'])
    .$if(only !== null, (query) => query.where(sql<boolean>`id = any(${only}::uuid[])`))
    .$if(words !== '', (query) =>
      query.where((where) =>
        where.or(
          // Not a pattern: what is typed is what is looked for.
          searched.map((column) => sql<boolean>`strpos(lower(${sql.ref(column)}), ${words}) > 0`),
        ),
      ),
    )
  const { total } = await found
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    // Microseconds, which a Date would drop, decide the order.
    .select(sql<string>`created_at::text`.as('created_text'))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(created_at, id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid)`,
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = pageFrom(
    rows,
    limit,
    (row) => row,
    (row) => [row.created_text, row.id],
  )
  return { rows: page.items, nextCursor: page.nextCursor, total: Number(total) }
}

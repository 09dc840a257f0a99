import { sql } from 'kysely'
import type { OrganizationQuery } from '../contract/index.ts'
import { type Database, newestFirst } from '../database/index.ts'
import type { OrganizationRow } from './view.ts'

const searched = ['name', 'default_domain', 'tenant_id', 'application_id'] as const

/** One page of the organizations, newest first, and how many there are on all pages; `only` those of the ids, where it is not null. */
export async function listOrganizations(
  db: Database,
  { search = '', state = 'active', ...page }: OrganizationQuery,
  only: readonly string[] | null = null,
): Promise<{ rows: OrganizationRow[]; nextCursor: string | null; total: number }> {
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
  return { ...(await newestFirst(found.selectAll(), page)), total: Number(total) }
}

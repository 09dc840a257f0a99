/** Pages of what the directory held when it was read last, with how each stands by the settings. */
import { sql } from 'kysely'
import type {
  DirectoryGroupView,
  DirectoryQuery,
  DirectorySiteView,
  DirectoryUserQuery,
  DirectoryUserView,
  Page,
  UserStanding,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { decodeCursor, pageFrom } from '../../shared/index.ts'
import type { StoredProtection } from './settings.ts'
import { userStanding } from './standing.ts'

interface UserListRow {
  external_id: string
  display_name: string
  user_principal_name: string
  kind: 'user' | 'shared' | 'resource'
  has_archive: boolean
  has_license: boolean
  is_guest: boolean
  first_seen_at: Date
  standing: UserStanding
  sort: string
}

/** In the order of their names; `only` those of the ids, where it is not null. */
export async function listDirectoryUsers(
  db: Database,
  stored: StoredProtection,
  { cursor, limit = 50, filter, search = '' }: DirectoryUserQuery,
  only: readonly string[] | null = null,
): Promise<Page<DirectoryUserView>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['text', 'text'])
  const words = search.trim().toLowerCase()
  const { rows } = await sql<UserListRow>`
    select external_id, display_name, user_principal_name, kind, has_archive, has_license, is_guest, first_seen_at,
      ${userStanding(stored)} as standing, lower(user_principal_name) as sort
    from directory_users
    where organization_id = ${stored.organizationId} and gone_at is null
      and ${filter === undefined ? sql`true` : filter === 'archival' ? sql`has_archive` : sql`kind = ${filter}`}
      and (${words} = '' or strpos(lower(user_principal_name), ${words}) > 0 or strpos(lower(display_name), ${words}) > 0)
      and ${only === null ? sql`true` : sql`external_id = any(${only}::text[])`}
      and ${after ? sql`(lower(user_principal_name), external_id) > (${after[0]}::text, ${after[1]}::text)` : sql`true`}
    order by lower(user_principal_name), external_id limit ${limit + 1}
  `.execute(db)
  return pageFrom(rows, limit, userView, (row) => [row.sort, row.external_id])
}

function userView(row: UserListRow): DirectoryUserView {
  return {
    id: row.external_id,
    displayName: row.display_name,
    userPrincipalName: row.user_principal_name,
    kind: row.kind,
    hasArchive: row.has_archive,
    hasLicense: row.has_license,
    isGuest: row.is_guest,
    firstSeenAt: row.first_seen_at.toISOString(),
    standing: row.standing,
  }
}

export async function listDirectoryGroups(
  db: Database,
  organizationId: string,
  { cursor, limit = 50, search = '' }: DirectoryQuery,
): Promise<Page<DirectoryGroupView>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['text', 'text'])
  const words = search.trim().toLowerCase()
  const rows = await db
    .selectFrom('directory_groups')
    .selectAll()
    .select(sql<string>`lower(display_name)`.as('sort'))
    .where('organization_id', '=', organizationId)
    .where('gone_at', 'is', null)
    .$if(words !== '', (query) => query.where(sql<boolean>`strpos(lower(display_name), ${words}) > 0`))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(lower(display_name), external_id) > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::text)`,
      ),
    )
    .orderBy(sql`lower(display_name)`)
    .orderBy('external_id')
    .limit(limit + 1)
    .execute()
  return pageFrom(
    rows,
    limit,
    (row) => ({
      id: row.external_id,
      displayName: row.display_name,
      mail: row.mail,
      kind: row.is_unified ? ('microsoft365' as const) : ('security' as const),
      hasTeam: row.has_team,
    }),
    (row) => [row.sort, row.external_id],
  )
}

export async function listDirectorySites(
  db: Database,
  organizationId: string,
  { cursor, limit = 50, search = '' }: DirectoryQuery,
): Promise<Page<DirectorySiteView>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, ['text', 'text'])
  const words = search.trim().toLowerCase()
  const rows = await db
    .selectFrom('directory_sites')
    .selectAll()
    .select(sql<string>`lower(name)`.as('sort'))
    .where('organization_id', '=', organizationId)
    .where('gone_at', 'is', null)
    .$if(words !== '', (query) =>
      query.where(sql<boolean>`strpos(lower(name), ${words}) > 0 or strpos(lower(web_url), ${words}) > 0`),
    )
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(lower(name), external_id) > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::text)`,
      ),
    )
    .orderBy(sql`lower(name)`)
    .orderBy('external_id')
    .limit(limit + 1)
    .execute()
  return pageFrom(
    rows,
    limit,
    (row) => ({ id: row.external_id, name: row.name, webUrl: row.web_url }),
    (row) => [row.sort, row.external_id],
  )
}

/** Whether a user or site is protected, as SQL over the rows of the directory: one place for runs, lists and the ledger. */
import { type RawBuilder, sql } from 'kysely'
import type { UserStanding } from '../../contract/index.ts'
import type { StoredProtection } from './settings.ts'

/** Of a row `directory_users`. */
export function userStanding({
  organizationId,
  settings: { users, exclusions },
  newUsersAfter,
}: StoredProtection): RawBuilder<UserStanding> {
  const { selection, userIds, groupIds, includeNew } = users
  const memberOf = (groups: readonly string[]) => sql<boolean>`exists (
    select from directory_members members
    where members.organization_id = ${organizationId} and members.user_id = directory_users.external_id
      and members.group_id = any(${groups}::text[])
  )`
  const isNew = sql<boolean>`directory_users.first_seen_at > ${newUsersAfter}`
  const unlessNew = includeNew ? sql`'protected'` : sql`case when ${isNew} then 'new' else 'protected' end`
  const chosen = {
    all: () => unlessNew,
    groups: () => sql`case when ${memberOf(groupIds)} then ${unlessNew} else 'not-selected' end`,
    users: () => sql`case
      when directory_users.external_id = any(${userIds}::text[]) then 'protected'
      when ${isNew} then ${includeNew ? sql`'protected'` : sql`'new'`}
      else 'not-selected' end`,
  }
  return sql<UserStanding>`case
    when directory_users.external_id = any(${exclusions.userIds}::text[]) or ${memberOf(exclusions.groupIds)}
    then 'excluded' else ${chosen[selection]()} end`
}

/** Of a row `directory_sites`. */
export function siteStanding({
  settings: { sites, exclusions },
  newSitesAfter,
}: StoredProtection): RawBuilder<UserStanding> {
  const isNew = sql<boolean>`directory_sites.first_seen_at > ${newSitesAfter}`
  const newOnes = sites.includeNew ? sql`'protected'` : sql`'new'`
  const chosen =
    sites.selection === 'all'
      ? sql`case when ${isNew} then ${newOnes} else 'protected' end`
      : sql`case
          when directory_sites.external_id = any(${sites.siteIds}::text[]) then 'protected'
          when ${isNew} then ${newOnes}
          else 'not-selected' end`
  return sql<UserStanding>`case
    when directory_sites.external_id = any(${exclusions.siteIds}::text[]) then 'excluded' else ${chosen} end`
}

/**
 * What the directory of an organization holds, kept in rows of our own: users with the kind of their mailbox, groups, the members of the
 * groups that the settings name, sites. What the application may not read is noted, not asked for.
 * Sources: Microsoft Graph v1.0, "List users", "List groups", "List group transitive members", "Get all sites", "mailboxSettings
 * resource type" (`userPurpose`), 2026; plan ids from "Product names and service plan identifiers for licensing".
 */
import { sql } from 'kysely'
import type { Database } from '../../database/index.ts'
import { type GraphClient, graphPath, isNotFound } from '../../microsoft/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { ApplicationAccess } from '../access.ts'
import { readProtection } from './settings.ts'

/** Exchange Online Archiving, for Exchange Online and for Exchange Server. */
const archivePlans = new Set(['176a09a6-7ec5-4039-ac02-b2791c6ba793', 'da040e0a-b393-4bea-bb76-928b3fa1cf5a'])
const groupReaders = [
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]
const siteReaders = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.FullControl.All']
const settingsReaders = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite']
const batchSize = 20

interface GraphDirectoryUser {
  id: string
  displayName?: string | null
  userPrincipalName?: string | null
  mail?: string | null
  userType?: string | null
  accountEnabled?: boolean | null
  assignedLicenses?: unknown[]
  assignedPlans?: { service?: string; servicePlanId?: string; capabilityStatus?: string }[]
}

interface UserRow {
  id: string
  name: string
  upn: string
  kind: 'user' | 'shared' | 'resource'
  archive: boolean
  license: boolean
  exchange: boolean
  guest: boolean
}

export interface Directory {
  /** Reads all of it. @throws MicrosoftError */
  refresh(organizationId: string, access: ApplicationAccess, signal: AbortSignal): Promise<void>
}

export function createDirectory(parts: { db: Database; clock: Clock; logger: Logger }): Directory {
  const { db, clock, logger } = parts
  return {
    async refresh(organizationId, { graph, tokens }, signal) {
      const now = new Date(clock.now())
      const { roles } = await tokens.token(signal)
      const may = (some: readonly string[]) => some.some((role) => roles.includes(role))
      const [mayGroups, maySites, mayKinds] = [may(groupReaders), may(siteReaders), may(settingsReaders)]
      await refreshUsers(db, organizationId, graph, mayKinds, now, signal)
      if (mayGroups) {
        await refreshGroups(db, organizationId, graph, now, signal)
        await refreshMembers(db, organizationId, graph, signal)
      } else logger.debug({ organizationId }, 'the application may not read groups')
      if (maySites) await refreshSites(db, organizationId, graph, now, signal)
      const state = {
        refreshed_at: now,
        groups: mayGroups ? ('read' as const) : ('no-rights' as const),
        sites: maySites ? ('read' as const) : ('no-rights' as const),
        mailbox_kinds: mayKinds ? ('read' as const) : ('guessed' as const),
      }
      await db
        .insertInto('directory_states')
        .values({ organization_id: organizationId, ...state })
        .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(state))
        .execute()
    },
  }
}

async function refreshUsers(
  db: Database,
  organizationId: string,
  graph: GraphClient,
  mayKinds: boolean,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const seen: string[] = []
  const pages = graph.pages<GraphDirectoryUser>({
    path: graphPath`/users`,
    query: {
      $select: 'id,displayName,userPrincipalName,mail,userType,accountEnabled,assignedLicenses,assignedPlans',
      $top: 999,
    },
    signal,
  })
  for await (const { value } of pages) {
    const rows = value.map(userRow)
    // Whoever signs in with a licence of their own has a mailbox of their own.
    const unclear = value.filter(({ accountEnabled, assignedLicenses, mail }) =>
      Boolean(mail && (accountEnabled === false || (assignedLicenses ?? []).length === 0)),
    )
    const kinds = mayKinds
      ? await mailboxKinds(
          graph,
          unclear.map(({ id }) => id),
          signal,
        )
      : new Map(unclear.map(({ id, accountEnabled }) => [id, accountEnabled === false ? 'shared' : 'user']))
    for (const row of rows) row.kind = (kinds.get(row.id) as UserRow['kind'] | undefined) ?? row.kind
    seen.push(...rows.map(({ id }) => id))
    await sql`
      insert into directory_users as known (organization_id, external_id, user_principal_name, display_name, kind,
        has_archive, has_license, has_exchange, is_guest, first_seen_at)
      select ${organizationId}, id, upn, name, kind, archive, license, exchange, guest, ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as found
        (id text, upn text, name text, kind text, archive boolean, license boolean, exchange boolean, guest boolean)
      on conflict (organization_id, external_id) do update set
        user_principal_name = excluded.user_principal_name, display_name = excluded.display_name,
        kind = excluded.kind, has_archive = excluded.has_archive, has_license = excluded.has_license,
        has_exchange = excluded.has_exchange, is_guest = excluded.is_guest, gone_at = null
    `.execute(db)
  }
  await markGone(db, 'directory_users', organizationId, seen, now)
}

function userRow(user: GraphDirectoryUser): UserRow {
  const plans = (user.assignedPlans ?? []).filter(({ capabilityStatus }) =>
    ['Enabled', 'Warning'].includes(capabilityStatus ?? ''),
  )
  const upn = user.userPrincipalName ?? user.mail ?? user.id
  return {
    id: user.id,
    name: clean(user.displayName ?? upn),
    upn: clean(upn),
    kind: 'user',
    archive: plans.some(({ servicePlanId }) => archivePlans.has(servicePlanId ?? '')),
    license: (user.assignedLicenses ?? []).length > 0,
    exchange: plans.some(({ service }) => service?.toLowerCase() === 'exchange'),
    guest: user.userType === 'Guest',
  }
}

/** PostgreSQL stores no NUL, and lone surrogates are no text. */
const clean = (text: string) => text.replaceAll('\0', '').toWellFormed()

async function mailboxKinds(
  graph: GraphClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, UserRow['kind']>> {
  const kinds = new Map<string, UserRow['kind']>()
  for (let start = 0; start < ids.length; start += batchSize) {
    const part = ids.slice(start, start + batchSize)
    const answers = await graph.batch(
      part.map((id, index) => ({
        id: String(index),
        path: `${graphPath`/users/${id}/mailboxSettings`}?$select=userPurpose`,
      })),
      { signal },
    )
    for (const [index, { body, error }] of answers.entries()) {
      const { userPurpose } = (error ? {} : (body ?? {})) as { userPurpose?: string }
      const id = part[index]
      if (id === undefined || userPurpose === undefined) continue
      kinds.set(
        id,
        userPurpose === 'shared'
          ? 'shared'
          : ['room', 'equipment'].includes(userPurpose)
            ? 'resource'
            : 'user',
      )
    }
  }
  return kinds
}

async function refreshGroups(
  db: Database,
  organizationId: string,
  graph: GraphClient,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const seen: string[] = []
  const pages = graph.pages<{
    id: string
    displayName?: string | null
    mail?: string | null
    groupTypes?: string[]
    resourceProvisioningOptions?: string[]
  }>({
    path: graphPath`/groups`,
    query: { $select: 'id,displayName,mail,groupTypes,resourceProvisioningOptions', $top: 999 },
    signal,
  })
  for await (const { value } of pages) {
    const rows = value.map((group) => ({
      id: group.id,
      name: clean(group.displayName ?? group.id),
      mail: group.mail ? clean(group.mail) : null,
      unified: group.groupTypes?.includes('Unified') ?? false,
      team: group.resourceProvisioningOptions?.includes('Team') ?? false,
    }))
    seen.push(...rows.map(({ id }) => id))
    await sql`
      insert into directory_groups (organization_id, external_id, display_name, mail, is_unified, has_team, first_seen_at)
      select ${organizationId}, id, name, mail, unified, team, ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as found
        (id text, name text, mail text, unified boolean, team boolean)
      on conflict (organization_id, external_id) do update set
        display_name = excluded.display_name, mail = excluded.mail, is_unified = excluded.is_unified,
        has_team = excluded.has_team, gone_at = null
    `.execute(db)
  }
  await markGone(db, 'directory_groups', organizationId, seen, now)
}

/** Of the groups that the settings name; a group that is gone has no members. */
async function refreshMembers(
  db: Database,
  organizationId: string,
  graph: GraphClient,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = await readProtection(db, organizationId)
  const { users, exclusions } = settings
  const groups = [
    ...new Set([...(users.selection === 'groups' ? users.groupIds : []), ...exclusions.groupIds]),
  ]
  for (const group of groups) {
    const members = await readMembers(graph, group, signal)
    await db.transaction().execute(async (transaction) => {
      await sql`
        delete from directory_members where organization_id = ${organizationId} and group_id = ${group}
          and user_id <> all(${members}::text[])
      `.execute(transaction)
      await sql`
        insert into directory_members (organization_id, group_id, user_id)
        select ${organizationId}, ${group}, unnest(${members}::text[]) on conflict do nothing
      `.execute(transaction)
    })
  }
}

/** Ids of the users in a group, those in groups within it included. */
export async function readMembers(graph: GraphClient, group: string, signal: AbortSignal): Promise<string[]> {
  const members: string[] = []
  try {
    const pages = graph.pages<{ '@odata.type'?: string; id: string }>({
      path: graphPath`/groups/${group}/transitiveMembers`,
      query: { $select: 'id', $top: 999 },
      signal,
    })
    for await (const { value } of pages) {
      for (const member of value)
        if (member['@odata.type'] === undefined || member['@odata.type'] === '#microsoft.graph.user')
          members.push(member.id)
    }
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return [...new Set(members)]
}

async function refreshSites(
  db: Database,
  organizationId: string,
  graph: GraphClient,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const seen: string[] = []
  const pages = graph.pages<{
    id: string
    name?: string | null
    displayName?: string | null
    webUrl?: string | null
    isPersonalSite?: boolean
  }>({ path: '/sites/getAllSites', service: 'files', signal })
  for await (const { value } of pages) {
    // A personal site is somebody's OneDrive.
    const rows = value
      .filter(({ isPersonalSite }) => isPersonalSite !== true)
      .map((site) => ({
        id: site.id,
        name: clean(site.displayName ?? site.name ?? site.webUrl ?? site.id),
        url: clean(site.webUrl ?? ''),
      }))
    seen.push(...rows.map(({ id }) => id))
    await sql`
      insert into directory_sites (organization_id, external_id, name, web_url, first_seen_at)
      select ${organizationId}, id, name, url, ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as found (id text, name text, url text)
      on conflict (organization_id, external_id) do update set
        name = excluded.name, web_url = excluded.web_url, gone_at = null
    `.execute(db)
  }
  await markGone(db, 'directory_sites', organizationId, seen, now)
}

async function markGone(
  db: Database,
  table: 'directory_users' | 'directory_groups' | 'directory_sites',
  organizationId: string,
  seen: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update ${sql.table(table)} set gone_at = ${now}
    where organization_id = ${organizationId} and gone_at is null and external_id <> all(${seen}::text[])
  `.execute(db)
}

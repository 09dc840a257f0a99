/**
 * Protection settings of organizations: read, written, and what they mean for a run. The workloads are the organization's own; the rest
 * is here. A choice that depends on who is in the directory reads the directory first, so that what is there now does not count as new.
 */
import { sql } from 'kysely'
import type {
  DirectoryGroupView,
  DirectoryQuery,
  DirectorySiteView,
  DirectoryStanding,
  DirectoryUserQuery,
  DirectoryUserView,
  Exclusions,
  FileExtras,
  MailboxExtras,
  Page,
  ProtectionView,
  Retention,
  SaveProtection,
  UserStanding,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { isAppError } from '../../errors/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { Organizations } from '../organizations.ts'
import type { ProtectionSettings } from './defaults.ts'
import { createDirectory, readMembers } from './directory.ts'
import { listDirectoryGroups, listDirectorySites, listDirectoryUsers } from './directory-lists.ts'
import { checkRetention, shortens } from './retention.ts'
import { checkSchedule, upcomingStarts } from './schedule.ts'
import { readProtection, type StoredProtection, writeProtection } from './settings.ts'
import { siteStanding, userStanding } from './standing.ts'

/** What a run takes. */
export interface RunScope {
  /** How a user stands, by Microsoft's id; users whom the directory did not list are not selected. */
  userStanding(externalId: string): UserStanding
  siteStanding(externalId: string): UserStanding
  readonly exclusions: Exclusions
  readonly mailboxes: MailboxExtras
  readonly files: FileExtras
  /** Users whose time after their deletion is over. */
  readonly expiredUsers: ReadonlySet<string>
}

export interface Protection {
  /** @throws ORG_NOT_FOUND */
  read(organizationId: string): Promise<ProtectionView>
  /** @throws ORG_NOT_FOUND, ORG_REMOVED, ORG_PROTECTION_INVALID, ORG_WORKLOAD_NOT_GRANTED, ORG_GROUPS_NOT_READABLE, MicrosoftError */
  save(
    organizationId: string,
    changes: SaveProtection,
    operatorId: string,
    signal: AbortSignal,
  ): Promise<ProtectionView>
  /** @throws ORG_PROTECTION_INVALID; ORG_RETENTION_SHORTENS where the change may delete something and `mayShorten` is false */
  setRetention(
    organizationId: string,
    retention: Retention,
    operatorId: string,
    mayShorten: boolean,
  ): Promise<ProtectionView>
  /** Reads users, groups and sites anew. @throws ORG_NOT_FOUND, ORG_REMOVED, MicrosoftError */
  refresh(organizationId: string, signal: AbortSignal): Promise<ProtectionView>
  users(organizationId: string, query: DirectoryUserQuery): Promise<Page<DirectoryUserView>>
  groups(organizationId: string, query: DirectoryQuery): Promise<Page<DirectoryGroupView>>
  /** 'List Group Users': as Microsoft says it now. @throws ORG_GROUP_UNKNOWN, MicrosoftError */
  groupUsers(
    organizationId: string,
    groupId: string,
    query: DirectoryUserQuery,
    signal: AbortSignal,
  ): Promise<Page<DirectoryUserView>>
  sites(organizationId: string, query: DirectoryQuery): Promise<Page<DirectorySiteView>>
  /** Null where everything is taken: nobody has chosen anything. Reads the directory. @throws MicrosoftError */
  scope(organizationId: string, signal: AbortSignal): Promise<RunScope | null>
}

export interface ProtectionParts {
  readonly db: Database
  readonly organizations: Pick<Organizations, 'get' | 'access' | 'edit' | 'requireActive'>
  readonly clock: Clock
  readonly logger: Logger
  /** Throws when a run could not follow them. */
  readonly checkExclusions: (exclusions: Exclusions) => void
}

const shownStarts = 6

export function createProtection(parts: ProtectionParts): Protection {
  const { db, organizations, clock, logger } = parts
  const directory = createDirectory({ db, clock, logger })

  const view = async (stored: StoredProtection): Promise<ProtectionView> => {
    const { workloads } = await organizations.get(stored.organizationId)
    const { schedule } = stored.settings
    const [next, ...later] = upcomingStarts(
      schedule,
      stored.scheduleAfter.getTime(),
      clock.now(),
      shownStarts,
    ).map((start) => new Date(start).toISOString())
    return {
      organizationId: stored.organizationId,
      workloads: [...workloads],
      ...stored.settings,
      retention: stored.retention,
      lastRetention: stored.lastRetention,
      nextRunAt: next ?? null,
      laterRunsAt: later,
      directory: await standingOfDirectory(db, stored.organizationId),
      updatedAt: stored.updatedAt?.toISOString() ?? null,
    }
  }
  const refresh = async (organizationId: string, signal: AbortSignal) => {
    await organizations.requireActive(organizationId)
    await directory.refresh(organizationId, await organizations.access(organizationId), signal)
  }

  /** Changes the settings as they are now: what somebody else has saved meanwhile stays. */
  const change = (
    organizationId: string,
    operatorId: string,
    retentionDue: boolean,
    next: (before: StoredProtection, now: Date) => StoredProtection,
  ): Promise<StoredProtection> =>
    db.transaction().execute(async (transaction) => {
      // There may be no row of settings yet that could be locked.
      await transaction
        .selectFrom('organizations')
        .select('id')
        .where('id', '=', organizationId)
        .forNoKeyUpdate()
        .execute()
      const now = new Date(clock.now())
      const known = await readProtection(transaction, organizationId)
      const first = { newUsersAfter: now, newSitesAfter: now, scheduleAfter: now }
      const before = known.updatedAt === null ? { ...known, ...first } : known
      const stored = { ...next(before, now), updatedAt: now }
      await writeProtection(transaction, stored, operatorId, retentionDue)
      return stored
    })

  return {
    read: async (organizationId) => {
      await organizations.get(organizationId)
      return view(await readProtection(db, organizationId))
    },

    async save(organizationId, { workloads, acceptNew = false, ...changes }, operatorId, signal) {
      await organizations.requireActive(organizationId)
      const before = await readProtection(db, organizationId)
      const settings: ProtectionSettings = { ...before.settings, ...changes }
      check(settings, clock.now(), parts)
      if (workloads) await organizations.edit(organizationId, { workloads })
      const chosen = changesChoice(before.settings.users, settings.users)
      const chosenSites = changesChoice(before.settings.sites, settings.sites)
      const asksForGroups =
        settings.exclusions.groupIds.length > 0 ||
        (settings.users.selection === 'groups' && settings.users.groupIds.length > 0)
      if (chosen || chosenSites || acceptNew || asksForGroups) await refresh(organizationId, signal)
      if (asksForGroups) {
        const { groups } = await standingOfDirectory(db, organizationId)
        if (groups === 'no-rights') throw fail('ORG_GROUPS_NOT_READABLE')
      }
      const stored = await change(organizationId, operatorId, false, (before, now) => {
        const settings: ProtectionSettings = { ...before.settings, ...changes }
        check(settings, now.getTime(), parts)
        const chosen = acceptNew || changesChoice(before.settings.users, settings.users)
        const chosenSites = acceptNew || changesChoice(before.settings.sites, settings.sites)
        const rescheduled = JSON.stringify(before.settings.schedule) !== JSON.stringify(settings.schedule)
        return {
          ...before,
          settings,
          ...(chosen && { newUsersAfter: now }),
          ...(chosenSites && { newSitesAfter: now }),
          ...(rescheduled && { scheduleAfter: now }),
        }
      })
      // The members of groups that were not named before.
      if (asksForGroups) await refresh(organizationId, signal)
      return view(stored)
    },

    async setRetention(organizationId, retention, operatorId, mayShorten) {
      await organizations.requireActive(organizationId)
      checkRetention(retention)
      const stored = await change(organizationId, operatorId, true, (before) => {
        if (!mayShorten && shortens(before.retention, retention)) throw fail('ORG_RETENTION_SHORTENS')
        return { ...before, retention }
      })
      return view(stored)
    },

    async refresh(organizationId, signal) {
      await refresh(organizationId, signal)
      return view(await readProtection(db, organizationId))
    },

    async users(organizationId, query) {
      await organizations.get(organizationId)
      return listDirectoryUsers(db, await readProtection(db, organizationId), query)
    },
    async groups(organizationId, query) {
      await organizations.get(organizationId)
      return listDirectoryGroups(db, organizationId, query)
    },
    async groupUsers(organizationId, groupId, query, signal) {
      const { graph } = await organizations.access(organizationId)
      const known = await db
        .selectFrom('directory_groups')
        .select('external_id')
        .where('organization_id', '=', organizationId)
        .where('external_id', '=', groupId)
        .executeTakeFirst()
      if (!known) throw fail('ORG_GROUP_UNKNOWN')
      const members = await readMembers(graph, groupId, signal)
      return listDirectoryUsers(db, await readProtection(db, organizationId), query, members)
    },
    async sites(organizationId, query) {
      await organizations.get(organizationId)
      return listDirectorySites(db, organizationId, query)
    },

    async scope(organizationId, signal) {
      const stored = await readProtection(db, organizationId)
      if (stored.updatedAt === null) return null
      await refresh(organizationId, signal)
      const users = await standings(db, sql`directory_users`, organizationId, userStanding(stored))
      const sites = await standings(db, sql`directory_sites`, organizationId, siteStanding(stored))
      return {
        userStanding: (id) => users.get(id) ?? 'not-selected',
        siteStanding: (id) => sites.get(id) ?? 'not-selected',
        exclusions: stored.settings.exclusions,
        mailboxes: stored.settings.mailboxes,
        files: stored.settings.files,
        expiredUsers: await expiredUsers(db, stored, clock.now()),
      }
    },
  }
}

function check(
  settings: ProtectionSettings,
  now: number,
  { checkExclusions }: Pick<ProtectionParts, 'checkExclusions'>,
): void {
  checkSchedule(settings.schedule, now)
  try {
    checkExclusions(settings.exclusions)
  } catch (error) {
    if (!isAppError(error)) throw error
    throw fail('ORG_PROTECTION_INVALID', { reason: error.message.replace(/\.$/, '') }, error)
  }
  const { users } = settings
  if (users.selection === 'users' && users.userIds.length === 0 && !users.includeNew)
    throw fail('ORG_PROTECTION_INVALID', { reason: 'No user was selected' })
  if (users.selection === 'groups' && users.groupIds.length === 0)
    throw fail('ORG_PROTECTION_INVALID', { reason: 'No group was selected' })
}

/** Whether from now on something else counts as new. */
function changesChoice<T extends { readonly selection: string; readonly includeNew: boolean }>(
  before: T,
  after: T,
): boolean {
  return before.selection !== after.selection || before.includeNew !== after.includeNew
}

async function standings(
  db: Database,
  table: ReturnType<typeof sql>,
  organizationId: string,
  standing: ReturnType<typeof userStanding>,
): Promise<Map<string, UserStanding>> {
  const { rows } = await sql<{ external_id: string; standing: UserStanding }>`
    select external_id, ${standing} as standing from ${table}
    where organization_id = ${organizationId} and gone_at is null
  `.execute(db)
  return new Map(rows.map((row) => [row.external_id, row.standing]))
}

const dayMs = 86_400_000

async function expiredUsers(
  db: Database,
  { organizationId, retention: { deletedUsersDays } }: StoredProtection,
  now: number,
): Promise<Set<string>> {
  if (deletedUsersDays === null) return new Set()
  const rows = await db
    .selectFrom('directory_users')
    .select('external_id')
    .where('organization_id', '=', organizationId)
    .where('gone_at', '<', new Date(now - deletedUsersDays * dayMs))
    .execute()
  return new Set(rows.map((row) => row.external_id))
}

async function standingOfDirectory(db: Database, organizationId: string): Promise<DirectoryStanding> {
  const row = await db
    .selectFrom('directory_states')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  return {
    refreshedAt: row?.refreshed_at.toISOString() ?? null,
    groups: row?.groups ?? 'unread',
    sites: row?.sites ?? 'unread',
    mailboxKinds: row?.mailbox_kinds ?? 'unread',
  }
}

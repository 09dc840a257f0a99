/** Flags of `protection set`, and the changes that they ask for. */
import type {
  Exclusions,
  ProtectionView,
  SaveProtection,
  ScheduleRule,
  Workload,
} from '../../../contract/index.ts'
import type { CommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'

export interface SetOptions extends CommonOptions {
  readonly workloads?: string
  readonly allUsers?: boolean
  readonly users?: string
  readonly groups?: string
  readonly allSites?: boolean
  readonly sites?: string
  readonly includeNew?: string
  readonly acceptNew?: boolean
  readonly excludeUsers?: string
  readonly excludeGroups?: string
  readonly excludeSites?: string
  readonly excludeFolders?: string
  readonly excludePatterns?: string
  readonly maxMegabytes?: string
  readonly maxAgeDays?: string
  readonly hiddenFolders?: string
  readonly recoverableItems?: string
  readonly fileVersions?: string
  readonly times?: string
  readonly everyMinutes?: string
  readonly cron?: string
  readonly byHand?: boolean
  readonly timeZone?: string
  readonly blackout?: string
}

/** Finds what was named by address, name or id. */
export interface Finder {
  users(names: readonly string[]): Promise<string[]>
  groups(names: readonly string[]): Promise<string[]>
  sites(names: readonly string[]): Promise<string[]>
}

/** @throws CLI_BAD_INPUT */
export async function changesOf(
  options: SetOptions,
  now: ProtectionView,
  find: Finder,
): Promise<SaveProtection> {
  const includeNew = onOrOff(options.includeNew, '--include-new')
  const exclusions = await exclusionsOf(options, now.exclusions, find)
  const rule = ruleOf(options)
  const rescheduled = rule !== undefined || options.timeZone !== undefined || options.blackout !== undefined
  const users = await usersOf(options, now.users, find)
  const sites = await sitesOf(options, now.sites, find)
  return {
    ...(options.workloads !== undefined && { workloads: listOf(options.workloads) as Workload[] }),
    ...((users !== now.users || includeNew !== undefined) && {
      users: { ...users, includeNew: includeNew ?? users.includeNew },
    }),
    ...((sites !== now.sites || includeNew !== undefined) && {
      sites: { ...sites, includeNew: includeNew ?? sites.includeNew },
    }),
    ...(exclusions !== now.exclusions && { exclusions }),
    ...mailboxesOf(options, now.mailboxes),
    ...(options.fileVersions !== undefined && { files: { versions: versionsOf(options.fileVersions) } }),
    ...(options.acceptNew && { acceptNew: true }),
    ...(rescheduled && {
      schedule: {
        rule: rule ?? now.schedule.rule,
        timeZone: options.timeZone ?? now.schedule.timeZone,
        blackouts: options.blackout === undefined ? now.schedule.blackouts : blackoutsOf(options.blackout),
      },
    }),
  }
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function onOrOff(text: string | undefined, flag: string): boolean | undefined {
  if (text === undefined) return undefined
  if (text === 'on' || text === 'off') return text === 'on'
  throw fail('CLI_BAD_INPUT', { what: `"${text}" is neither on nor off.`, remedy: `Give ${flag} on or off.` })
}

function mailboxesOf(
  options: SetOptions,
  now: ProtectionView['mailboxes'],
): Pick<SaveProtection, 'mailboxes'> {
  const hiddenFolders = onOrOff(options.hiddenFolders, '--hidden-folders')
  const recoverableItems = onOrOff(options.recoverableItems, '--recoverable-items')
  if (hiddenFolders === undefined && recoverableItems === undefined) return {}
  return {
    mailboxes: {
      hiddenFolders: hiddenFolders ?? now.hiddenFolders,
      recoverableItems: recoverableItems ?? now.recoverableItems,
    },
  }
}

function versionsOf(text: string): number {
  const versions = Number(text)
  if (/^\d+$/.test(text) && versions <= 500) return versions
  throw fail('CLI_BAD_INPUT', {
    what: `"${text}" is no number of versions.`,
    remedy: 'Give --file-versions a whole number from 0 (none) to 500.',
  })
}

async function usersOf(
  options: SetOptions,
  now: ProtectionView['users'],
  find: Finder,
): Promise<ProtectionView['users']> {
  const given = [options.allUsers, options.users, options.groups].filter((one) => one !== undefined)
  if (given.length > 1)
    throw fail('CLI_BAD_INPUT', {
      what: 'Users were chosen in more than one way.',
      remedy: 'Give one of --all-users, --users and --groups.',
    })
  if (options.allUsers) return { ...now, selection: 'all' }
  if (options.users !== undefined)
    return { ...now, selection: 'users', userIds: await find.users(listOf(options.users)) }
  if (options.groups !== undefined)
    return { ...now, selection: 'groups', groupIds: await find.groups(listOf(options.groups)) }
  return now
}

async function sitesOf(
  options: SetOptions,
  now: ProtectionView['sites'],
  find: Finder,
): Promise<ProtectionView['sites']> {
  if (options.allSites) return { ...now, selection: 'all' }
  if (options.sites !== undefined)
    return { ...now, selection: 'sites', siteIds: await find.sites(listOf(options.sites)) }
  return now
}

async function exclusionsOf(options: SetOptions, now: Exclusions, find: Finder): Promise<Exclusions> {
  const changes: Partial<Exclusions> = {
    ...(options.excludeUsers !== undefined && { userIds: await find.users(listOf(options.excludeUsers)) }),
    ...(options.excludeGroups !== undefined && {
      groupIds: await find.groups(listOf(options.excludeGroups)),
    }),
    ...(options.excludeSites !== undefined && { siteIds: await find.sites(listOf(options.excludeSites)) }),
    ...(options.excludeFolders !== undefined && { folders: listOf(options.excludeFolders) }),
    ...(options.excludePatterns !== undefined && { patterns: listOf(options.excludePatterns) }),
    ...(options.maxMegabytes !== undefined && {
      largerThanMegabytes: limitOf(options.maxMegabytes, '--max-megabytes'),
    }),
    ...(options.maxAgeDays !== undefined && { olderThanDays: limitOf(options.maxAgeDays, '--max-age-days') }),
  }
  return Object.keys(changes).length === 0 ? now : { ...now, ...changes }
}

function limitOf(text: string, flag: string): number | null {
  if (text === 'none') return null
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw fail('CLI_BAD_INPUT', {
    what: `"${text}" is no whole number for ${flag}.`,
    remedy: "Give a number above 0, or 'none'.",
  })
}

function ruleOf({ times, everyMinutes, cron, byHand }: SetOptions): ScheduleRule | undefined {
  const rules: ScheduleRule[] = [
    ...(times === undefined ? [] : [{ kind: 'times' as const, times: listOf(times) }]),
    ...(everyMinutes === undefined
      ? []
      : [{ kind: 'interval' as const, minutes: limitOf(everyMinutes, '--every-minutes') ?? 0 }]),
    ...(cron === undefined ? [] : [{ kind: 'cron' as const, expression: cron }]),
    ...(byHand ? [{ kind: 'none' as const }] : []),
  ]
  if (rules.length > 1)
    throw fail('CLI_BAD_INPUT', {
      what: 'More than one schedule was given.',
      remedy: 'Give one of --times, --every-minutes, --cron and --by-hand.',
    })
  return rules[0]
}

function blackoutsOf(text: string): { from: string; to: string }[] {
  if (text === 'none') return []
  return listOf(text).map((one) => {
    const [from, to, ...more] = one.split('-').map((time) => time.trim())
    if (from && to && more.length === 0) return { from, to }
    throw fail('CLI_BAD_INPUT', {
      what: `"${one}" is no time from which to which nothing starts.`,
      remedy: "Give it like 08:00-18:00, several separated by commas, or 'none'.",
    })
  })
}

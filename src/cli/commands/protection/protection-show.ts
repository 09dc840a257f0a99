import type { Command } from 'commander'
import type { ProtectionView, RetentionRule, ScheduleRule } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

export function registerProtectionShow(protection: Command): void {
  withCommonOptions(protection.command('show'))
    .description('what is backed up, when, and for how long it is kept')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const view = await client.get<ProtectionView>(`/organizations/${id}/protection`)
      if (options.json) printJson(view)
      else printTable(['WHAT', 'VALUE'], facts(view))
    })
}

function facts(view: ProtectionView): [string, string | number | null][] {
  const { users, sites, exclusions, files, mailboxes, schedule, retention } = view
  const limit = (value: number | null, unit: string) => (value === null ? 'no limit' : `${value} ${unit}`)
  const listed = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(', '))
  return [
    ['Workloads', view.workloads.join(', ')],
    [
      'Users',
      users.selection === 'all'
        ? 'all'
        : users.selection === 'users'
          ? `${users.userIds.length} selected`
          : `members of ${users.groupIds.length} groups`,
    ],
    ['New users', users.includeNew ? 'included' : 'not included'],
    ['Sites', sites.selection === 'all' ? 'all' : `${sites.siteIds.length} selected`],
    ['New sites', sites.includeNew ? 'included' : 'not included'],
    [
      'Excluded',
      `${exclusions.userIds.length} users, ${exclusions.groupIds.length} groups, ${exclusions.siteIds.length} sites`,
    ],
    ['Excluded folders', listed(exclusions.folders)],
    ['Excluded patterns', listed(exclusions.patterns)],
    ['Largest item', limit(exclusions.largerThanMegabytes, 'MB')],
    ['Oldest item', limit(exclusions.olderThanDays, 'days')],
    ['Hidden folders', mailboxes.hiddenFolders ? 'included' : 'not included'],
    ['Recoverable Items', mailboxes.recoverableItems ? 'included' : 'not included'],
    ['Versions of files', files.versions === 0 ? 'none' : `up to ${files.versions}`],
    ['Schedule', ruleText(schedule.rule)],
    ['Time zone', schedule.timeZone],
    ['Blackout', listed(schedule.blackouts.map(({ from, to }) => `${from}-${to}`))],
    ['Next run', view.nextRunAt ?? 'by hand'],
    ['Retention', retentionText(retention.rule)],
    [
      'Deleted users',
      retention.deletedUsersDays === null ? 'kept for good' : `kept ${retention.deletedUsersDays} days`,
    ],
  ]
}

function ruleText(rule: ScheduleRule): string {
  switch (rule.kind) {
    case 'none':
      return 'by hand'
    case 'times':
      return `at ${rule.times.join(', ')}`
    case 'interval':
      return `every ${rule.minutes} minutes`
    case 'cron':
      return `cron ${rule.expression}`
  }
}

function retentionText(rule: RetentionRule): string {
  switch (rule.kind) {
    case 'everything':
      return 'every restore point'
    case 'versions':
      return `Version-Based: ${rule.versions}`
    case 'time':
      return `Time-Based: ${rule.amount} ${rule.unit}`
  }
}

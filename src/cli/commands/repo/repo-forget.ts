import type { Command } from 'commander'
import {
  type ForgetGroup,
  forget,
  forgetSnapshots,
  type GroupKey,
  type KeepCount,
  type KeepPolicy,
  prune,
  type Repository,
  type Snapshot,
} from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { printTable } from '../../terminal.ts'
import { type PruneFlags, pruneOptions, reportPrune, withPruneOptions } from './repo-prune.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { createReporter, printLine, runOnRepository, say } from './run-command.ts'
import { matchesFilter, repeated, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'
import { localTime, shortId, snapshotJson } from './snapshot-view.ts'

interface ForgetOptions extends RepositoryOptions, SnapshotFilter, PruneFlags {
  readonly keepTag?: readonly string[]
  readonly groupBy: string
  readonly prune?: boolean
  readonly unsafeAllowRemoveAll?: boolean
  readonly [rule: `keep${string}`]: unknown
}

const counted = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
const timed = ['', '-hourly', '-daily', '-weekly', '-monthly', '-yearly'] as const

export function registerRepoForget(repo: Command): void {
  const command = withSnapshotFilter(withRepositoryOptions(repo.command('forget')))
    .description('remove snapshots by rules, or those named; their data goes with a prune')
    .argument('[snapshots...]', 'ids of snapshots to remove; rules mean nothing then')
  for (const name of counted)
    command.option(
      `--keep-${name} <n>`,
      `keep the newest of the last so many ${name === 'last' ? 'snapshots' : `(${name})`}, or 'unlimited'`,
    )
  for (const name of timed)
    command.option(
      `--keep-within${name} <duration>`,
      `keep by age${name === '' ? '' : ` (${name.slice(1)})`}, like 2y5m7d3h`,
    )
  withPruneOptions(
    command
      .addOption(repeated('--keep-tag <tags>', 'keep snapshots with all of these tags, separated by commas'))
      .option('-g, --group-by <keys>', 'rules count by host, paths and tags as named here', 'host,paths')
      .option('--unsafe-allow-remove-all', 'allow rules that leave nothing of a group')
      .option('--prune', 'prune afterwards when anything was removed'),
  ).action((ids: string[], options: ForgetOptions) =>
    runOnRepository(options, async (repository, signal) => {
      const removed =
        ids.length > 0
          ? await forgetNamed(repository, ids, options, signal)
          : await forgetByRules(repository, options, signal)
      if (options.prune && removed > 0 && !options.dryRun) {
        const reporter = createReporter(options)
        reportPrune(await prune(repository, pruneOptions(options, reporter, signal)), options, reporter)
      }
    }),
  )
}

async function forgetNamed(
  repository: Repository,
  ids: readonly string[],
  options: ForgetOptions,
  signal: AbortSignal,
): Promise<number> {
  const { dryRun = false, json } = options
  const { removed, retained } = await forgetSnapshots(repository, ids, { dryRun, signal })
  if (json)
    printLine({
      message_type: 'forgotten',
      removed: removed.map(snapshotJson),
      retained: retained.map(snapshotJson),
    })
  else {
    for (const { id } of removed) say(`${dryRun ? 'would remove' : 'removed'} snapshot ${shortId(id)}`)
    for (const { id } of retained) say(`snapshot ${shortId(id)} stays: its place does not let it go yet`)
  }
  return removed.length
}

async function forgetByRules(
  repository: Repository,
  options: ForgetOptions,
  signal: AbortSignal,
): Promise<number> {
  const policy = policyOf(options)
  if (Object.keys(policy).length === 0)
    throw fail('CLI_BAD_INPUT', {
      what: 'No rule says which snapshots to keep, and no snapshot was named.',
      remedy: 'Give rules like --keep-last 7 or ids of snapshots.',
    })
  const groups = await forget(repository, policy, {
    groupBy: groupKeys(options.groupBy),
    select: (snapshot) => matchesFilter(snapshot, options),
    dryRun: options.dryRun ?? false,
    allowRemovingAll: options.unsafeAllowRemoveAll ?? false,
    signal,
  })
  if (options.json) printLine(groups.map(groupJson))
  else for (const group of groups) showGroup(group, options.dryRun ?? false)
  return groups.reduce((sum, { remove }) => sum + remove.length, 0)
}

function policyOf(options: ForgetOptions): KeepPolicy {
  const counts = counted.flatMap((name) => {
    const text = options[`keep${capital(name)}`]
    return typeof text === 'string' ? [[name, countOf(name, text)] as const] : []
  })
  const durations = timed.flatMap((name) => {
    const rule = `within${capital(name.slice(1))}`
    const text = options[`keepW${rule.slice(1)}`]
    return typeof text === 'string' ? [[rule, text] as const] : []
  })
  const tags = options.keepTag?.map((list) => list.split(','))
  return { ...Object.fromEntries<unknown>([...counts, ...durations]), ...(tags ? { tags } : {}) }
}

function countOf(name: string, text: string): KeepCount {
  // restic takes -1 as well.
  if (text === 'unlimited' || text === '-1') return 'unlimited'
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw fail('CLI_BAD_INPUT', {
    what: `“${text}” is no count for --keep-${name}.`,
    remedy: "Give a whole number, or 'unlimited'.",
  })
}

function groupKeys(text: string): GroupKey[] {
  const keys: Readonly<Record<string, GroupKey>> = {
    host: 'host',
    paths: 'paths',
    path: 'paths',
    tags: 'tags',
    tag: 'tags',
  }
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const key = keys[name.trim()]
      if (key) return key
      throw fail('CLI_BAD_INPUT', {
        what: `Snapshots cannot be grouped by “${name}”.`,
        remedy: 'Give host, paths and tags, separated by commas.',
      })
    })
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function groupJson({ host, paths, tags, keep, remove, retained }: ForgetGroup): object {
  return {
    tags: tags ?? null,
    host: host ?? '',
    paths: paths ?? null,
    keep: keep.map(({ snapshot }) => snapshotJson(snapshot)),
    remove: remove.map(snapshotJson),
    retained: retained.map(snapshotJson),
    reasons: keep.map(({ snapshot, reasons }) => ({ snapshot: snapshotJson(snapshot), matches: reasons })),
  }
}

function showGroup({ host, paths, tags, keep, remove, retained }: ForgetGroup, dryRun: boolean): void {
  const names = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(paths === undefined ? [] : [`paths ${paths.join(', ')}`]),
    ...(tags === undefined ? [] : [`tags ${tags.join(', ')}`]),
  ]
  say(`snapshots of ${names.length === 0 ? 'all' : names.join(' and ')}`)
  const row = ({ id, time, hostname, tags: own, paths: places }: Snapshot) => [
    shortId(id),
    localTime(time),
    hostname,
    own.join(','),
    places.join(', '),
  ]
  const header = ['ID', 'TIME', 'HOST', 'TAGS', 'PATHS']
  say(`keep ${keep.length}:`)
  printTable(
    [...header, 'REASONS'],
    keep.map(({ snapshot, reasons }) => [...row(snapshot), reasons.join(', ')]),
  )
  if (remove.length > 0) {
    say(`${dryRun ? 'would remove' : 'removed'} ${remove.length}:`)
    printTable(header, remove.map(row))
  }
  if (retained.length > 0) {
    say(`${retained.length} stay, because their place does not let them go yet:`)
    printTable(header, retained.map(row))
  }
  say('')
}

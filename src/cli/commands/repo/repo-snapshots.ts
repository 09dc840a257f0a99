import type { Command } from 'commander'
import { printTable } from '../../terminal.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { printLine, runOnRepository, say } from './run-command.ts'
import { chooseSnapshots, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'
import { localTime, shortId, snapshotJson } from './snapshot-view.ts'

type SnapshotsOptions = RepositoryOptions & SnapshotFilter & { readonly latest?: string }

export function registerRepoSnapshots(repo: Command): void {
  withSnapshotFilter(withRepositoryOptions(repo.command('snapshots')))
    .description('list the snapshots')
    .argument('[snapshots...]', 'ids (default: all)')
    .option('--latest <n>', 'only the newest so many of each host and paths')
    .action((ids: string[], options: SnapshotsOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const chosen = await chooseSnapshots(repository, ids, options, signal)
        const groups = Map.groupBy(chosen, ({ hostname, paths }) => JSON.stringify([hostname, paths]))
        const newest = new Set(
          [...groups.values()].flatMap((group) => group.slice(-Number(options.latest ?? 0))),
        )
        const shown = chosen.filter((snapshot) => newest.has(snapshot))
        if (options.json) return printLine(shown.map(snapshotJson))
        printTable(
          ['ID', 'TIME', 'HOST', 'TAGS', 'PATHS'],
          shown.map(({ id, time, hostname, tags, paths }) => [
            shortId(id),
            localTime(time),
            hostname,
            tags.join(','),
            paths.join(', '),
          ]),
        )
        say(`${shown.length} snapshots`)
      }),
    )
}

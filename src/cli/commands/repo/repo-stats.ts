import type { Command } from 'commander'
import { restoreSize, storedSize } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { formatBytes, printLine, runOnRepository, say } from './run-command.ts'
import { chooseSnapshots, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'

interface StatsOptions extends RepositoryOptions, SnapshotFilter {
  readonly mode: string
}

export function registerRepoStats(repo: Command): void {
  withSnapshotFilter(withRepositoryOptions(repo.command('stats')))
    .description('sizes: of what a restore brings, or of what is stored')
    .argument('[snapshots...]', 'ids (default: all)')
    .option('--mode <mode>', "'restore-size', or 'raw-data' for what is stored", 'restore-size')
    .action((ids: string[], options: StatsOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const chosen = new Set((await chooseSnapshots(repository, ids, options, signal)).map(({ id }) => id))
        const select = { select: ({ id }: { readonly id: string }) => chosen.has(id), signal }
        if (options.mode === 'restore-size') {
          const { snapshots, items, bytes } = await restoreSize(repository, select)
          if (options.json)
            return printLine({ total_size: bytes, total_file_count: items, snapshots_count: snapshots })
          say(`${snapshots} snapshots, ${items} files and folders, ${formatBytes(bytes)} to restore`)
        } else if (options.mode === 'raw-data') {
          const { snapshots, blobs, storedBytes, plainBytes } = await storedSize(repository, select)
          const ratio = storedBytes === 0 ? 1 : plainBytes / storedBytes
          if (options.json)
            return printLine({
              total_size: storedBytes,
              total_uncompressed_size: plainBytes,
              compression_ratio: ratio,
              total_blob_count: blobs,
              snapshots_count: snapshots,
            })
          say(
            `${snapshots} snapshots, ${blobs} blobs, ${formatBytes(storedBytes)} stored (${formatBytes(plainBytes)} before compression)`,
          )
        } else
          throw fail('CLI_BAD_INPUT', {
            what: `There is no mode “${options.mode}”.`,
            remedy: 'Choose restore-size or raw-data.',
          })
      }),
    )
}

import type { Command } from 'commander'
import { copySnapshots, type Repository } from '../../../repository/index.ts'
import { type RepositoryOptions, withCompression, withRepositoryOptions } from './repository-options.ts'
import { createReporter, formatBytes, printLine, runOnRepository, say, shareOf } from './run-command.ts'
import { chooseSnapshots, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'
import { shortId } from './snapshot-view.ts'
import { openSource, type SourceOptions, withSourceOptions } from './source-repository.ts'

type CopyOptions = RepositoryOptions & SnapshotFilter & SourceOptions

export function registerRepoCopy(repo: Command): void {
  withSnapshotFilter(withSourceOptions(withCompression(withRepositoryOptions(repo.command('copy')))))
    .description('copy snapshots from another repository into this one')
    .argument('[snapshots...]', 'ids in the other repository (default: all)')
    .action((ids: string[], options: CopyOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const source = await openSource(options, signal)
        try {
          await copy(source, repository, ids, options, signal)
        } finally {
          await source.close()
        }
      }),
    )
}

async function copy(
  source: Repository,
  target: Repository,
  ids: readonly string[],
  options: CopyOptions,
  signal: AbortSignal,
): Promise<void> {
  const reporter = createReporter(options)
  const chosen = await chooseSnapshots(source, ids, options, signal)
  const { copied, skipped } = await copySnapshots(source, target, {
    snapshots: chosen.map(({ id }) => id),
    signal,
    onProgress: ({ snapshotsDone, snapshotsTotal, blobs, bytes }) =>
      reporter.status(
        () => `${shareOf(snapshotsDone, snapshotsTotal, 'snapshots')}, ${blobs} blobs, ${formatBytes(bytes)}`,
        () => ({ snapshots_done: snapshotsDone, snapshots_total: snapshotsTotal, blobs, bytes }),
      ),
  })
  reporter.clear()
  if (options.json) return printLine({ message_type: 'summary', copied, skipped })
  for (const { from, to } of copied) say(`snapshot ${shortId(from)} copied as ${shortId(to)}`)
  for (const id of skipped) say(`snapshot ${shortId(id)} was there already`)
  say(`${copied.length} snapshots copied, ${skipped.length} skipped`)
}

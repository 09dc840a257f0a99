import type { Command } from 'commander'
import {
  type OverwritePolicy,
  type RestoreOptions as RestoreSnapshotOptions,
  restoreSnapshot,
} from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { plain } from '../../terminal.ts'
import { exitCodes } from './exit-codes.ts'
import {
  type ExcludeOptions,
  excludesOf,
  type IncludeOptions,
  includesOf,
  withExcludes,
  withIncludes,
} from './pattern-options.ts'
import { openChosen, type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { createReporter, formatBytes, formatSeconds, printLine, runCommand, say } from './run-command.ts'
import { chooseFolder, type SnapshotFilter, withSnapshotFilter } from './snapshot-filter.ts'

interface RestoreOptions extends RepositoryOptions, SnapshotFilter, ExcludeOptions, IncludeOptions {
  readonly overwrite: string
  readonly verify?: boolean
  readonly dryRun?: boolean
}

type Select = NonNullable<RestoreSnapshotOptions['select']>

const policies: readonly string[] = ['always', 'if-changed', 'if-newer', 'never'] satisfies OverwritePolicy[]

export function registerRepoRestore(repo: Command): void {
  withIncludes(withExcludes(withSnapshotFilter(withRepositoryOptions(repo.command('restore')))))
    .description('restore a snapshot, or a folder in it, into a folder')
    .argument('<snapshot>', "id, 'latest', or either with ':/folder' behind it")
    .argument('<folder>', 'where to; it is made when it is missing')
    .option('--overwrite <policy>', `files that are there: ${policies.join(', ')}`, 'always')
    .option('--verify', 'read what was written and compare it')
    .option('-n, --dry-run', 'only say what would be restored')
    .action((snapshot: string, folder: string, options: RestoreOptions) =>
      runCommand(options, (signal) => restore(snapshot, folder, options, signal)),
    )
}

async function restore(
  snapshot: string,
  folder: string,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now()
  const { overwrite } = options
  if (!isPolicy(overwrite))
    throw fail('CLI_BAD_INPUT', {
      what: `There is no policy “${overwrite}”.`,
      remedy: `Choose one of ${policies.join(', ')}.`,
    })
  const select = selection(options)
  const repository = await openChosen(options, true, signal)
  const reporter = createReporter(options)
  const seconds = () => Math.floor((performance.now() - start) / 1000)
  try {
    const { snapshot: chosen, folder: within } = await chooseFolder(repository, snapshot, options, signal)
    const result = await restoreSnapshot(repository, `${chosen.id}:${within}`, folder, {
      overwrite,
      ...(select ? { select } : {}),
      verify: options.verify ?? false,
      dryRun: options.dryRun ?? false,
      signal,
      onProgress: ({ filesDone, bytesDone, errors }) =>
        reporter.status(
          () =>
            `[${formatSeconds(performance.now() - start)}] ${filesDone} files, ${formatBytes(bytesDone)}, ${errors} errors`,
          () => ({ seconds_elapsed: seconds(), files_restored: filesDone, bytes_restored: bytesDone }),
        ),
      onError(path, reason) {
        reporter.clear()
        if (options.json)
          printLine({ message_type: 'error', error: { message: reason }, during: 'restore', item: path })
        else process.stderr.write(`error: ${plain(path)}: ${plain(reason)}\n`)
      },
    })
    reporter.clear()
    if (options.json)
      printLine({
        message_type: 'summary',
        seconds_elapsed: seconds(),
        files_restored: result.files,
        directories_restored: result.directories,
        others_restored: result.others,
        files_skipped: result.skipped,
        bytes_restored: result.bytes,
        error_count: result.errors,
        without_extended_attributes: result.withoutAttributes,
      })
    else {
      say(
        `${options.dryRun ? 'would restore' : 'restored'} ${result.files} files, ${result.directories} directories and ${result.others} others, ${formatBytes(result.bytes)}, in ${formatSeconds(performance.now() - start)}`,
      )
      if (result.skipped > 0) say(`${result.skipped} stayed as they were`)
      if (result.withoutAttributes > 0)
        say(
          `the extended attributes of ${result.withoutAttributes} were not restored; restic can restore them`,
        )
    }
    if (result.errors > 0) process.exitCode = exitCodes.failed
  } finally {
    await repository.close()
  }
}

/** Included is what matches and all that is in it; excluded what matches, and all that is in it. */
function selection(options: RestoreOptions): Select | undefined {
  const excludes = excludesOf(options)
  const includes = includesOf(options)
  if (excludes && includes)
    throw fail('CLI_BAD_INPUT', {
      what: 'Patterns of what to take and of what to leave out were given.',
      remedy: 'Give only the ones or the others.',
    })
  if (excludes)
    return (path) => {
      const selected = !excludes.matches(path)
      return { selected, below: selected }
    }
  if (!includes) return undefined
  return (path) => {
    const selected = includes.matches(path)
    return { selected, below: selected || includes.mayMatchBelow(path) }
  }
}

function isPolicy(text: string): text is OverwritePolicy {
  return policies.includes(text)
}

import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { backupDirectory } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { plain } from '../../terminal.ts'
import { version } from '../../version.ts'
import { exitCodes } from './exit-codes.ts'
import { type ExcludeOptions, excludesOf, withExcludes } from './pattern-options.ts'
import {
  openChosen,
  type RepositoryOptions,
  snapshotHost,
  withCompression,
  withRepositoryOptions,
} from './repository-options.ts'
import { createReporter, formatBytes, formatSeconds, printLine, runCommand, say } from './run-command.ts'
import { parseBytes } from './size.ts'
import { repeated } from './snapshot-filter.ts'

interface BackupOptions extends RepositoryOptions, ExcludeOptions {
  readonly tag?: readonly string[]
  readonly time?: string
  readonly excludeLargerThan?: string
  readonly host?: string
  readonly parent?: string
  readonly force?: boolean
  readonly ignoreCtime?: boolean
  readonly ignoreInode?: boolean
  readonly withAtime?: boolean
  readonly dryRun?: boolean
}

export function registerRepoBackup(repo: Command): void {
  withExcludes(withCompression(withRepositoryOptions(repo.command('backup'))))
    .description('back files and folders up')
    .argument('<paths...>', 'files and folders')
    .option('--exclude-larger-than <size>', 'leave out larger files, like 100M')
    .addOption(repeated('--tag <tags>', 'tags of the snapshot, separated by commas'))
    .option('--time <time>', "time of the snapshot, like '2024-02-29 12:00:00' (default: now)")
    .option('-H, --host <name>', "host of the snapshot (default: this machine's name, or RESTIC_HOST)")
    .option(
      '--parent <snapshot>',
      'compare with this snapshot (default: the newest of this host and these paths)',
    )
    .option('-f, --force', 'read all files, changed or not')
    .option('--ignore-ctime', 'do not look at ctime to see whether a file changed')
    .option('--ignore-inode', 'look at neither inode nor ctime')
    .option('--with-atime', 'keep the times of the last access')
    .option('-n, --dry-run', 'only say what would be stored')
    .action((paths: string[], options: BackupOptions) =>
      runCommand(options, (signal) => backup(paths, options, signal)),
    )
}

async function backup(paths: readonly string[], options: BackupOptions, signal: AbortSignal): Promise<void> {
  const start = performance.now()
  const excludes = excludesOf(options)
  const largest =
    options.excludeLargerThan === undefined ? Number.POSITIVE_INFINITY : parseBytes(options.excludeLargerThan)
  const time = options.time === undefined ? undefined : parseLocalTime(options.time)
  const repository = await openChosen(options, true, signal)
  const reporter = createReporter(options)
  try {
    const result = await backupDirectory(repository, paths, {
      hostname: snapshotHost(options.host),
      ...currentUser(),
      programVersion: `bdrcloud ${version}`,
      ...(time === undefined ? {} : { time }),
      ...(excludes ? { excludes: excludes.patterns } : {}),
      ...(excludes || options.excludeLargerThan !== undefined
        ? {
            exclude: (path, file) =>
              (excludes?.matches(path) ?? false) || (file?.type === 'file' && file.size > largest),
          }
        : {}),
      ...(options.tag ? { tags: options.tag.flatMap((tag) => tag.split(',')) } : {}),
      ...(options.parent === undefined ? {} : { parent: options.parent }),
      force: options.force ?? false,
      ignoreCtime: options.ignoreCtime ?? false,
      ignoreInode: options.ignoreInode ?? false,
      withAccessTime: options.withAtime ?? false,
      dryRun: options.dryRun ?? false,
      signal,
      onProgress: ({ filesDone, bytesDone, errors, item }) =>
        reporter.status(
          () =>
            `[${formatSeconds(performance.now() - start)}] ${filesDone} files, ${formatBytes(bytesDone)}, ${errors} errors  ${item}`,
          () => ({
            seconds_elapsed: Math.floor((performance.now() - start) / 1000),
            files_done: filesDone,
            bytes_done: bytesDone,
            error_count: errors,
            current_files: [item],
          }),
        ),
      onError(path, reason) {
        reporter.clear()
        if (options.json)
          printLine({ message_type: 'error', error: { message: reason }, during: 'archival', item: path })
        else process.stderr.write(`error: ${plain(path)}: ${reason}\n`)
      },
    })
    reporter.clear()
    const { summary, snapshot, errors, parent } = result
    const duration = performance.now() - start
    if (options.json)
      printLine({
        message_type: 'summary',
        ...(options.dryRun ? { dry_run: true } : {}),
        ...summary,
        total_duration: duration / 1000,
        ...(snapshot === undefined ? {} : { snapshot_id: snapshot }),
        tree: result.tree,
        error_count: errors,
      })
    else {
      say(
        parent === undefined
          ? 'no parent snapshot, all files were read'
          : `compared with snapshot ${parent.slice(0, 8)}`,
      )
      say(
        `files:       ${summary.files_new} new, ${summary.files_changed} changed, ${summary.files_unmodified} unmodified`,
      )
      say(
        `directories: ${summary.dirs_new} new, ${summary.dirs_changed} changed, ${summary.dirs_unmodified} unmodified`,
      )
      const stored = options.dryRun ? '' : ` (${formatBytes(summary.data_added_packed)} stored)`
      say(`${options.dryRun ? 'would add' : 'added'} ${formatBytes(summary.data_added)}${stored}`)
      say(
        `processed ${summary.total_files_processed} files, ${formatBytes(summary.total_bytes_processed)} in ${formatSeconds(duration)}`,
      )
      if (snapshot !== undefined) say(`snapshot ${snapshot.slice(0, 8)} saved`)
    }
    if (errors > 0) process.exitCode = exitCodes.incomplete
  } finally {
    await repository.close()
  }
}

/** Milliseconds of `2024-02-29 12:00:00` in this machine's time zone, or of an RFC 3339 text. */
function parseLocalTime(text: string): number {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?$/.test(text) ? localForm(text) : text)
  if (Number.isFinite(time)) return time
  throw fail('CLI_BAD_INPUT', { what: `“${text}” is no time.`, remedy: 'Give it like 2024-02-29 12:00:00.' })
}

/** A date alone would be read as one in UTC. */
function localForm(text: string): string {
  return text.length === 10 ? `${text}T00:00:00` : text.replace(' ', 'T')
}

function currentUser(): { readonly username?: string; readonly uid?: number; readonly gid?: number } {
  try {
    const { username, uid, gid } = userInfo()
    return uid < 0 ? { username } : { username, uid, gid }
  } catch {
    // A container may run as a user that has no name.
    return {}
  }
}

import type { Command } from 'commander'
import { type PruneOptions, type PruneResult, prune } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { type RepositoryOptions, withCompression, withRepositoryOptions } from './repository-options.ts'
import {
  createReporter,
  formatBytes,
  printLine,
  type Reporter,
  runOnRepository,
  say,
  shareOf,
} from './run-command.ts'
import { parseBytes } from './size.ts'

export interface PruneFlags {
  readonly maxUnused?: string
  readonly repackSmallerThan?: string
  readonly dryRun?: boolean
}

export function withPruneOptions(command: Command): Command {
  return withCompression(command)
    .option('--max-unused <limit>', "unneeded data that may stay: like 5% (default), 200M, or 'unlimited'")
    .option('--repack-smaller-than <size>', 'join packs smaller than this (default: 4M)')
    .option('-n, --dry-run', 'only say what would be done')
}

export function registerRepoPrune(repo: Command): void {
  withPruneOptions(withRepositoryOptions(repo.command('prune')))
    .description('remove data that no snapshot needs')
    .action((options: RepositoryOptions & PruneFlags) =>
      runOnRepository(options, async (repository, signal) => {
        const reporter = createReporter(options)
        reportPrune(await prune(repository, pruneOptions(options, reporter, signal)), options, reporter)
      }),
    )
}

const things = { mark: 'trees', repack: 'packs', index: 'packs', delete: 'files' }
const steps = {
  mark: 'looking for what is needed',
  repack: 'packing anew',
  index: 'writing the index',
  delete: 'removing',
}

export function pruneOptions(flags: PruneFlags, reporter: Reporter, signal: AbortSignal): PruneOptions {
  const { maxUnused, repackSmallerThan, dryRun = false } = flags
  return {
    ...(maxUnused === undefined ? {} : unusedLimit(maxUnused)),
    ...(repackSmallerThan === undefined ? {} : { repackSmallerThan: parseBytes(repackSmallerThan) }),
    dryRun,
    signal,
    onProgress: ({ step, done, total }) =>
      reporter.status(
        () => `${steps[step]}: ${total === undefined ? done : shareOf(done, total, things[step])}`,
        () => ({ step, done, ...(total === undefined ? {} : { total }) }),
      ),
  }
}

function unusedLimit(text: string): Pick<PruneOptions, 'maxUnusedBytes' | 'maxUnusedPercent'> {
  if (text === 'unlimited') return { maxUnusedBytes: Number.POSITIVE_INFINITY }
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent === undefined) return { maxUnusedBytes: parseBytes(text) }
  if (Number(percent) < 100) return { maxUnusedPercent: Number(percent) }
  throw fail('CLI_BAD_INPUT', {
    what: `“${text}” is no share.`,
    remedy: 'Give less than 100%, or unlimited.',
  })
}

export function reportPrune(result: PruneResult, options: RepositoryOptions, reporter: Reporter): void {
  reporter.clear()
  if (options.json) {
    printLine({ message_type: 'summary', ...result })
    return
  }
  const { packs, bytes, blobs, dryRun, retained } = result
  const would = dryRun ? 'would be ' : ''
  say(`needed:   ${blobs.used} blobs, ${formatBytes(bytes.used)}`)
  say(
    `unneeded: ${blobs.unused} blobs, ${formatBytes(bytes.unused)}; double: ${blobs.duplicate} blobs, ${formatBytes(bytes.duplicate)}`,
  )
  say(
    `packs: ${packs.kept} kept, ${packs.repacked} ${would}packed anew, ${packs.removed + packs.unindexed} ${would}removed`,
  )
  say(
    `${formatBytes(bytes.freed + bytes.unindexed)} ${would}freed, ${formatBytes(bytes.remaining)} unneeded remain`,
  )
  const kept = retained.hidden.files + retained.refused
  if (kept > 0) say(`${kept} files are kept by their place for the time being`)
}

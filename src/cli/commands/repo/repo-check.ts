import type { Command } from 'commander'
import { checkRepository, type Finding, validateRepository } from '../../../repository/index.ts'
import { plain } from '../../terminal.ts'
import { exitCodes } from './exit-codes.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { createReporter, printLine, type Reporter, runOnRepository, say, shareOf } from './run-command.ts'

interface CheckOptions extends RepositoryOptions {
  readonly readData?: boolean
  readonly readDataSubset?: string
}

export function registerRepoCheck(repo: Command): void {
  withRepositoryOptions(repo.command('check'))
    .description('look for damage, as restic does: everything that snapshots need is there and can be read')
    .option('--read-data', 'read all data, not only lists and folders')
    .option('--read-data-subset <part>', 'read a part of the data: 1/5, 2.5% or 500M')
    .action((options: CheckOptions) =>
      runOnRepository(
        options,
        async (repository, signal) => {
          const reporter = createReporter(options)
          const { readDataSubset: subset, readData = false } = options
          await report(
            checkRepository(repository, {
              readData,
              ...(subset === undefined ? {} : { subset }),
              signal,
              onProgress: ({ step, done, total }) =>
                reporter.status(
                  () => `${shareOf(done, total, step === 'data' ? 'packs' : 'snapshots')} checked`,
                  () => ({ step, done, total }),
                ),
            }),
            options,
            reporter,
          )
        },
        false,
      ),
    )
}

export function registerRepoValidate(repo: Command): void {
  withRepositoryOptions(repo.command('validate'))
    .description('look for damage and for everything else that is not as it should be, all data read')
    .option('--no-read-data', 'lists and folders only')
    .action((options: CheckOptions) =>
      runOnRepository(
        options,
        async (repository, signal) => {
          const lock = await repository.lock('shared', signal)
          try {
            const both = AbortSignal.any([signal, lock.lost])
            await report(
              validateRepository(repository, { readData: options.readData ?? true, signal: both }),
              options,
              createReporter(options),
            )
          } finally {
            await lock.release()
          }
        },
        false,
      ),
    )
}

async function report(
  findings: AsyncIterable<Finding>,
  options: RepositoryOptions,
  reporter: Reporter,
): Promise<void> {
  const counts = { error: 0, warning: 0 }
  for await (const finding of findings) {
    counts[finding.severity]++
    reporter.clear()
    const { severity, code, subject, message } = finding
    if (options.json) printLine({ message_type: 'finding', severity, code, subject, message })
    else say(`${severity}: ${plain(subject)}: ${plain(message)} (${code})`)
  }
  reporter.clear()
  const { error: errors, warning: warnings } = counts
  if (options.json) printLine({ message_type: 'summary', num_errors: errors, num_warnings: warnings })
  else if (errors + warnings === 0) say('no errors were found')
  else say(`${errors} errors, ${warnings} warnings`)
  if (errors > 0) process.exitCode = exitCodes.failed
}

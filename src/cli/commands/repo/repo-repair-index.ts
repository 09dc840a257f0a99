import type { Command } from 'commander'
import { repairIndex } from '../../../repository/index.ts'
import { plain } from '../../terminal.ts'
import { exitCodes } from './exit-codes.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { createReporter, printLine, runOnRepository, say, shareOf } from './run-command.ts'

interface RepairOptions extends RepositoryOptions {
  readonly readAllPacks?: boolean
}

export function registerRepoRepairIndex(repo: Command): void {
  withRepositoryOptions(repo.command('repair-index'))
    .description('make the index anew from what is stored')
    .option('--read-all-packs', 'believe no index file, read the header of every pack')
    .action((options: RepairOptions) =>
      runOnRepository(
        options,
        async (repository, signal) => {
          const reporter = createReporter(options)
          const { packs, packsRead, packsMissing, findings } = await repairIndex(repository, {
            readAllPacks: options.readAllPacks ?? false,
            signal,
            onProgress: ({ done, total }) =>
              reporter.status(
                () => `${shareOf(done, total, 'packs')} read`,
                () => ({ done, total }),
              ),
          })
          reporter.clear()
          for (const { severity, code, subject, message } of findings) {
            if (options.json) printLine({ message_type: 'finding', severity, code, subject, message })
            else say(`${severity}: ${plain(subject)}: ${plain(message)} (${code})`)
          }
          if (options.json)
            printLine({
              message_type: 'summary',
              packs,
              packs_read: packsRead,
              packs_missing: packsMissing,
              num_errors: findings.length,
            })
          else
            say(
              `the index names ${packs} packs; ${packsRead} headers were read, ${packsMissing} packs are missing`,
            )
          if (findings.length > 0) process.exitCode = exitCodes.failed
        },
        false,
      ),
    )
}

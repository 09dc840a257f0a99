import type { Command } from 'commander'
import { initRepository } from '../../../repository/index.ts'
import { readPassword } from './password.ts'
import {
  chosenBackend,
  type RepositoryOptions,
  snapshotHost,
  withRepositoryOptions,
} from './repository-options.ts'
import { printLine, runCommand, say } from './run-command.ts'

export function registerRepoInit(repo: Command): void {
  withRepositoryOptions(repo.command('init'))
    .description('make a new repository')
    .action((options: RepositoryOptions) =>
      runCommand(options, async () => {
        const backend = await chosenBackend(options)
        try {
          const password = await readPassword(options, 'RESTIC_', 'Password of the new repository')
          await initRepository(backend, { password, host: snapshotHost(undefined) })
          if (options.json) printLine({ message_type: 'initialized' })
          else say('The repository was made. Keep its password: without it nobody can read the backups.')
        } finally {
          await backend.close()
        }
      }),
    )
}

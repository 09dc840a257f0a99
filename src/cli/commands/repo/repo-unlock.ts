import type { Command } from 'commander'
import { unlock } from '../../../repository/index.ts'
import { type RepositoryOptions, withRepositoryOptions } from './repository-options.ts'
import { printLine, runOnRepository, say } from './run-command.ts'

interface UnlockOptions extends RepositoryOptions {
  readonly removeAll?: boolean
}

export function registerRepoUnlock(repo: Command): void {
  withRepositoryOptions(repo.command('unlock'))
    .description('remove locks that died programs left: older than 30 minutes, or of ended processes here')
    .option('--remove-all', 'also locks that may be in use; only when nothing uses the repository')
    .action((options: UnlockOptions) =>
      runOnRepository(options, async (repository, signal) => {
        const removed = await unlock(repository, { removeAll: options.removeAll ?? false, signal })
        if (options.json) printLine({ message_type: 'summary', removed })
        else say(`${removed} locks removed`)
      }),
    )
}

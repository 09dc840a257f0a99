import type { Command } from 'commander'
import { initRepository } from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { readPassword } from './password.ts'
import {
  chosenBackend,
  type RepositoryOptions,
  snapshotHost,
  withRepositoryOptions,
} from './repository-options.ts'
import { printLine, runCommand, say } from './run-command.ts'
import { openSource, type SourceOptions, withSourceOptions } from './source-repository.ts'

interface InitOptions extends RepositoryOptions, SourceOptions {
  readonly copyChunkerParams?: boolean
}

export function registerRepoInit(repo: Command): void {
  withSourceOptions(withRepositoryOptions(repo.command('init')))
    .description('make a new repository')
    .option(
      '--copy-chunker-params',
      'cut large files as the other repository does, so that copies share data',
    )
    .action((options: InitOptions) =>
      runCommand(options, async (signal) => {
        if (!options.copyChunkerParams && (options.fromRepo ?? options.fromRepositoryFile) !== undefined)
          throw fail('CLI_BAD_INPUT', {
            what: 'Another repository was named, but nothing to take from it.',
            remedy: 'Give --copy-chunker-params, or leave --from-repo out.',
          })
        const polynomial = options.copyChunkerParams ? await polynomialOf(options, signal) : undefined
        const backend = await chosenBackend(options)
        try {
          const password = await readPassword(options, 'RESTIC_', 'Password of the new repository')
          const id = await initRepository(backend, {
            password,
            host: snapshotHost(undefined),
            ...(polynomial === undefined ? {} : { chunkerPolynomial: polynomial }),
          })
          if (options.json) printLine({ message_type: 'initialized', id })
          else
            say(
              `repository ${id.slice(0, 10)} was made. Keep its password: without it nobody can read the backups.`,
            )
        } finally {
          await backend.close()
        }
      }),
    )
}

async function polynomialOf(options: InitOptions, signal: AbortSignal): Promise<string> {
  const source = await openSource(options, signal)
  try {
    return source.chunkerPolynomial
  } finally {
    await source.close()
  }
}

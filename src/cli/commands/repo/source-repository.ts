/** The other repository of a copy, or of an `init` that takes over its parameters: the same flags with `from` in them. */
import type { Command } from 'commander'
import { openRepository, type Repository } from '../../../repository/index.ts'
import { lockHost } from './lock-host.ts'
import { readPassword } from './password.ts'
import { chosenBackend, chosenIndex, type RepositoryOptions } from './repository-options.ts'

export interface SourceOptions {
  readonly fromRepo?: string
  readonly fromRepositoryFile?: string
  readonly fromPasswordFile?: string
  readonly fromPasswordCommand?: string
}

export function withSourceOptions(command: Command): Command {
  return command
    .option('--from-repo <location>', 'where the other repository is (or RESTIC_FROM_REPOSITORY)')
    .option('--from-repository-file <file>', 'file with that location (or RESTIC_FROM_REPOSITORY_FILE)')
    .option(
      '--from-password-file <file>',
      'file with its password (or RESTIC_FROM_PASSWORD_FILE, or the password in RESTIC_FROM_PASSWORD)',
    )
    .option('--from-password-command <command>', 'command that prints it (or RESTIC_FROM_PASSWORD_COMMAND)')
}

/** Opens the other repository; the caller closes it. */
export async function openSource(
  options: SourceOptions & RepositoryOptions,
  signal: AbortSignal,
): Promise<Repository> {
  const { fromRepo, fromRepositoryFile, fromPasswordFile, fromPasswordCommand } = options
  const backend = await chosenBackend(
    {
      ...(fromRepo === undefined ? {} : { repo: fromRepo }),
      ...(fromRepositoryFile === undefined ? {} : { repositoryFile: fromRepositoryFile }),
      ...(options.cacert === undefined ? {} : { cacert: options.cacert }),
    },
    'RESTIC_FROM_',
  )
  try {
    const password = await readPassword(
      {
        ...(fromPasswordFile === undefined ? {} : { passwordFile: fromPasswordFile }),
        ...(fromPasswordCommand === undefined ? {} : { passwordCommand: fromPasswordCommand }),
      },
      'RESTIC_FROM_',
      'Password of the other repository',
    )
    return await openRepository(backend, { password, host: lockHost(), signal, ...chosenIndex(options) })
  } catch (error) {
    await backend.close()
    throw error
  }
}

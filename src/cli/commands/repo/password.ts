/** Passwords of repositories: from a file, a command, the environment or the terminal; never from an argument. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fail } from '../../errors.ts'
import { ask } from '../../terminal.ts'
import { textOf } from './text-file.ts'

export interface PasswordSource {
  readonly passwordFile?: string
  readonly passwordCommand?: string
}

/** `prefix` is that of the environment variables: `RESTIC_`, or `RESTIC_FROM_` for the source of a copy. */
export async function readPassword(
  source: PasswordSource,
  prefix = 'RESTIC_',
  question = 'Password of the repository',
): Promise<string> {
  const { env } = process
  const given = source.passwordFile !== undefined || source.passwordCommand !== undefined
  const command = source.passwordCommand ?? (given ? undefined : env[`${prefix}PASSWORD_COMMAND`])
  const file = source.passwordFile ?? (given ? undefined : env[`${prefix}PASSWORD_FILE`])
  if (command !== undefined && file !== undefined)
    throw fail('CLI_BAD_INPUT', {
      what: 'A file and a command for the password were given.',
      remedy: 'Give one of them.',
    })
  const password =
    command !== undefined
      ? await outputOf(command)
      : file !== undefined
        ? textOf(file).trim()
        : (env[`${prefix}PASSWORD`] ??
          (await ask(question, `--password-file or ${prefix}PASSWORD`, { hidden: true })))
  if (password === '')
    throw fail('CLI_BAD_INPUT', {
      what: 'The password is empty.',
      remedy:
        'Repositories without a password are not supported; check the file, the command or the variable.',
    })
  return password
}

/** Runs a command of words, quotes keeping words together, and answers its first line. As in restic, there is no shell. */
async function outputOf(command: string): Promise<string> {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3],
  )
  const [program = '', ...parameters] = words.map((word) => word ?? '')
  try {
    const { stdout } = await promisify(execFile)(program, parameters, { timeout: 60_000 })
    return stdout.split('\n')[0]?.trim() ?? ''
  } catch {
    throw fail('CLI_BAD_INPUT', {
      what: 'The command for the password failed.',
      remedy: 'Run it by hand and see what it says; it has a minute to print the password.',
    })
  }
}

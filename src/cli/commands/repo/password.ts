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
  return refuseEmpty(password)
}

/** A password to be: typed twice where there is a terminal, so that a slip of the finger locks nobody out. */
export async function readNewPassword(file: string | undefined): Promise<string> {
  const given = file === undefined ? process.env['RESTIC_NEW_PASSWORD'] : textOf(file).trim()
  if (given !== undefined) return refuseEmpty(given)
  const hint = '--new-password-file or RESTIC_NEW_PASSWORD'
  const typed = refuseEmpty(await ask('New password', hint, { hidden: true }))
  if ((await ask('New password once more', hint, { hidden: true })) !== typed)
    throw fail('CLI_BAD_INPUT', {
      what: 'The two passwords differ.',
      remedy: 'Try again; nothing was changed.',
    })
  return typed
}

function refuseEmpty(password: string): string {
  if (password !== '') return password
  throw fail('CLI_BAD_INPUT', {
    what: 'The password is empty.',
    remedy: 'Repositories without a password are not supported; check the file, the command or the variable.',
  })
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

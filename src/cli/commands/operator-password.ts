/** The operator's own password, which some changes ask for again: from a file, the environment or a hidden question. */
import type { Command } from 'commander'
import { readSecretFile } from '../files.ts'
import { ask } from '../terminal.ts'

export interface OperatorPasswordOptions {
  readonly operatorPasswordFile?: string
}

export function withOperatorPassword(command: Command): Command {
  return command.option(
    '--operator-password-file <path>',
    'file with your own password, - for standard input (default: BDRCLOUD_PASSWORD, else ask)',
  )
}

/** @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function operatorPassword({
  operatorPasswordFile: file,
}: OperatorPasswordOptions): Promise<string> {
  if (file !== undefined) return readSecretFile(file)
  return (
    process.env['BDRCLOUD_PASSWORD'] ?? ask('Your own password', '--operator-password-file', { hidden: true })
  )
}

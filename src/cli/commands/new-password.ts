import { fail } from '../errors.ts'
import { readSecretFile } from '../files.ts'
import { ask } from '../terminal.ts'

/** From a file, else the environment, else typed twice at the terminal. @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function newPassword(question: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file)
  const given = process.env['BDRCLOUD_PASSWORD']
  if (given !== undefined) return given
  const password = await ask(question, '--password-file', { hidden: true })
  if ((await ask('The same again', '--password-file', { hidden: true })) !== password) {
    throw fail('CLI_BAD_INPUT', { what: 'The two passwords differ.', remedy: 'Type the same one twice.' })
  }
  return password
}

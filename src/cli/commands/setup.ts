/** The first operator, from the link that the server prints at its first start; on the machine that the server runs on. */
import type { Command } from 'commander'
import type { CreateFirstOperator, SessionView } from '../../contract/index.ts'
import { createApiClient } from '../client.ts'
import { type CommonOptions, withCommonOptions } from '../command.ts'
import { readSecretFile } from '../files.ts'
import { ask, note, printJson } from '../terminal.ts'
import {
  type OperatorOptions,
  operatorCredentials,
  refuseUnencrypted,
  signIn,
} from './operator-credentials.ts'
import { readTokenLink } from './token-link.ts'

interface SetupOptions extends CommonOptions, OperatorOptions {
  readonly linkFile?: string
}

export function registerSetup(program: Command): void {
  withCommonOptions(program.command('setup'))
    .description('create the first operator with the setup link that the server prints, and sign in')
    .option(
      '--link-file <path>',
      "file with the link, or with the server's line of 'npm start -- --json'; - for standard input (or BDRCLOUD_SETUP_LINK)",
    )
    .option('--user <name>', 'user name of the operator (or BDRCLOUD_USER)')
    .option('--password-file <path>', 'file with the password, 12 characters or more (or BDRCLOUD_PASSWORD)')
    .action(async (options: SetupOptions) => {
      const { server, token } = readTokenLink(await linkText(options), options.server, {
        what: 'That is no setup link.',
        remedy:
          'It looks like http://localhost:8080/setup#token=…; the server prints a new one at each start until there is an operator.',
      })
      refuseUnencrypted(server)
      const credentials = await operatorCredentials(options)
      const body: CreateFirstOperator = { token, ...credentials }
      const { operator } = await createApiClient(server, null).post<SessionView>('/setup/operator', body)
      const { expiresAt } = await signIn(server, credentials)
      if (options.json) return printJson({ server, operator, expiresAt })
      note(`Created the operator ${operator.userName} and signed in to ${server} until ${expiresAt}.`)
      note("Keep the recovery kit now: 'bdrcloud recovery-kit --output FILE --confirm'.")
    })
}

async function linkText({ linkFile }: SetupOptions): Promise<string> {
  if (linkFile !== undefined) return readSecretFile(linkFile)
  return process.env['BDRCLOUD_SETUP_LINK'] ?? ask('Setup link', '--link-file', { hidden: true })
}

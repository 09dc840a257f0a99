import type { Command } from 'commander'
import { type CommonOptions, serverAddress, withCommonOptions } from '../command.ts'
import { note, printJson } from '../terminal.ts'
import { type OperatorOptions, refuseUnencrypted, signIn, signInSecrets } from './operator-credentials.ts'

interface LoginOptions extends CommonOptions, OperatorOptions {}

export function registerLogin(program: Command): void {
  withCommonOptions(program.command('login'))
    .description('sign in; an expiring token is kept in a file that only you can read')
    .option('--user <name>', 'user name of the operator (or BDRCLOUD_USER)')
    .option('--password-file <path>', 'file with the password, - for standard input (or BDRCLOUD_PASSWORD)')
    .option(
      '--code-file <path>',
      'file with the code of the second step, - for standard input; where the password is there too, it is the first line',
    )
    .action(async (options: LoginOptions) => {
      const server = await serverAddress(options)
      refuseUnencrypted(server)
      const { code, ...credentials } = await signInSecrets(options)
      const answer = await signIn(server, credentials, code)
      if (options.json) printJson({ server, operator: answer.operator, expiresAt: answer.expiresAt })
      else note(`Signed in to ${server} as ${answer.operator.userName} until ${answer.expiresAt}.`)
    })
}

import type { Command } from 'commander'
import type { AcceptOperatorLink, SessionView } from '../../../contract/index.ts'
import { createApiClient } from '../../client.ts'
import { type CommonOptions, withCommonOptions } from '../../command.ts'
import { readSecretFile } from '../../files.ts'
import { note, plain, printJson } from '../../terminal.ts'
import { newPassword } from '../new-password.ts'
import { refuseUnencrypted, signIn } from '../operator-credentials.ts'
import { readTokenLink } from '../token-link.ts'

interface AcceptOptions extends CommonOptions {
  readonly linkFile: string
  readonly passwordFile?: string
}

export function registerOperatorAccept(operator: Command): void {
  withCommonOptions(operator.command('accept'))
    .description('choose a password with the link that you were given, and sign in')
    .requiredOption('--link-file <path>', 'file with the link; - for standard input')
    .option('--password-file <path>', 'file with the password, 12 characters or more (or BDRCLOUD_PASSWORD)')
    .action(async (options: AcceptOptions) => {
      const { server, token } = readTokenLink(await readSecretFile(options.linkFile), options.server, {
        what: 'That is no link of an invitation.',
        remedy: "It looks like https://server/welcome#token=…, as 'bdrcloud operator invite' prints it.",
      })
      refuseUnencrypted(server)
      const password = await newPassword('Password', options.passwordFile)
      const body: AcceptOperatorLink = { token, password }
      const { operator: accepted } = await createApiClient(server, null).post<SessionView>(
        '/operator-links/accept',
        body,
      )
      const { expiresAt } = await signIn(server, { userName: accepted.userName, password })
      if (options.json) return printJson({ server, operator: accepted, expiresAt })
      note(`Signed in to ${server} as ${plain(accepted.displayName)} (${accepted.role}) until ${expiresAt}.`)
    })
}

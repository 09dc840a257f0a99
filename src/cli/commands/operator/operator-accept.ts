import type { Command } from 'commander'
import type { AcceptOperatorLink, SecondStepNeeded, SessionView } from '../../../contract/index.ts'
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

export function registerOperatorAccept(parent: Command): void {
  withCommonOptions(parent.command('accept'))
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
      const accepted = await createApiClient(server, null).post<SessionView | SecondStepNeeded>(
        '/operator-links/accept',
        body,
      )
      if ('secondStep' in accepted) {
        if (options.json) return printJson({ server, operator: null, expiresAt: null })
        return note(`The password was set; 'bdrcloud login --server ${server}' asks for your second factor.`)
      }
      const { operator } = accepted
      const { expiresAt } = await signIn(server, { userName: operator.userName, password })
      if (options.json) return printJson({ server, operator, expiresAt })
      note(`Signed in to ${server} as ${plain(operator.displayName)} (${operator.role}) until ${expiresAt}.`)
    })
}

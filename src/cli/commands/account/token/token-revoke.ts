import type { Command } from 'commander'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { confirm, note, printJson } from '../../../terminal.ts'

export function registerTokenRevoke(token: Command): void {
  withCommonOptions(token.command('revoke'))
    .description('end a token at once')
    .argument('<id>', "id of the token, from 'account token list'")
    .option('--of-other', 'it is that of another operator')
    .option('--yes', 'do not ask')
    .action(
      async (id: string, options: CommonOptions & { readonly ofOther?: boolean; readonly yes?: boolean }) => {
        const client = await signedInClient(options)
        await confirm('End this token? What uses it stops working at once.', '--yes', options.yes)
        const path = options.ofOther ? '/api-tokens' : '/account/api-tokens'
        await client.delete(`${path}/${encodeURIComponent(id)}`)
        if (options.json) return printJson({ revoked: id })
        note('The token was revoked.')
      },
    )
}

import type { Command } from 'commander'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { confirm, note, printJson } from '../../../terminal.ts'

export function registerSingleSignOnRemove(singleSignOn: Command): void {
  withCommonOptions(singleSignOn.command('remove'))
    .description('forget the provider and its secret, and end the sessions that began there')
    .option('--yes', 'do not ask')
    .action(async (options: CommonOptions & { readonly yes?: boolean }) => {
      const client = await signedInClient(options)
      await confirm('Forget the provider of single sign-on?', '--yes', options.yes)
      await client.delete('/settings/single-sign-on')
      if (options.json) return printJson({ removed: true })
      note('The provider was removed.')
    })
}

import type { Command } from 'commander'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, printJson } from '../../terminal.ts'

export function registerSignInRemove(signIn: Command): void {
  withCommonOptions(signIn.command('remove'))
    .description('forget your sign-in application of a cloud; sign-ins use what the server has built in')
    .option('--cloud <cloud>', 'cloud of the application', 'global')
    .option('--yes', 'do not ask')
    .action(async (options: CommonOptions & { readonly cloud: string; readonly yes?: boolean }) => {
      const client = await signedInClient(options)
      await confirm(`Forget the sign-in application of ${options.cloud}?`, '--yes', options.yes)
      await client.delete(`/settings/sign-in/clouds/${encodeURIComponent(options.cloud)}`)
      if (options.json) return printJson({ removed: options.cloud })
      note('Its secret is destroyed here. What customers consented to stays in their tenants.')
    })
}

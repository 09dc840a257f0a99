import type { Command } from 'commander'
import type { AccountSecurity } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerAccountSecurity(account: Command): void {
  withCommonOptions(account.command('security'))
    .description('your second factors; the console sets them up')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const security = await client.get<AccountSecurity>('/account/security')
      if (options.json) return printJson(security)
      printTable(
        ['WHAT', 'VALUE'],
        [
          ['Authenticator app', security.authenticator && `since ${security.authenticator.enrolledAt}`],
          ...security.passkeys.map((one) => [`Passkey of ${one.host}`, one.name]),
          ['Recovery codes left', security.recoveryCodesLeft],
        ],
      )
    })
}

import type { Command } from 'commander'
import type { SignInSettings } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'

export function registerSignInShow(signIn: Command): void {
  withCommonOptions(signIn.command('show'))
    .description('external address and sign-in application of your own, per cloud, and what to register')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const settings = await client.get<SignInSettings>('/settings/sign-in')
      if (options.json) return printJson(settings)
      printTable(
        ['WHAT', 'VALUE'],
        [
          ['External address', settings.externalAddress],
          ['Redirect URI to register', settings.redirectUri],
          ['Names it may have', settings.allowedHosts.join(', ') || null],
        ],
      )
      note('Delegated permissions of Microsoft Graph to register:')
      for (const { value, why } of settings.permissions) note(`  ${value}: ${why}`)
      printTable(
        ['CLOUD', 'APPLICATION', 'TENANT', 'CREDENTIAL', 'ENDS', 'LAST TEST'],
        settings.clouds.map(({ cloud, available, reason, client: own }) => [
          cloud,
          own?.clientId ?? (available ? null : reason),
          own?.homeTenant ?? null,
          own?.credential.kind ?? null,
          own?.credential.expiresAt ?? null,
          own?.test ? `${own.test.testedAt} ${own.test.problem?.title ?? 'works'}` : null,
        ]),
      )
    })
}

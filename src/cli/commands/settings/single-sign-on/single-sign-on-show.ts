import type { Command } from 'commander'
import type { SingleSignOnSettings } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { printJson, printTable } from '../../../terminal.ts'

export function registerSingleSignOnShow(singleSignOn: Command): void {
  withCommonOptions(singleSignOn.command('show'))
    .description('the provider, who is let in, and the redirect address to register there')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const settings = await client.get<SingleSignOnSettings>('/settings/single-sign-on')
      if (options.json) return printJson(settings)
      printSingleSignOn(settings)
    })
}

export function printSingleSignOn({ redirectUri, provider }: SingleSignOnSettings): void {
  printTable(
    ['WHAT', 'VALUE'],
    [
      ['Redirect address', redirectUri],
      ['State', provider === null ? 'not set up' : provider.enabled ? 'on' : 'off'],
      ...(provider
        ? [
            ['Name', provider.name],
            ['Issuer', provider.issuer],
            ['Client id', provider.clientId],
            ['Client secret', provider.hasSecret ? 'stored' : null],
            ['Scopes', provider.scopes],
            ['Claim', provider.roleClaim],
            ['Unknown operators', provider.unknownOperators],
            ['Passwords', provider.passwordsForOwnersOnly ? 'owners only' : 'all'],
            ['Longest session', `${provider.sessionHours} h`],
          ]
        : []),
    ],
  )
  if (!provider || provider.mappings.length === 0) return
  printTable(
    ['VALUE OF THE CLAIM', 'ROLE', 'ORGANIZATIONS'],
    provider.mappings.map(({ value, role, organizationIds }) => [
      value,
      role,
      organizationIds === null ? 'all' : organizationIds.length,
    ]),
  )
}

import type { Command } from 'commander'
import type { CustomerLinkView } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { printJson, printTable } from '../../../terminal.ts'

export function registerLinkList(link: Command): void {
  withCommonOptions(link.command('list'))
    .description('customer links, newest first, and what has become of them')
    .option('--onboarding <id>', 'those of one onboarding')
    .action(async (options: CommonOptions & { readonly onboarding?: string }) => {
      const client = await signedInClient(options)
      const query = { onboardingId: options.onboarding }
      const links = await Array.fromAsync(client.list<CustomerLinkView>('/customer-links', query))
      if (options.json) return printJson({ items: links })
      printTable(
        ['FOR', 'STATE', 'EXPIRES', 'OPENED', 'ORGANIZATION', 'ONBOARDING', 'ID'],
        links.map((one) => [
          one.providerName,
          one.state,
          one.expiresAt,
          one.openedAt,
          one.tenantName,
          one.onboardingState,
          one.id,
        ]),
      )
    })
}

import type { Command } from 'commander'
import type { CustomerLinkView } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { note, printJson } from '../../../terminal.ts'

export function registerLinkRevoke(link: Command): void {
  withCommonOptions(link.command('revoke'))
    .description('make a customer link worthless, opened or not; it counts at once')
    .argument('<id>', "id of the link (see 'org link list')")
    .action(async (id: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const revoked = await client.post<CustomerLinkView>(`/customer-links/${encodeURIComponent(id)}/revoke`)
      if (options.json) return printJson(revoked)
      note('The link opens nothing any more.')
    })
}

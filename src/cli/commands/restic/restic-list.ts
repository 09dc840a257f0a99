import type { Command } from 'commander'
import type { ResticAccessList } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

export function registerResticList(restic: Command): void {
  withCommonOptions(restic.command('list'))
    .description('who may read an organization’s repository with restic')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const list = await client.get<ResticAccessList>(`/organizations/${id}/restic-accesses`)
      if (options.json) return printJson(list)
      printTable(
        ['USER', 'FOR', 'CREATED', 'LAST USED', 'ID'],
        list.items.map((one) => [one.userName, one.label, one.createdAt, one.lastUsedAt, one.id]),
      )
    })
}

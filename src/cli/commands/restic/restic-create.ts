import type { Command } from 'commander'
import type { NewResticAccess } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface CreateOptions extends CommonOptions {
  readonly for: string
}

export function registerResticCreate(restic: Command): void {
  withCommonOptions(restic.command('create'))
    .description('let somebody read an organization’s repository with restic, over this server')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .requiredOption('--for <text>', 'who or what it is for')
    .action(async (name: string | undefined, options: CreateOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const made = await client.post<NewResticAccess>(`/organizations/${id}/restic-accesses`, {
        label: options.for,
      })
      if (options.json) return printJson(made)
      note('The password is shown this once. restic then asks for the repository password, too.')
      process.stdout.write(`${made.commands.join('\n')}\n`)
    })
}

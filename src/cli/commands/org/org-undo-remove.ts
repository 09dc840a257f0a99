import type { Command } from 'commander'
import type { RemovalView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, plain, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface UndoOptions extends CommonOptions {
  readonly yes?: boolean
}

export function registerOrgUndoRemove(org: Command): void {
  withCommonOptions(org.command('undo-remove'))
    .description('keep the backups of a removed organization that were to be deleted')
    .argument('<organization>', 'name, domain, tenant id or id of the removed organization')
    .option('--yes', 'do not ask')
    .action(async (name: string, options: UndoOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name, 'removed')
      await confirm(`Keep the backups of ${plain(organization.name)}?`, '--yes', options.yes)
      const path = `/organizations/${organization.id}/backups-deletion/undo`
      const removal = await client.post<RemovalView>(path)
      if (options.json) return printJson(removal)
      note('The backups are kept.')
      note("Adding the organization again ('bdrcloud org add') continues them.")
    })
}

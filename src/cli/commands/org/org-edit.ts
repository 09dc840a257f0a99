import type { Command } from 'commander'
import type { EditOrganization, OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, plain, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface EditOptions extends CommonOptions {
  readonly name?: string
  readonly workloads?: string
}

export function registerOrgEdit(org: Command): void {
  withCommonOptions(org.command('edit'))
    .description('change the name or the workloads; tenant, cloud and method are fixed')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--name <name>', 'new organization name')
    .option('--workloads <list>', 'workloads to protect, separated by commas, within what is granted')
    .action(async (organization: string | undefined, options: EditOptions) => {
      const changes: EditOrganization = {
        ...(options.name !== undefined && { name: options.name }),
        ...(options.workloads !== undefined && {
          workloads: options.workloads.split(',').map((one) => one.trim()) as NonNullable<
            EditOrganization['workloads']
          >,
        }),
      }
      if (Object.keys(changes).length === 0)
        throw fail('CLI_BAD_INPUT', {
          what: 'Nothing to change was given.',
          remedy:
            "Give --name or --workloads. For the application or its credential use 'bdrcloud org replace-credential'.",
        })
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, organization)
      const edited = await client.patch<OrganizationView>(`/organizations/${id}`, changes)
      if (options.json) printJson(edited)
      else note(`Changed: ${plain(edited.name)}, ${edited.workloads.join(', ')}.`)
    })
}

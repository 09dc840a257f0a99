import type { Command } from 'commander'
import type { EditOrganization, OrganizationView, Workload } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { ask, isTerminal, note, plain, printJson } from '../../terminal.ts'
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
    .action(async (name: string | undefined, options: EditOptions) => {
      const given = changesOf(options)
      if (Object.keys(given).length === 0 && !isTerminal())
        throw fail('CLI_BAD_INPUT', {
          what: 'Nothing to change was given.',
          remedy:
            "Give --name or --workloads. For the application or its credential use 'bdrcloud org replace-credential'.",
        })
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      const changes = Object.keys(given).length > 0 ? given : await askFor(organization)
      const edited = await client.patch<OrganizationView>(`/organizations/${organization.id}`, changes)
      if (options.json) printJson(edited)
      else note(`Saved: ${plain(edited.name)}, ${edited.workloads.join(', ')}.`)
    })
}

function changesOf({ name, workloads }: EditOptions): EditOrganization {
  return {
    ...(name !== undefined && { name }),
    // The server says which there are.
    ...(workloads !== undefined && {
      workloads: workloads.split(',').map((one) => one.trim()) as Workload[],
    }),
  }
}

/** At a terminal; Enter leaves it as it is. */
async function askFor({ name }: OrganizationView): Promise<EditOrganization> {
  const typed = (await ask(`Organization name [${plain(name)}]`, '--name')).trim()
  return typed === '' ? {} : { name: typed }
}

import type { Command } from 'commander'
import type { OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

export function registerOrgVerify(org: Command): void {
  withCommonOptions(org.command('verify'))
    .description('check the credential, the permissions and one harmless call per workload')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const organization = await client.post<OrganizationView>(`/organizations/${id}/verify`)
      const healthy = organization.health.every((one) => one.read === 'ok')
      if (options.json) printJson(organization)
      else
        printTable(
          ['WORKLOAD', 'READ', 'WRITE', 'MISSING', 'MESSAGE'],
          organization.health.map((one) => [
            one.workload,
            one.read,
            one.write,
            one.missingPermissions.join(', '),
            one.message,
          ]),
        )
      if (!healthy) process.exitCode = 1
    })
}

import type { Command } from 'commander'
import type { OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, progress } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { isHealthy, printFindings, printHealth } from './organization-tables.ts'

export function registerOrgVerify(org: Command): void {
  withCommonOptions(org.command('verify'))
    .description(
      'check the credential, the permissions and one harmless call per workload; exit code 1 when something is wrong',
    )
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      progress('Checking the sign-in, the permissions and one harmless call per workload')
      const organization = await client.post<OrganizationView>(`/organizations/${id}/verify`)
      if (options.json) printJson(organization)
      else {
        progress('Checked.', true)
        printHealth(organization)
        if (organization.drift.length > 0) printFindings(organization.drift)
      }
      if (!isHealthy(organization)) process.exitCode = 1
    })
}

import type { Command } from 'commander'
import { type DashboardView, dataName } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

export function registerProtectionDashboard(protection: Command): void {
  withCommonOptions(protection.command('dashboard'))
    .description(
      'how the protection stands: who is protected, the last runs, what is stored, what comes next',
    )
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const view = await client.get<DashboardView>(`/organizations/${id}/dashboard`)
      if (options.json) return printJson(view)
      printTable(
        ['WHAT', 'VALUE'],
        [
          ['Users protected', view.users.protected],
          ['Users not protected', view.users.unprotected],
          ['Restore points', view.restorePoints],
          ['Next run', view.nextRunAt ?? 'by hand'],
          ...view.unprotected.map(({ reason, count }) => [`Not protected: ${reason}`, count]),
        ],
      )
      printTable(
        ['WORKLOAD', 'RESOURCES', 'ITEMS', 'FAILING', 'LAST SUCCESS'],
        view.workloads.map((one) => [
          dataName(one.workload),
          one.resources,
          one.items,
          one.failing,
          one.lastSuccessAt,
        ]),
      )
      printTable(
        ['DAY', 'BYTES IN', 'BYTES STORED', 'STORED IN ALL'],
        view.days.map((one) => [one.day, one.bytesRead, one.bytesStored, one.bytesStoredInAll]),
      )
    })
}

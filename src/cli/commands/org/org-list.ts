import type { Command } from 'commander'
import type { OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerOrgList(org: Command): void {
  withCommonOptions(org.command('list'))
    .description('the organizations, their credentials and health')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const organizations = await Array.fromAsync(client.list<OrganizationView>('/organizations'))
      if (options.json) return printJson(organizations)
      printTable(
        ['NAME', 'TENANT', 'CLOUD', 'CREDENTIAL', 'DAYS LEFT', 'HEALTH', 'MAILBOXES', 'LAST BACKUP', 'ID'],
        organizations.map((one) => [
          one.name,
          one.tenantId,
          one.cloud,
          one.credential.kind,
          one.credential.daysLeft,
          one.health.map((health) => `${health.workload} ${health.read}/${health.write}`).join(', ') ||
            'unknown',
          one.mailboxes,
          one.lastRun ? `${one.lastRun.state} ${one.lastRun.finishedAt ?? ''}` : 'never',
          one.id,
        ]),
      )
    })
}

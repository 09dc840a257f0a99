import type { Command } from 'commander'
import type { OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerOrgList(org: Command): void {
  withCommonOptions(org.command('list'))
    .description('the organizations, their credentials and health')
    .option('--search <text>', 'only those whose name, domain, tenant id or application id contains this')
    .option('--removed', 'those that were removed and whose backups are here')
    .action(async (options: CommonOptions & { readonly search?: string; readonly removed?: boolean }) => {
      const client = await signedInClient(options)
      const { search } = options
      const state = options.removed ? 'removed' : 'active'
      const organizations = await Array.fromAsync(
        client.list<OrganizationView>('/organizations', { search, state }),
      )
      if (options.json) return printJson(organizations)
      printTable(
        [
          'NAME',
          'TENANT',
          'CLOUD',
          'CREDENTIAL',
          'DAYS LEFT',
          'HEALTH',
          'FOUND',
          'MAILBOXES',
          'LAST BACKUP',
          'ID',
        ],
        organizations.map((one) => [
          one.name,
          one.tenantId,
          one.cloud,
          one.credential.kind,
          one.credential.daysLeft,
          one.health.map((health) => `${health.workload} ${health.read}/${health.write}`).join(', ') ||
            'unknown',
          one.drift.filter(({ severity }) => severity !== 'information').length,
          one.mailboxes,
          one.lastRun ? `${one.lastRun.state} ${one.lastRun.finishedAt ?? ''}` : 'never',
          one.id,
        ]),
      )
    })
}

import type { Command } from 'commander'
import type { AuditEntryView } from '../../../contract/index.ts'
import { signedInClient } from '../../command.ts'
import { fail } from '../../errors.ts'
import { printJson, printTable } from '../../terminal.ts'
import { type AuditOptions, auditFilter, withAuditOptions } from './audit-options.ts'

export function registerAuditList(audit: Command): void {
  withAuditOptions(audit.command('list'))
    .description('who did what, newest first')
    .option('--limit <number>', 'so many entries', '100')
    .action(async (options: AuditOptions & { readonly limit: string }) => {
      const limit = Number(options.limit)
      if (!Number.isInteger(limit) || limit < 1) {
        throw fail('CLI_BAD_INPUT', {
          what: '--limit is no number of entries.',
          remedy: 'Give a whole number from 1 on.',
        })
      }
      const client = await signedInClient(options)
      const entries: AuditEntryView[] = []
      for await (const entry of client.list<AuditEntryView>(
        '/audit-entries',
        await auditFilter(client, options),
      )) {
        entries.push(entry)
        if (entries.length === limit) break
      }
      if (options.json) return printJson(entries)
      printTable(
        ['NUMBER', 'TIME', 'WHO', 'ROLE', 'FROM', 'ACTION', 'OUTCOME', 'ORGANIZATION'],
        entries.map((one) => [
          one.sequence,
          one.at,
          one.actor.name || one.actor.kind,
          one.actor.role,
          one.address,
          one.action,
          one.outcome,
          one.organizationId,
        ]),
      )
    })
}

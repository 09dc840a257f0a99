import type { Command } from 'commander'
import type { ApprovalView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerApprovalsList(approvals: Command): void {
  withCommonOptions(approvals.command('list'))
    .description('requests for what needs a second operator')
    .option('--all', 'also those that are over')
    .action(async (options: CommonOptions & { readonly all?: boolean }) => {
      const client = await signedInClient(options)
      const query = options.all ? {} : { open: true }
      const found = await Array.fromAsync(client.list<ApprovalView>('/approvals', query))
      if (options.json) printJson(found)
      else printApprovals(found)
    })
}

export function printApprovals(found: readonly ApprovalView[]): void {
  printTable(
    ['STATE', 'WHAT', 'ORGANIZATION', 'BY', 'REASON', 'FROM', 'UNTIL', 'ID'],
    found.map((one) => [
      one.state,
      one.operation,
      one.organizationName ?? one.organizationId,
      one.requestedBy.userName,
      one.reason,
      one.readyAt,
      one.expiresAt,
      one.id,
    ]),
  )
}

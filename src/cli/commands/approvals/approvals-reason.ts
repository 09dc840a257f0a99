import type { Command } from 'commander'
import type { ApprovalView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson } from '../../terminal.ts'
import { printApprovals } from './approvals-list.ts'

export function registerApprovalsReason(approvals: Command): void {
  withCommonOptions(approvals.command('reason'))
    .description('say why you asked, as long as nobody has decided')
    .argument('<id>', 'of the request')
    .argument('<text>', 'at most 500 characters')
    .action(async (id: string, reason: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const view = await client.put<ApprovalView>(`/approvals/${encodeURIComponent(id)}/reason`, { reason })
      if (options.json) printJson(view)
      else printApprovals([view])
    })
}

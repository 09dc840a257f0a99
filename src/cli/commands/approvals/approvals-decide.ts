import type { Command } from 'commander'
import type { ApprovalView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson } from '../../terminal.ts'
import { printApprovals } from './approvals-list.ts'

const verbs = {
  approve: 'agree to what another operator asked for; it may be done once the delay has passed',
  decline: 'refuse what another operator asked for',
  cancel: 'take back a request, also one that was approved',
} as const

/** `approvals approve|decline|cancel ID`. */
export function registerApprovalsDecide(approvals: Command): void {
  for (const [verb, description] of Object.entries(verbs)) {
    withCommonOptions(approvals.command(verb))
      .description(description)
      .argument('<id>', 'of the request, as `approvals list` shows it')
      .action(async (id: string, options: CommonOptions) => {
        const client = await signedInClient(options)
        const view = await client.post<ApprovalView>(`/approvals/${encodeURIComponent(id)}/${verb}`)
        if (options.json) printJson(view)
        else printApprovals([view])
      })
  }
}

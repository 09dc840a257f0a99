import type { Command } from 'commander'
import type { AlertView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'

export function registerAlertAcknowledge(alert: Command): void {
  withCommonOptions(alert.command('acknowledge'))
    .description('say that you have seen it: it is not told of again unless it becomes worse')
    .argument('<id>', "as 'alert list' shows it")
    .requiredOption('--reason <text>', 'why it may rest, for others and for later')
    .action(async (id: string, options: CommonOptions & { readonly reason: string }) => {
      const client = await signedInClient(options)
      const seen = await client.post<AlertView>(`/alerts/${encodeURIComponent(id)}/acknowledge`, {
        reason: options.reason,
      })
      if (options.json) printJson(seen)
      else note(`Acknowledged: ${seen.title}`)
    })
}

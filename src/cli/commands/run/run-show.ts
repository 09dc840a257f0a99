import type { Command } from 'commander'
import type { ItemFailureView, RunResourceView, RunView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'
import { followRun, runLine } from './run-follow.ts'

interface ShowOptions extends CommonOptions {
  readonly follow?: boolean
}

export function registerRunShow(run: Command): void {
  withCommonOptions(run.command('show'))
    .description('one run: its mailboxes, and every item it could not store with the reason')
    .argument('<run>', 'id of the run')
    .option('--follow', 'wait for its end')
    .action(async (id: string, options: ShowOptions) => {
      const client = await signedInClient(options)
      const view = options.follow
        ? await followRun(client, id, options.json === true)
        : await client.get<RunView>(`/runs/${id}`)
      const mailboxes = await Array.fromAsync(client.list<RunResourceView>(`/runs/${id}/resources`))
      const failures = await Array.fromAsync(client.list<ItemFailureView>(`/runs/${id}/failures`))
      if (options.json) return printJson({ run: view, mailboxes, failures })
      note(runLine(view))
      printTable(
        ['MAILBOX', 'STATE', 'STORED', 'FAILED', 'NOTE'],
        mailboxes.map((one) => [
          one.userPrincipalName,
          one.state,
          one.itemsStored,
          one.itemsFailed,
          one.error?.title ?? one.notice,
        ]),
      )
      if (failures.length > 0)
        printTable(
          ['MAILBOX', 'FOLDER', 'SUBJECT', 'OUTCOME', 'REASON'],
          failures.map((one) => [
            one.userPrincipalName,
            one.folderPath,
            one.subject,
            one.outcome,
            one.reason,
          ]),
        )
    })
}

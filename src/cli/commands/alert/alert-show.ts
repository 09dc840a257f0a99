import type { Command } from 'commander'
import type { AlertView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { stateOf } from './alert-list.ts'

export function registerAlertShow(alert: Command): void {
  withCommonOptions(alert.command('show'))
    .description('one alert: what it means and what to do')
    .argument('<id>', "as 'alert list' shows it")
    .action(async (id: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const one = await client.get<AlertView>(`/alerts/${encodeURIComponent(id)}`)
      if (options.json) return printJson(one)
      const { acknowledgement } = one
      printTable(
        ['WHAT', 'VALUE'],
        [
          ['Severity', one.severity],
          ['State', stateOf(one)],
          ['Organization', one.organizationName],
          ['What happened', one.title],
          ['Details', one.detail],
          ['Meaning', one.meaning],
          ['What to do', one.remedy],
          ['First', one.firstAt],
          ['Last', one.lastAt],
          ['Times', one.count],
          ['Ended', one.resolvedAt],
          [
            'Acknowledged',
            acknowledgement && `${acknowledgement.at} by ${acknowledgement.by}: ${acknowledgement.reason}`,
          ],
        ],
      )
    })
}

import { type Command, Option } from 'commander'
import type { AlertKind, AlertSeverity, AlertView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface ListOptions extends CommonOptions {
  readonly state: 'open' | 'acknowledged' | 'resolved' | 'all'
  readonly kind?: AlertKind
  readonly severity?: AlertSeverity
  readonly organization?: string
  readonly limit: string
}

export function registerAlertList(alert: Command): void {
  withCommonOptions(alert.command('list'))
    .description('alerts, newest first')
    .addOption(
      new Option('--state <state>', 'which of them')
        .choices(['open', 'acknowledged', 'resolved', 'all'])
        .default('open'),
    )
    .option('--kind <kind>', 'of this kind, like run-failed')
    .addOption(
      new Option('--severity <severity>', 'so grave').choices(['information', 'warning', 'critical']),
    )
    .option('--organization <name>', 'about this organization')
    .option('--limit <number>', 'so many', '100')
    .action(async (options: ListOptions) => {
      const { state, kind, severity, organization } = options
      const limit = Number(options.limit)
      if (!Number.isInteger(limit) || limit < 1) {
        throw fail('CLI_BAD_INPUT', {
          what: '--limit is no number of alerts.',
          remedy: 'Give a whole number from 1 on.',
        })
      }
      const client = await signedInClient(options)
      const about =
        organization === undefined ? {} : { organization: (await findOrganization(client, organization)).id }
      const alerts: AlertView[] = []
      for await (const one of client.list<AlertView>('/alerts', {
        ...(state === 'all' ? {} : { state }),
        ...(kind === undefined ? {} : { kind }),
        ...(severity === undefined ? {} : { severity }),
        ...about,
      })) {
        alerts.push(one)
        if (alerts.length === limit) break
      }
      if (options.json) return printJson(alerts)
      printTable(
        ['SEVERITY', 'LAST', 'TIMES', 'WHAT', 'STATE', 'ID'],
        alerts.map((one) => [one.severity, one.lastAt, one.count, one.title, stateOf(one), one.id]),
      )
    })
}

export function stateOf({ resolvedAt, acknowledgement }: AlertView): string {
  if (resolvedAt !== null) return 'ended'
  return acknowledgement === null ? 'open' : 'acknowledged'
}

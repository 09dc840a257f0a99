import type { Command } from 'commander'
import type { AlertSettings } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerAlertsShow(alerts: Command): void {
  withCommonOptions(alerts.command('show'))
    .description('channels, and from when on something is an alert')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const settings = await client.get<AlertSettings>('/settings/alerts')
      if (options.json) return printJson(settings)
      const { thresholds, channels } = settings
      printTable(
        ['WHAT', 'VALUE'],
        [
          ['A planned backup is late after', `${thresholds.lateAfterHours} hours`],
          ['The vault is almost full below', `${thresholds.lowSpaceGigabytes} GB`],
          ['Failed sign-ins an hour', thresholds.failedSignInsPerHour],
        ],
      )
      printTable(
        ['CHANNEL', 'KIND', 'TO', 'FROM SEVERITY', 'DIGEST', 'STATE', 'ID'],
        channels.map((one) => [
          one.name,
          one.target.kind,
          one.target.kind === 'email' ? one.target.place.to.join(', ') : one.target.host,
          one.rules.severity,
          one.rules.digestAt && `${one.rules.digestAt} ${one.rules.timeZone}`,
          one.enabled ? (one.lastError ? `failing: ${one.lastError.title}` : 'works') : 'off',
          one.id,
        ]),
      )
    })
}

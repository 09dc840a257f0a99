import type { Command } from 'commander'
import type { AlertSettings, AlertThresholds } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson } from '../../terminal.ts'

interface SetOptions extends CommonOptions {
  readonly lateAfterHours?: string
  readonly lowSpaceGigabytes?: string
  readonly failedSignInsPerHour?: string
}

export function registerAlertsSet(alerts: Command): void {
  withCommonOptions(alerts.command('set'))
    .description('from when on something is an alert')
    .option('--late-after-hours <number>', 'a planned backup has not started for so long')
    .option('--low-space-gigabytes <number>', 'free space of the vault')
    .option('--failed-sign-ins-per-hour <number>', 'on the whole server')
    .action(async (options: SetOptions) => {
      const changes = {
        ...numberOf('lateAfterHours', options.lateAfterHours),
        ...numberOf('lowSpaceGigabytes', options.lowSpaceGigabytes),
        ...numberOf('failedSignInsPerHour', options.failedSignInsPerHour),
      }
      if (Object.keys(changes).length === 0) {
        throw fail('CLI_BAD_INPUT', {
          what: 'Nothing was given to set.',
          remedy: "See 'settings alerts set --help'.",
        })
      }
      const client = await signedInClient(options)
      const { thresholds } = await client.get<AlertSettings>('/settings/alerts')
      const saved = await client.put<AlertThresholds>('/settings/alerts', { ...thresholds, ...changes })
      if (options.json) printJson(saved)
      else note('Saved.')
    })
}

function numberOf(name: keyof AlertThresholds, text: string | undefined): Partial<AlertThresholds> {
  if (text === undefined) return {}
  if (!/^\d{1,7}$/.test(text)) {
    throw fail('CLI_BAD_INPUT', { what: `"${text}" is no whole number.`, remedy: 'Give it like 36.' })
  }
  return { [name]: Number(text) }
}

import type { Command } from 'commander'
import type { MailboxSettingsView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { findMailbox } from '../outlook/outlook-selection.ts'
import { registerMailSettingsRestore } from './mail-settings-restore.ts'

interface SettingsOptions extends CommonOptions {
  readonly organization?: string
  readonly at?: string
}

export function registerMailSettings(mail: Command): void {
  const settings = mail.command('settings')
  registerMailSettingsRestore(settings)
  withCommonOptions(settings)
    .description(
      'rules, categories, automatic replies and working hours of a mailbox, as they are in the backups',
    )
    .argument('<mailbox>', 'its address')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (address: string, options: SettingsOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const mailbox = await findMailbox(client, id, { workload: 'mail', user: address, list: 'mail search' })
      const view = await client.get<MailboxSettingsView>(`/mailboxes/${mailbox}/settings`, {
        at: options.at,
      })
      if (options.json) return printJson(view)
      if (view.settings === null)
        return note(
          "None are stored: the application may not read them, or no run has since it may. 'bdrcloud org grant-optional' lets an administrator grant it.",
        )
      const settings = Object.entries(view.settings).map(([name, value]) => ['setting', name, shown(value)])
      const rules = view.rules.map((rule) => ['rule', shown(rule['displayName']), shown(rule['actions'])])
      const categories = view.categories.map((one) => [
        'category',
        shown(one['displayName']),
        shown(one['color']),
      ])
      printTable(['KIND', 'NAME', 'VALUE'], [...settings, ...rules, ...categories])
    })
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

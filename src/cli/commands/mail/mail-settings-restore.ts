import type { Command } from 'commander'
import {
  MailboxSettingsPart,
  type RestoredSettingsView,
  type RestoreMailboxSettings,
} from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { findMailbox } from '../outlook/outlook-selection.ts'

interface RestoreOptions extends CommonOptions {
  readonly organization?: string
  readonly parts: string
  readonly at?: string
  readonly toUser?: string
}

const known: readonly MailboxSettingsPart[] = MailboxSettingsPart.anyOf.map((literal) => literal.const)
/** An answer to everybody who writes is nothing to come back unasked. */
const usual = known.filter((one) => one !== 'automaticReplies').join(',')

export function registerMailSettingsRestore(settings: Command): void {
  withCommonOptions(settings.command('restore'))
    .description(
      'put settings of a mailbox back; rules and categories that are there already stay as they are',
    )
    .argument('<mailbox>', 'its address')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--parts <list>', `what of ${known.join(', ')}, separated by commas`, usual)
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--to-user <user>', 'restore to another user: user principal name or object id')
    .action(async (address: string, options: RestoreOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const mailbox = await findMailbox(client, id, { workload: 'mail', user: address, list: 'mail search' })
      const request: RestoreMailboxSettings = {
        parts: partsOf(options.parts),
        ...(options.at === undefined ? {} : { at: runOf(options.at) }),
        ...(options.toUser === undefined ? {} : { target: { user: options.toUser } }),
      }
      const view = await client.post<RestoredSettingsView>(`/mailboxes/${mailbox}/settings/restore`, request)
      if (options.json) printJson(view)
      else
        printTable(
          ['PART', 'NAME', 'RESULT', 'REASON'],
          view.entries.map((one) => [one.part, one.name, one.outcome, one.reason]),
        )
      if (view.entries.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1
    })
}

function partsOf(text: string): MailboxSettingsPart[] {
  return [...new Set(text.split(',').map((one) => one.trim()))].map((name) => {
    const part = known.find((one) => one === name)
    if (part) return part
    throw fail('CLI_BAD_INPUT', {
      what: `"${name}" is no part of the settings.`,
      remedy: `Give some of ${known.join(', ')}.`,
    })
  })
}

function runOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw fail('CLI_BAD_INPUT', {
    what: `"${text}" is no number of a run.`,
    remedy: "'bdrcloud run list' shows the runs.",
  })
}

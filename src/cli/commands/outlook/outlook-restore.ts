import type { Command } from 'commander'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { followRestore } from '../follow-restore.ts'
import { findOrganization } from '../organization-name.ts'
import { mailboxRestore, type PlaceOptions, withPlaceOptions } from '../restore-place.ts'
import type { OutlookKind } from './outlook-kinds.ts'
import { type OutlookOptions, selectionOf } from './outlook-selection.ts'

interface RestoreOptions extends CommonOptions, OutlookOptions, PlaceOptions {
  readonly organization?: string
}

export function registerOutlookRestore(parent: Command, kind: OutlookKind): void {
  const { command, nouns, noun, folder } = kind
  const invites = kind.workload === 'calendar' ? '; nobody is invited' : ''
  withPlaceOptions(
    withCommonOptions(parent.command('restore'))
      .description(`put ${nouns} back to their user or another one${invites}`)
      .argument('[items...]', `ids of ${nouns}, as 'bdrcloud ${command} list' and 'search' show them`)
      .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
      .option('--user <user>', `instead of ids: all ${nouns} of this user, or with --folder of one ${folder}`)
      .option('--folder <name>', `${folder} to restore: its name or path`)
      .option('--at <run>', 'restore point: the number of a run (default: the newest)'),
    { flag: '--into <name>', folder, noun },
  ).action(async (items: string[], options: RestoreOptions) => {
    const client = await signedInClient(options)
    const { id } = await findOrganization(client, options.organization)
    const selection = await selectionOf(client, kind, id, items, options)
    const request = mailboxRestore(selection, options.into, options)
    await followRestore(client, id, request, { json: options.json, heading: noun.toUpperCase() })
  })
}

import type { Command } from 'commander'
import type { ExportView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { fail } from '../errors.ts'
import { saveDownload } from '../files.ts'
import { note, printJson } from '../terminal.ts'
import { followRestore } from './follow-restore.ts'
import { findOrganization } from './organization-name.ts'
import { mailboxRestore, type PlaceOptions, withPlaceOptions } from './restore-place.ts'

interface RestoreOptions extends CommonOptions, PlaceOptions {
  readonly organization?: string
  readonly folder?: string
  readonly output?: string
}

export function registerRestore(program: Command): void {
  withPlaceOptions(
    withCommonOptions(program.command('restore'))
      .description('put mails back into their mailbox, or with --output save them as EML or ZIP')
      .argument('<items...>', "ids of mails, as 'bdrcloud mail search' shows them")
      .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)'),
    { flag: '--folder <name>', folder: 'folder', noun: 'mail' },
  )
    .option('--output <file>', 'save to this file instead: .eml for one mail, .zip for many')
    .action(async (items: string[], options: RestoreOptions) => {
      const client = await signedInClient(options)
      if (options.output && options.toUser !== undefined)
        throw fail('CLI_BAD_INPUT', {
          what: 'A file is saved here, not at another user.',
          remedy: 'Give either --output or --to-user.',
        })
      const { id } = await findOrganization(client, options.organization)
      if (options.output) return saveToFile(client, id, items, options.output, options.json === true)
      const request = mailboxRestore({ items }, options.folder, options)
      await followRestore(client, id, request, { json: options.json, heading: 'SUBJECT' })
    })
}

async function saveToFile(
  client: ApiClient,
  organization: string,
  items: string[],
  output: string,
  json: boolean,
): Promise<void> {
  const [first] = items
  if (first === undefined) return
  const asEml = output.toLowerCase().endsWith('.eml')
  if (asEml && items.length > 1)
    throw fail('CLI_BAD_INPUT', {
      what: 'An .eml file holds one mail.',
      remedy: 'Give a file that ends in .zip.',
    })
  const path = asEml
    ? `/items/${first}/eml`
    : `/exports/${(await client.post<ExportView>(`/organizations/${organization}/exports`, { selection: { items } })).id}`
  await saveDownload(await client.download(path), output)
  if (json) printJson({ output, items: items.length })
  else note(`Saved ${output}.`)
}

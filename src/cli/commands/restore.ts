import type { Command } from 'commander'
import type { CreateRestore, ExportView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { fail } from '../errors.ts'
import { saveDownload } from '../files.ts'
import { note, printJson } from '../terminal.ts'
import { followRestore } from './follow-restore.ts'
import { findOrganization } from './organization-name.ts'

interface RestoreOptions extends CommonOptions {
  readonly organization?: string
  readonly folder?: string
  readonly original?: boolean
  readonly toUser?: string
  readonly output?: string
}

export function registerRestore(program: Command): void {
  withCommonOptions(program.command('restore'))
    .description('put mails back into their mailbox, or with --output save them as EML or ZIP')
    .argument('<items...>', "ids of mails, as 'bdrcloud mail search' shows them")
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--folder <name>', "target folder (default: a dated one, 'Restored YYYY-MM-DD')")
    .option('--original', 'restore into the folder each mail came from')
    .option('--to-user <user>', 'restore to another user: user principal name or object id')
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
      await restoreInPlace(client, id, items, options)
    })
}

async function restoreInPlace(
  client: ApiClient,
  organization: string,
  items: string[],
  options: RestoreOptions,
): Promise<void> {
  const request: CreateRestore = {
    selection: { items },
    folder: options.original
      ? { kind: 'original' }
      : options.folder
        ? { kind: 'named', name: options.folder }
        : { kind: 'dated' },
    ...(options.toUser === undefined ? {} : { target: { user: options.toUser } }),
  }
  await followRestore(client, organization, request, { json: options.json, heading: 'SUBJECT' })
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

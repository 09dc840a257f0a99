import { extname } from 'node:path'
import type { Command } from 'commander'
import type { ExportView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { saveDownload } from '../../files.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import type { OutlookKind } from './outlook-kinds.ts'
import { type OutlookOptions, selectionOf } from './outlook-selection.ts'

interface DownloadOptions extends CommonOptions, OutlookOptions {
  readonly organization?: string
  readonly output: string
}

export function registerOutlookDownload(parent: Command, kind: OutlookKind): void {
  const { command, nouns, noun, folder, ending } = kind
  withCommonOptions(parent.command('download'))
    .description(
      `save ${nouns}: as one ${ending} file, as ZIP of many, or one as JSON, by the ending of --output`,
    )
    .argument('[items...]', `ids of ${nouns}, as 'bdrcloud ${command} list' and 'search' show them`)
    .requiredOption('--output <file>', `${ending}, .zip or .json; an existing file is never overwritten`)
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--user <user>', `instead of ids: all ${nouns} of this user, or with --folder of one ${folder}`)
    .option('--folder <name>', `${folder}: its name or path`)
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (items: string[], options: DownloadOptions) => {
      const wanted = extname(options.output).toLowerCase()
      const [first] = items
      const isOne = items.length === 1 && first !== undefined && options.user === undefined
      if (![ending, '.zip', '.json'].includes(wanted) || (wanted === '.json' && !isOne))
        throw fail('CLI_BAD_INPUT', {
          what:
            wanted === '.json'
              ? `A .json file holds one ${noun}.`
              : `"${options.output}" says with no ending what is saved.`,
          remedy: `Let it end in ${ending} for one file with all ${nouns}, or in .zip.`,
        })
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      let path: string
      if (isOne && wanted !== '.zip') {
        // Said before anything is written, when there is no such item.
        await client.get(`/outlook-items/${first}`)
        path = `/outlook-items/${first}/content?format=${wanted === '.json' ? 'json' : 'file'}`
      } else {
        const selection = await selectionOf(client, kind, id, items, options)
        const made = await client.post<ExportView>(`/organizations/${id}/exports`, { selection })
        path = `/exports/${made.id}?as=${wanted === '.zip' ? 'zip' : 'file'}`
      }
      const bytes = await saveDownload(await client.download(path), options.output)
      if (options.json) printJson({ output: options.output, bytes })
      else note(`Saved ${options.output}.`)
    })
}

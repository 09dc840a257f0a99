import type { Command } from 'commander'
import type { FileView, Page } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { findDrive, printFiles } from './file-list.ts'

interface SearchOptions extends CommonOptions {
  readonly organization?: string
  readonly drive?: string
  readonly limit: string
  readonly at?: string
}

export function registerFileSearch(file: Command): void {
  withCommonOptions(file.command('search'))
    .description('find files by words of name, folder and who changed them')
    .argument('<words...>', 'what to look for')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--drive <drive>', 'only in this drive: its address or id')
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--limit <n>', 'how many', '50')
    .action(async (words: string[], options: SearchOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const page = await client.get<Page<FileView>>(`/organizations/${id}/file-search`, {
        query: words.join(' '),
        limit: Number(options.limit),
        at: options.at,
        drive: options.drive === undefined ? undefined : await findDrive(client, id, options.drive),
      })
      if (options.json) return printJson(page.items)
      printFiles(page.items, true)
      if (page.nextCursor !== null) note('There are more: narrow the words, or raise --limit.')
    })
}

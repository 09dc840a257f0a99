import type { Command } from 'commander'
import type { ExportView, FileDetailView, Selection } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { saveDownload } from '../../files.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { findDrive, findFolder } from './file-list.ts'

interface DownloadOptions extends CommonOptions {
  readonly organization?: string
  readonly drive?: string
  readonly folder?: string
  readonly at?: string
  readonly output: string
}

export function registerFileDownload(file: Command): void {
  withCommonOptions(file.command('download'))
    .description('save files: one as it is, several or a folder as ZIP')
    .argument('[files...]', "ids of files, as 'bdrcloud file list' and 'file search' show them")
    .requiredOption('--output <file>', 'where to save; an existing file is never overwritten')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--drive <drive>', 'instead of ids: all of this drive, or with --folder of one folder in it')
    .option('--folder <path>', "folder within the drive, e.g. 'Reports/2026'")
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (files: string[], options: DownloadOptions) => {
      if ((files.length === 0) === (options.drive === undefined))
        throw fail('CLI_BAD_INPUT', {
          what: 'Either ids of files or --drive says what is to be downloaded.',
          remedy: "See them with 'bdrcloud file list'.",
        })
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const [first] = files
      let path: string
      if (files.length === 1 && first !== undefined) {
        // Said before anything is written, when there is no such file.
        await client.get<FileDetailView>(`/files/${first}`)
        path = `/files/${first}/content`
      } else {
        let selection: Selection = { items: files }
        if (options.drive !== undefined) {
          const drive = await findDrive(client, id, options.drive)
          const folder = await findFolder(client, drive, options.folder ?? '', options.at)
          selection = {
            drive,
            ...(folder === undefined ? {} : { folders: [folder] }),
            ...(options.at === undefined ? {} : { at: Number(options.at) }),
          }
        }
        const made = await client.post<ExportView>(`/organizations/${id}/exports`, { selection })
        path = `/exports/${made.id}`
      }
      const bytes = await saveDownload(await client.download(path), options.output)
      if (options.json) printJson({ output: options.output, bytes })
      else note(`Saved ${options.output}.`)
    })
}

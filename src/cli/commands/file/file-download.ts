import type { Command } from 'commander'
import type { ExportView, FileDetailView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { saveDownload } from '../../files.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { type DriveOptions, selectionOf } from './file-selection.ts'

interface DownloadOptions extends CommonOptions, DriveOptions {
  readonly organization?: string
  readonly output: string
  readonly fileVersion?: string
}

export function registerFileDownload(file: Command): void {
  withCommonOptions(file.command('download'))
    .description('save files: one as it is, several or a folder as ZIP')
    .argument('[files...]', "ids of files, as 'bdrcloud file list' and 'file search' show them")
    .requiredOption('--output <file>', 'where to save; an existing file is never overwritten')
    .option(
      '--file-version <version>',
      "of one file this older version, as 'bdrcloud file versions' shows it",
    )
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--drive <drive>', 'instead of ids: all of this drive, or with --folder of one folder in it')
    .option('--folder <path>', "folder within the drive, e.g. 'Reports/2026'")
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (files: string[], options: DownloadOptions) => {
      const { fileVersion } = options
      if (fileVersion !== undefined && (files.length !== 1 || options.drive !== undefined))
        throw fail('CLI_BAD_INPUT', {
          what: 'A version is one of a single file.',
          remedy: 'Give --file-version with the id of one file.',
        })
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const [first] = files
      let path: string
      if (files.length === 1 && first !== undefined && options.drive === undefined) {
        // Said before anything is written, when there is no such file.
        await client.get<FileDetailView>(`/files/${first}`)
        path =
          fileVersion === undefined
            ? `/files/${first}/content`
            : `/files/${first}/versions/${encodeURIComponent(fileVersion)}/content`
      } else {
        const selection = await selectionOf(client, id, files, options)
        const made = await client.post<ExportView>(`/organizations/${id}/exports`, { selection })
        path = `/exports/${made.id}`
      }
      const bytes = await saveDownload(await client.download(path), options.output)
      if (options.json) printJson({ output: options.output, bytes })
      else note(`Saved ${options.output}.`)
    })
}

import { type Command, Option } from 'commander'
import type { CreateRestore, FileConflict, Selection } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { followRestore } from '../follow-restore.ts'
import { findOrganization } from '../organization-name.ts'
import { type DriveOptions, selectionOf } from './file-selection.ts'

interface RestoreOptions extends CommonOptions, DriveOptions {
  readonly organization?: string
  readonly into?: string
  readonly conflict?: FileConflict
}

export function registerFileRestore(file: Command): void {
  withCommonOptions(file.command('restore'))
    .description('put files back into their drive, with the folders they were in')
    .argument('[files...]', "ids of files, as 'bdrcloud file list' and 'file search' show them")
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--drive <drive>', 'instead of ids: all of this drive, or with --folder of one folder in it')
    .option('--folder <path>', "folder within the drive, e.g. 'Reports/2026'")
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--into <name>', 'a folder at the top of the drive (default: where they were)')
    .addOption(
      new Option('--conflict <choice>', 'where a file of the name is there').choices([
        'keepBoth',
        'skip',
        'replaceIfNewer',
        'replace',
      ]),
    )
    .action(async (files: string[], options: RestoreOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const selection: Selection = await selectionOf(client, id, files, options)
      const request: CreateRestore = {
        selection,
        folder: options.into === undefined ? { kind: 'original' } : { kind: 'named', name: options.into },
        ...(options.conflict === undefined ? {} : { conflict: options.conflict }),
      }
      await followRestore(client, id, request, { json: options.json, heading: 'FILE' })
    })
}

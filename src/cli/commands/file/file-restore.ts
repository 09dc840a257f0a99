import { type Command, Option } from 'commander'
import type {
  CreateRestore,
  FileConflict,
  RestoreItemView,
  RestoreView,
  Selection,
} from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable, progress } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { type DriveOptions, selectionOf } from './file-selection.ts'

interface RestoreOptions extends CommonOptions, DriveOptions {
  readonly organization?: string
  readonly into?: string
  readonly conflict?: FileConflict
}

const ended = new Set<RestoreView['state']>(['succeeded', 'partial', 'failed', 'cancelled'])

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
      let restore = await client.post<RestoreView>(`/organizations/${id}/restores`, request)
      while (!ended.has(restore.state)) {
        progress(`${restore.counts.restored + restore.counts.alreadyThere}/${restore.counts.total} restored`)
        await new Promise((resolve) => setTimeout(resolve, 500))
        restore = await client.get<RestoreView>(`/restores/${restore.id}`)
      }
      const items = await Array.fromAsync(client.list<RestoreItemView>(`/restores/${restore.id}/items`))
      if (options.json) printJson({ restore, items })
      else {
        progress(`Restore ${restore.state}.`, true)
        printTable(
          ['FILE', 'STATE', 'REASON'],
          items.map((one) => [one.subject, one.state, one.reason]),
        )
      }
      if (restore.state !== 'succeeded') process.exitCode = 1
    })
}

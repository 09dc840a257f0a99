import { type Command, Option } from 'commander'
import type { CreateRestore, FileConflict, Selection } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { followRestore } from '../follow-restore.ts'
import { findOrganization } from '../organization-name.ts'
import { findDrive } from './file-list.ts'
import { type DriveOptions, selectionOf } from './file-selection.ts'

interface RestoreOptions extends CommonOptions, DriveOptions {
  readonly organization?: string
  readonly into?: string
  readonly conflict?: FileConflict
  readonly toUser?: string
  readonly toDrive?: string
  readonly sharing?: boolean
  readonly fileVersion?: readonly string[]
}

export function registerFileRestore(file: Command): void {
  withCommonOptions(file.command('restore'))
    .description('put files back into their drive, with the folders they were in')
    .argument('[files...]', "ids of files, as 'bdrcloud file list' and 'file search' show them")
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--drive <drive>', 'instead of ids: all of this drive, or with --folder of one folder in it')
    .option('--folder <path>', "folder within the drive, e.g. 'Reports/2026'")
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--to-user <user>', "into another user's OneDrive: user principal name or object id")
    .option(
      '--to-drive <drive>',
      'into another drive, such as a document library: its id or part of its name',
    )
    .option(
      '--sharing',
      'share files and folders again as they were; nobody gets a mail, links get new addresses',
    )
    .option(
      '--file-version <versions...>',
      "of one file these older versions, as 'bdrcloud file versions' shows them: beside it, or with --conflict replace in its place",
    )
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
      if (options.toUser !== undefined && options.toDrive !== undefined)
        throw fail('CLI_BAD_INPUT', {
          what: 'Files go to one place at a time.',
          remedy: 'Give either --to-user or --to-drive.',
        })
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const selection: Selection = await selectionOf(client, id, files, options)
      const request: CreateRestore = {
        selection,
        folder: options.into === undefined ? { kind: 'original' } : { kind: 'named', name: options.into },
        ...(await targetOf(client, id, options)),
        ...(options.fileVersion === undefined ? {} : { versions: [...options.fileVersion] }),
        ...(options.sharing === undefined ? {} : { sharing: options.sharing }),
        ...(options.conflict === undefined ? {} : { conflict: options.conflict }),
      }
      await followRestore(client, id, request, { json: options.json, heading: 'FILE' })
    })
}

async function targetOf(
  client: ApiClient,
  organization: string,
  { toDrive, toUser }: RestoreOptions,
): Promise<Pick<CreateRestore, 'target'>> {
  if (toUser !== undefined) return { target: { user: toUser } }
  if (toDrive === undefined) return {}
  return { target: { drive: await findDrive(client, organization, toDrive) } }
}

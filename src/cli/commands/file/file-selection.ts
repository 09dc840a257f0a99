import type { Selection } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { fail } from '../../errors.ts'
import { findDrive, findFolder } from './file-list.ts'

export interface DriveOptions {
  readonly drive?: string
  readonly folder?: string
  readonly at?: string
}

/** What the ids of files, or `--drive` and `--folder`, name. @throws CLI_BAD_INPUT */
export async function selectionOf(
  client: ApiClient,
  organization: string,
  files: string[],
  options: DriveOptions,
): Promise<Selection> {
  if ((files.length === 0) === (options.drive === undefined))
    throw fail('CLI_BAD_INPUT', {
      what: 'Either ids of files or --drive says which files are meant.',
      remedy: "See them with 'bdrcloud file list'.",
    })
  if (options.drive === undefined) return { items: files }
  const drive = await findDrive(client, organization, options.drive)
  const folder = await findFolder(client, drive, options.folder ?? '', options.at)
  return {
    drive,
    ...(folder === undefined ? {} : { folders: [folder] }),
    ...(options.at === undefined ? {} : { at: Number(options.at) }),
  }
}

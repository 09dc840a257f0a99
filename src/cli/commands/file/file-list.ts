import type { Command } from 'commander'
import type { DriveView, FileView, FolderContentView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface ListOptions extends CommonOptions {
  readonly organization?: string
  readonly at?: string
}

export function registerFileList(file: Command): void {
  withCommonOptions(file.command('list'))
    .description('list OneDrives and document libraries, or what lies in a folder of one')
    .argument('[drive]', "address or id of a drive, as 'bdrcloud file list' shows them")
    .argument('[path]', "folder within it, e.g. 'Reports/2026' (default: the top)")
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (drive: string | undefined, path: string | undefined, options: ListOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      if (drive === undefined) {
        const drives = await Array.fromAsync(client.list<DriveView>(`/organizations/${id}/drives`))
        if (options.json) return printJson(drives)
        printTable(
          ['ADDRESS', 'NAME', 'KIND', 'FILES', 'LAST BACKUP', 'ID'],
          drives.map((one) => [
            one.userPrincipalName,
            one.displayName,
            one.kind === 'library' ? 'library' : 'OneDrive',
            String(one.items),
            one.lastBackupAt,
            one.id,
          ]),
        )
        return
      }
      const driveId = await findDrive(client, id, drive)
      const folder = await findFolder(client, driveId, path ?? '', options.at)
      const files = await Array.fromAsync(
        client.list<FileView>(`/drives/${driveId}/files`, { folder, at: options.at }),
      )
      if (options.json) return printJson(files)
      printFiles(files)
    })
}

export function printFiles(files: readonly FileView[], withFolder = false): void {
  printTable(
    ['NAME', 'SIZE', 'MODIFIED', 'BY', ...(withFolder ? ['DRIVE', 'FOLDER'] : []), 'ID'],
    files.map((one) => [
      one.kind === 'file' ? one.name : `${one.name}/`,
      one.size === null ? null : String(one.size),
      one.modifiedAt,
      one.modifiedBy,
      ...(withFolder ? [one.driveAddress, one.folderPath] : []),
      one.id,
    ]),
  )
}

/** Id of a drive by its id or address. @throws CLI_BAD_INPUT */
export async function findDrive(client: ApiClient, organization: string, drive: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(drive)) return drive
  const wanted = drive.toLowerCase()
  for await (const one of client.list<DriveView>(`/organizations/${organization}/drives`, {
    search: drive.slice(0, 200),
  }))
    if (one.userPrincipalName.toLowerCase() === wanted) return one.id
  throw fail('CLI_BAD_INPUT', {
    what: `There is no drive "${drive}" in these backups.`,
    remedy: "See the drives with 'bdrcloud file list'.",
  })
}

/** Id of a folder by its path from the top of the drive; undefined for the top itself. @throws CLI_BAD_INPUT */
export async function findFolder(
  client: ApiClient,
  drive: string,
  path: string,
  at: string | undefined,
): Promise<string | undefined> {
  let folder: string | undefined
  for (const name of path.split('/').filter(Boolean)) {
    folder = await childFolder(client, drive, folder, name, at)
    if (folder === undefined)
      throw fail('CLI_BAD_INPUT', {
        what: `There is no folder "${name}" in "${path}".`,
        remedy: "See what there is with 'bdrcloud file list <drive>'.",
      })
  }
  return folder
}

async function childFolder(
  client: ApiClient,
  drive: string,
  folder: string | undefined,
  name: string,
  at: string | undefined,
): Promise<string | undefined> {
  let cursor: string | undefined
  do {
    const page: FolderContentView = await client.get(`/drives/${drive}/files`, {
      folder,
      at,
      cursor,
      limit: 200,
    })
    const found = page.items.find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (found) return found.kind === 'file' ? undefined : found.id
    // Folders come first.
    if (page.items.at(-1)?.kind === 'file') return undefined
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}

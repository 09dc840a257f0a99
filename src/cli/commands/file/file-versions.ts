import type { Command } from 'commander'
import type { OlderVersionView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerFileVersions(file: Command): void {
  withCommonOptions(file.command('versions'))
    .description('list the older versions of a file that Microsoft kept and the backup took')
    .argument('<file>', "id of a file, as 'bdrcloud file list' and 'file search' show it")
    .action(async (id: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const versions = await Array.fromAsync(client.list<OlderVersionView>(`/files/${id}/versions`))
      if (options.json) return printJson(versions)
      printTable(
        ['VERSION', 'SIZE', 'MODIFIED', 'BY'],
        versions.map((one) => [one.version, String(one.size), one.modifiedAt, one.modifiedBy]),
      )
    })
}

import type { Command } from 'commander'
import type { StatusView } from '../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { printJson, printTable } from '../terminal.ts'

export function registerStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('what the server is doing')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const status = await client.get<StatusView>('/status')
      if (options.json) return printJson(status)
      printTable(
        ['', ''],
        [
          ['server', client.server],
          ['version', status.version],
          ['started', status.startedAt],
          ['vault', status.vault.location],
          [
            'free space',
            status.vault.freeBytes === null ? null : `${Math.round(status.vault.freeBytes / 1e9)} GB`,
          ],
          ['organizations', status.organizations],
          ['active runs', status.activeRuns],
          [
            'recovery kit',
            status.recoveryKitConfirmed ? 'confirmed' : 'NOT CONFIRMED: download it in the console',
          ],
        ],
      )
    })
}

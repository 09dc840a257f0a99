import type { Command } from 'commander'
import type { OwnSession } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'

export function registerAccountSessions(account: Command): void {
  withCommonOptions(account.command('sessions'))
    .description('where you are signed in')
    .option('--end <id>', 'end this session')
    .action(async (options: CommonOptions & { readonly end?: string }) => {
      const client = await signedInClient(options)
      if (options.end !== undefined) {
        await client.delete(`/sessions/${encodeURIComponent(options.end)}`)
        if (options.json) return printJson({ ended: options.end })
        return note('The session was ended.')
      }
      const sessions = await Array.fromAsync(client.list<OwnSession>('/sessions'))
      if (options.json) return printJson(sessions)
      printTable(
        ['WITH', 'SINCE', 'LAST USED', 'ENDS', '', 'ID'],
        sessions.map((one) => [
          one.kind === 'cookie' ? 'browser' : 'command line',
          one.createdAt,
          one.lastSeenAt,
          one.expiresAt,
          one.current ? 'this one' : '',
          one.id,
        ]),
      )
    })
}

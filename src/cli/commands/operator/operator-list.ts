import type { Command } from 'commander'
import type { OperatorDetail } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerOperatorList(operator: Command): void {
  withCommonOptions(operator.command('list'))
    .description('who works with the server, with which role')
    .option('--search <text>', 'only those whose user name or name contains this')
    .action(async (options: CommonOptions & { readonly search?: string }) => {
      const client = await signedInClient(options)
      const { search } = options
      const operators = await Array.fromAsync(client.list<OperatorDetail>('/operators', { search }))
      if (options.json) return printJson(operators)
      printTable(
        ['USER', 'NAME', 'ROLE', 'STATE', 'ORGANIZATIONS', 'LAST SIGN-IN', 'ID'],
        operators.map((one) => [
          one.userName,
          one.displayName,
          one.role,
          one.state,
          one.reach === null ? 'all' : one.reach.length,
          one.lastSignInAt ?? 'never',
          one.id,
        ]),
      )
    })
}

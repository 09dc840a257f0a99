import type { Command } from 'commander'
import type { ApiTokenView } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { printJson, printTable } from '../../../terminal.ts'

export function registerTokenList(token: Command): void {
  withCommonOptions(token.command('list'))
    .description('your tokens for scripts')
    .option('--all', 'those of all operators')
    .action(async (options: CommonOptions & { readonly all?: boolean }) => {
      const client = await signedInClient(options)
      const path = options.all ? '/api-tokens' : '/account/api-tokens'
      const tokens = await Array.fromAsync(client.list<ApiTokenView>(path))
      if (options.json) return printJson(tokens)
      printTable(
        ['NAME', 'OPERATOR', 'ROLE', 'ORGANIZATIONS', 'LAST USED', 'ENDS', 'ID'],
        tokens.map((one) => [
          one.name,
          one.operator.userName,
          one.role,
          one.organizationIds === null ? 'all' : one.organizationIds.length,
          one.lastUsedAt ?? 'never',
          one.expired ? `${one.expiresAt} (expired)` : one.expiresAt,
          one.id,
        ]),
      )
    })
}

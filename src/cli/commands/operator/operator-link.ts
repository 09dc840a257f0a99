import type { Command } from 'commander'
import type { OperatorLink } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { findOperator, printLink } from './operator-options.ts'

export function registerOperatorLink(operator: Command): void {
  withCommonOptions(operator.command('link'))
    .description('a new link for an operator whose invitation or password was lost; ends the link before')
    .argument('<user>', 'user name or id')
    .action(async (user: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOperator(client, user)
      printLink(await client.post<OperatorLink>(`/operators/${id}/link`), options)
    })
}

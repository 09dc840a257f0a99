import type { Command } from 'commander'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, plain, printJson } from '../../terminal.ts'
import { findOperator } from './operator-options.ts'

export function registerOperatorRemove(operator: Command): void {
  withCommonOptions(operator.command('remove'))
    .description('remove an operator and end their sessions')
    .argument('<user>', 'user name or id')
    .option('--yes', 'do not ask')
    .action(async (user: string, options: CommonOptions & { readonly yes?: boolean }) => {
      const client = await signedInClient(options)
      const found = await findOperator(client, user)
      const name = plain(found.displayName)
      await confirm(`Remove the operator ${name}?`, '--yes', options.yes)
      await client.delete(`/operators/${found.id}`)
      if (options.json) return printJson({ removed: found.id })
      note(`Removed ${name}.`)
    })
}

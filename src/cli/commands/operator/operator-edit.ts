import type { Command } from 'commander'
import type { ChangeOperator, OperatorDetail } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, plain, printJson } from '../../terminal.ts'
import { findOperator, type ReachOptions, reachOf, withReachOptions } from './operator-options.ts'

interface EditOptions extends CommonOptions, ReachOptions {
  readonly name?: string
  readonly disable?: boolean
  readonly enable?: boolean
}

export function registerOperatorEdit(operator: Command): void {
  withReachOptions(withCommonOptions(operator.command('edit')))
    .description('change the name, role or organizations of an operator, or disable and enable them')
    .argument('<user>', 'user name or id')
    .option('--name <text>', 'name to show')
    .option('--everything', 'all organizations')
    .option('--disable', 'sign them out everywhere and let them sign in no more')
    .option('--enable', 'let them sign in again')
    .action(async (user: string, options: EditOptions) => {
      const { name, role, disable, enable } = options
      if (disable && enable) {
        throw fail('CLI_BAD_INPUT', {
          what: '--disable and --enable contradict each other.',
          remedy: 'Give one of them.',
        })
      }
      const client = await signedInClient(options)
      const { id } = await findOperator(client, user)
      const reach = await reachOf(client, options)
      const change: ChangeOperator = {
        ...(name === undefined ? {} : { displayName: name }),
        ...(role === undefined ? {} : { role }),
        ...(reach === undefined ? {} : { reach }),
        ...(disable || enable ? { disabled: disable === true } : {}),
      }
      if (Object.keys(change).length === 0) {
        throw fail('CLI_BAD_INPUT', { what: 'There is nothing to change.', remedy: 'Say what, see --help.' })
      }
      const changed = await client.patch<OperatorDetail>(`/operators/${id}`, change)
      if (options.json) return printJson(changed)
      note(`${plain(changed.displayName)} is ${changed.role}, ${changed.state}.`)
    })
}

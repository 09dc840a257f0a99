import type { Command } from 'commander'
import type { InviteOperator, OperatorLink } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { choose } from '../../terminal.ts'
import { printLink, type ReachOptions, reachOf, roles, withReachOptions } from './operator-options.ts'

interface InviteOptions extends CommonOptions, ReachOptions {
  readonly name?: string
}

export function registerOperatorInvite(operator: Command): void {
  withReachOptions(withCommonOptions(operator.command('invite')))
    .description('let somebody work with the server: prints a link by which they choose a password')
    .argument('<user>', 'user name to sign in with')
    .option('--name <text>', 'name to show')
    .action(async (userName: string, options: InviteOptions) => {
      const client = await signedInClient(options)
      const role =
        options.role ??
        (await choose(
          'Role',
          '--role',
          roles.toReversed().map((one) => [one, one] as const),
        ))
      const reach = await reachOf(client, options)
      const body: InviteOperator = {
        userName,
        role,
        ...(options.name === undefined ? {} : { displayName: options.name }),
        ...(reach === undefined ? {} : { reach }),
      }
      printLink(await client.post<OperatorLink>('/operators', body), options)
    })
}

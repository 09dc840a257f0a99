import type { Command } from 'commander'
import type { OperatorDetail } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, plain, printJson } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'
import { findOperator } from './operator-options.ts'

interface RemoveOptions extends CommonOptions, ProofOptions {
  readonly yes?: boolean
}

export function registerOperatorRemoveSecondFactors(operator: Command): void {
  const command = withCommonOptions(operator.command('remove-second-factors'))
    .description('take off the second factors of an operator who has lost them, and end their sessions')
    .argument('<user>', 'user name or id')
    .option('--yes', 'do not ask')
  withProof(command).action(async (user: string, options: RemoveOptions) => {
    const client = await signedInClient(options)
    const found = await findOperator(client, user)
    const name = plain(found.displayName)
    await confirm(`Take off the second factors of ${name}?`, '--yes', options.yes)
    const proof = await operatorProof(client, options)
    const left = await client.post<OperatorDetail>(`/operators/${found.id}/second-factors/removal`, { proof })
    if (options.json) return printJson(left)
    note(`${name} signs in with the password alone now.`)
  })
}

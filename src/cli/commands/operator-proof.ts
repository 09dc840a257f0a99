/** Proof that it is the operator who asks, for dangerous actions: password, code, or both, as the server says. */
import type { Command } from 'commander'
import type { OperatorProof, SessionView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { askCode } from './operator-credentials.ts'
import { type OperatorPasswordOptions, operatorPassword, withOperatorPassword } from './operator-password.ts'

export interface ProofOptions extends OperatorPasswordOptions {
  readonly codeFile?: string
}

export function withProof(command: Command): Command {
  return withOperatorPassword(command).option(
    '--code-file <path>',
    'file with a code of your authenticator app, where one is asked for',
  )
}

/** @throws CLI_NO_TERMINAL, CLI_BAD_INPUT */
export async function operatorProof(client: ApiClient, options: ProofOptions): Promise<OperatorProof> {
  const { proof: ways } = await client.get<SessionView>('/session')
  const proof: OperatorProof = {}
  if (ways.password) proof.password = await operatorPassword(options)
  if (ways.both || (ways.code && !ways.password)) proof.code = await askCode(options.codeFile)
  return proof
}

import type { Command } from 'commander'
import type { SingleSignOnTest } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { ProblemError } from '../../../problem-error.ts'
import { printJson, printTable } from '../../../terminal.ts'

export function registerSingleSignOnTest(singleSignOn: Command): void {
  withCommonOptions(singleSignOn.command('test'))
    .description(
      'ask the provider what it says of itself; exit code 1 or 2 when it does not answer as it should',
    )
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const { problem, found } = await client.post<SingleSignOnTest>('/settings/single-sign-on/test')
      if (problem) throw new ProblemError(problem)
      if (options.json || !found) return printJson(found)
      printTable(
        ['WHAT', 'FOUND'],
        [
          ['Issuer', found.issuer],
          ['Sign-in', found.authorizationEndpoint],
          ['Tokens', found.tokenEndpoint],
          ['Signing keys', found.signingKeys],
          ['Algorithms', found.algorithms.join(', ')],
        ],
      )
    })
}

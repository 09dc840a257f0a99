import type { Command } from 'commander'
import type { SignInCloudView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { ProblemError } from '../../problem-error.ts'
import { note, printJson } from '../../terminal.ts'

export function registerSignInTest(signIn: Command): void {
  withCommonOptions(signIn.command('test'))
    .description('try the credential of your sign-in application; exit code 1 when it does not work')
    .option('--cloud <cloud>', 'cloud of the application', 'global')
    .action(async (options: CommonOptions & { readonly cloud: string }) => {
      const client = await signedInClient(options)
      const path = `/settings/sign-in/clouds/${encodeURIComponent(options.cloud)}/test`
      const view = await client.post<SignInCloudView>(path)
      const problem = view.client?.test?.problem
      if (problem) throw new ProblemError(problem)
      if (options.json) return printJson(view)
      note('It works.')
    })
}

import { type Command, Option } from 'commander'
import type { CreateApiToken, NewApiToken } from '../../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../../command.ts'
import { fail } from '../../../errors.ts'
import { note, printJson } from '../../../terminal.ts'
import { type ReachOptions, reachOf, roles } from '../../operator/operator-options.ts'
import { operatorProof, type ProofOptions, withProof } from '../../operator-proof.ts'

interface CreateOptions extends CommonOptions, ProofOptions, ReachOptions {
  readonly days: string
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]

export function registerTokenCreate(token: Command): void {
  const command = withCommonOptions(token.command('create'))
    .description('make a token for a script: prints it, this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--role <role>', 'what it may do, within what you may do')
        .choices(roles)
        .makeOptionMandatory(),
    )
    .option('--organization <name>', 'only this organization; may be given several times', collect)
    .option('--days <number>', 'how long it works, 1 to 365', '90')
  withProof(command).action(async (name: string, options: CreateOptions) => {
    const { role, days } = options
    if (!/^\d{1,3}$/.test(days) || role === undefined) {
      throw fail('CLI_BAD_INPUT', {
        what: `"${days}" is no number of days.`,
        remedy: 'Give one from 1 to 365.',
      })
    }
    const client = await signedInClient(options)
    const reach = await reachOf(client, options)
    const body: CreateApiToken = {
      name,
      role,
      organizationIds: reach?.map(({ organizationId }) => organizationId) ?? null,
      days: Number(days),
      proof: await operatorProof(client, options),
    }
    const made = await client.post<NewApiToken>('/account/api-tokens', body)
    if (options.json) return printJson(made)
    note(
      `It works until ${made.view.expiresAt}. Keep it in a file that only the script can read, and name that file in BDRCLOUD_TOKEN_FILE.`,
    )
    process.stdout.write(`${made.token}\n`)
  })
}

import type { Command } from 'commander'
import type { Role, SecondFactorSettings } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson } from '../../terminal.ts'
import { roles } from '../operator/operator-options.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'

interface SecondFactorOptions extends CommonOptions, ProofOptions {
  readonly require?: string
}

export function registerSecondFactorSettings(settings: Command): void {
  const command = withCommonOptions(settings.command('second-factor'))
    .description('which roles have to have a second factor')
    .option('--require <roles>', "roles with commas between them, 'all' or 'none'")
  withProof(command).action(async (options: SecondFactorOptions) => {
    const client = await signedInClient(options)
    const found =
      options.require === undefined
        ? await client.get<SecondFactorSettings>('/settings/second-factor')
        : await client.put<SecondFactorSettings>('/settings/second-factor', {
            requiredFor: rolesOf(options.require),
            proof: await operatorProof(client, options),
          })
    if (options.json) return printJson(found)
    note(`A second factor is required for: ${found.requiredFor.join(', ') || 'nobody'}.`)
  })
}

function rolesOf(text: string): Role[] {
  if (text === 'all') return [...roles]
  if (text === 'none') return []
  return text.split(',').map((name) => {
    const role = roles.find((one) => one === name.trim())
    if (role) return role
    throw fail('CLI_BAD_INPUT', {
      what: `"${name}" is no role.`,
      remedy: `Give one or several of ${roles.join(', ')}, or 'all', or 'none'.`,
    })
  })
}

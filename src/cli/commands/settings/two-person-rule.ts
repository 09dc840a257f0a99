import type { Command } from 'commander'
import type { TwoPersonRule } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { printJson, printTable } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'

interface RuleOptions extends CommonOptions, ProofOptions {
  readonly delayHours?: string
}

/** `settings two-person-rule [on|off] [--delay-hours N]`. */
export function registerTwoPersonRule(settings: Command): void {
  const command = withCommonOptions(settings.command('two-person-rule'))
    .description('whether a second owner has to agree to what destroys backups or opens them elsewhere')
    .argument('[on|off]', 'left out: shows it')
    .option('--delay-hours <number>', 'from the approval until it may be done, 0 to 336 (default: as it is)')
  withProof(command).action(async (wanted: string | undefined, options: RuleOptions) => {
    const client = await signedInClient(options)
    const path = '/settings/two-person-rule'
    let rule = await client.get<TwoPersonRule>(path)
    if (wanted !== undefined || options.delayHours !== undefined) {
      if (wanted !== undefined && wanted !== 'on' && wanted !== 'off') {
        throw fail('CLI_BAD_INPUT', { what: `"${wanted}" is neither on nor off.`, remedy: 'Say on or off.' })
      }
      const delayHours = options.delayHours === undefined ? rule.delayHours : Number(options.delayHours)
      if (!Number.isInteger(delayHours)) {
        throw fail('CLI_BAD_INPUT', {
          what: `"${options.delayHours}" is no number of hours.`,
          remedy: 'Give a whole number from 0 to 336.',
        })
      }
      const enabled = wanted === undefined ? rule.enabled : wanted === 'on'
      const proof = await operatorProof(client, options)
      rule = await client.put<TwoPersonRule>(path, { enabled, delayHours, proof })
    }
    if (options.json) return printJson(rule)
    printTable(
      ['', ''],
      [
        ['two-person rule', rule.enabled ? 'on' : 'off'],
        ['delay', `${rule.delayHours} hours`],
      ],
    )
  })
}

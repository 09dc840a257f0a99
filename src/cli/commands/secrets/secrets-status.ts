import type { Command } from 'commander'
import type { SecretsStatus } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'

export function registerSecretsStatus(secrets: Command): void {
  withCommonOptions(secrets.command('status'))
    .description('which key seals the secrets at rest, and how a rotation is getting on')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const status = await client.get<SecretsStatus>('/secrets')
      if (options.json) printJson(status)
      else printSecretsStatus(status)
    })
}

export function printSecretsStatus({ key, values, rotation }: SecretsStatus): void {
  printTable(
    ['', ''],
    [
      ['key', key.id],
      ['from', key.source],
      ['since', key.since],
      ['secrets', values],
      [
        'rotation',
        rotation ? `${rotation.valuesLeft} secrets still need the key of before` : 'none under way',
      ],
    ],
  )
}

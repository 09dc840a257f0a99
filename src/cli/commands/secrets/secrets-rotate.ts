/** The server makes the new key and brings over what is sealed, while it works; the command line asks for it and follows. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { SecretsStatus } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, printJson, progress } from '../../terminal.ts'
import { operatorProof, type ProofOptions, withProof } from '../operator-proof.ts'
import { printSecretsStatus } from './secrets-status.ts'

interface RotateOptions extends CommonOptions, ProofOptions {
  readonly yes?: boolean
  readonly wait: boolean
}

export function registerSecretsRotate(secrets: Command): void {
  const command = withCommonOptions(secrets.command('rotate'))
    .description('replace the key that the secrets at rest are sealed with')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait for the end; the server goes on by itself')
  withProof(command).action(async (options: RotateOptions) => {
    const client = await signedInClient(options)
    await confirm(
      'Copies of the key file, and the recovery kit, have to be renewed afterwards. Rotate the key?',
      '--yes',
      options.yes,
    )
    const proof = await operatorProof(client, options)
    let status = await client.post<SecretsStatus>('/secrets/rotation', { proof })
    while (options.wait && status.rotation) {
      progress(`${status.rotation.valuesLeft} secrets left; transactions of before are waited for …`)
      await sleep(1000)
      status = await client.get<SecretsStatus>('/secrets')
    }
    progress(status.rotation ? 'The rotation goes on in the server.' : 'Rotated.', true)
    if (options.json) return printJson(status)
    printSecretsStatus(status)
    note('Copy the key file to where you keep it, and save a new recovery kit (bdrcloud recovery-kit).')
  })
}

import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { RecoveryKit } from '../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { fail } from '../errors.ts'
import { note, printJson } from '../terminal.ts'

interface KitOptions extends CommonOptions {
  readonly output: string
  readonly confirm?: boolean
}

export function registerRecoveryKit(program: Command): void {
  withCommonOptions(program.command('recovery-kit'))
    .description('save what opens the backups without this server')
    .requiredOption('--output <path>', 'new file for the kit, readable by you only')
    .option('--confirm', 'confirm to the server that the kit has been put away')
    .action(async (options: KitOptions) => {
      const client = await signedInClient(options)
      const kit = await client.get<RecoveryKit>('/recovery-kit')
      try {
        await writeFile(options.output, kit.text, { mode: 0o600, flag: 'wx' })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw fail('CLI_BAD_INPUT', {
          what: `The recovery kit cannot be written to "${options.output}": ${reason}`,
          remedy: 'Name a file that does not exist yet, in a folder that you may write to.',
        })
      }
      if (options.confirm) await client.post('/recovery-kit/confirm')
      if (options.json) printJson({ output: options.output, confirmed: options.confirm === true })
      else note(`Saved to ${options.output}. Keep it apart from the server.`)
    })
}

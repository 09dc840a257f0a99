import type { Command } from 'commander'
import type { ChangePassword } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { readSecretFile } from '../../files.ts'
import { ask, note, printJson } from '../../terminal.ts'
import { newPassword } from '../new-password.ts'

interface PasswordOptions extends CommonOptions {
  readonly oldPasswordFile?: string
  readonly passwordFile?: string
}

export function registerAccountPassword(account: Command): void {
  withCommonOptions(account.command('password'))
    .description('change your password; ends your other sessions')
    .option('--old-password-file <path>', 'file with the password as it is')
    .option(
      '--password-file <path>',
      'file with the new password, 12 characters or more (or BDRCLOUD_PASSWORD)',
    )
    .action(async (options: PasswordOptions) => {
      const client = await signedInClient(options)
      const { oldPasswordFile } = options
      const password =
        oldPasswordFile === undefined
          ? await ask('Password as it is', '--old-password-file', { hidden: true })
          : await readSecretFile(oldPasswordFile)
      const body: ChangePassword = {
        password,
        newPassword: await newPassword('New password', options.passwordFile),
      }
      await client.put('/session/password', body)
      if (options.json) return printJson({ changed: true })
      note('The password was changed; your other sessions have ended.')
    })
}

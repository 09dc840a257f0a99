import type { RecoveryKit } from '../contract/index.ts'
import type { Clock } from '../shared/index.ts'
import type { Settings } from './settings.ts'

/** What opens the backups without this server: where they are, their password, and commands of stock restic. */
export interface RecoveryKits {
  make(): RecoveryKit
  confirm(): Promise<void>
  confirmed(): Promise<boolean>
}

const confirmation = 'recovery-kit-confirmed-at'

export function createRecoveryKits(parts: {
  settings: Settings
  clock: Clock
  instanceName: string
  vaultLocation: string
  vaultPassword: string
}): RecoveryKits {
  const { settings, clock, instanceName, vaultLocation, vaultPassword } = parts
  return {
    make: () => {
      const createdAt = new Date(clock.now()).toISOString()
      const repository = shellWord(`${vaultLocation}/REPOSITORY`)
      const commands = [
        `ls ${shellWord(vaultLocation)}`,
        `restic -r ${repository} snapshots`,
        `restic -r ${repository} restore latest --target restored`,
      ]
      const text = [
        'BDRCloud Server: recovery kit',
        '',
        `Installation:    ${instanceName}`,
        `Made at:         ${createdAt}`,
        `Vault:           ${vaultLocation}`,
        `Vault password:  ${vaultPassword}`,
        '',
        'This opens every backup in the vault without the server. Keep it where the server is not, and as safe as the mails themselves.',
        '',
        'You need restic (https://restic.net) 0.14 or newer and the vault. Each folder in the vault is one repository; put its name in',
        'place of REPOSITORY, and type the vault password when restic asks for one:',
        '',
        ...commands.map((command) => `  ${command}`),
        '',
      ].join('\n')
      return { createdAt, instanceName, vaultLocation, vaultPassword, commands, text }
    },
    confirm: () => settings.write(confirmation, new Date(clock.now()).toISOString()),
    confirmed: async () => typeof (await settings.read(confirmation)) === 'string',
  }
}

function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

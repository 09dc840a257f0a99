import type { RecoveryKit } from '../contract/index.ts'
import type { Clock } from '../shared/index.ts'
import type { OuterKey } from './installation.ts'
import type { Settings } from './settings.ts'

/** What the kit says about the place of the backups. */
export interface VaultPlace {
  readonly location: string
  /** Environment variables of restic that hold what is secret about the place; the kit names them and nothing of their values. */
  readonly variables: readonly string[]
  /** For a shell, with REPOSITORY in place of a repository's name. */
  readonly commands: readonly string[]
}

/** What opens the backups without this server: where they are, their password, and commands of stock restic. */
export interface RecoveryKits {
  make(): Promise<RecoveryKit>
  confirm(): Promise<void>
  /** False also once another outer key is in use than the one that the kit names. */
  confirmed(): Promise<boolean>
}

const confirmation = 'recovery-kit-confirmed-at'

export function createRecoveryKits(parts: {
  settings: Settings
  clock: Clock
  instanceName: string
  vault: VaultPlace
  vaultPassword: string
  readonly outerKey: () => Promise<OuterKey>
}): RecoveryKits {
  const { settings, clock, instanceName, vault, vaultPassword, outerKey } = parts
  return {
    make: async () => {
      const key = await outerKey()
      const createdAt = new Date(clock.now()).toISOString()
      const { location: vaultLocation, variables } = vault
      const commands = [...vault.commands]
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
        ...(variables.length === 0
          ? []
          : [
              '',
              `The place of the vault has secrets of its own, which are not in this kit: ${variables.join(', ')}.`,
              'Keep them beside it.',
            ]),
        '',
        ...commands.map((command) => `  ${command}`),
        '',
        'The server itself, if it is ever put back from a backup of its database, needs the key of its secrets at rest with it:',
        `  key ${key.id}, from ${key.source}`,
        'It is not in this kit and opens no backup. When it is rotated, keep the new one and a new kit.',
        '',
      ].join('\n')
      return { createdAt, instanceName, vaultLocation, vaultPassword, commands, text }
    },
    confirm: () => settings.write(confirmation, new Date(clock.now()).toISOString()),
    confirmed: async () => {
      const at = await settings.read(confirmation)
      return typeof at === 'string' && Date.parse(at) >= (await outerKey()).since
    },
  }
}

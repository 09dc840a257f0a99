import { flagName } from './configuration.ts'
import { type SettingDefinition, settingDefinitions } from './settings.ts'

/** What `--help` prints. */
export function helpText(): string {
  const definitions: readonly SettingDefinition[] = settingDefinitions
  const entries = definitions.map(({ name, variable, placeholder, help, fallback, secret }) => {
    const flag = secret ? '(no flag: secret)' : `--${flagName(name)} ${placeholder}`.trimEnd()
    return `  ${flag.padEnd(30)} ${variable}\n      ${help} Default: ${fallback}.`
  })
  return [
    'BDRCloud Server: backs up Microsoft 365 organizations into restic repositories and restores them.',
    '',
    'usage: npm start -- [FLAG …]',
    '',
    'Settings, from flags, else environment, else file (the names of the file are the flags in camelCase):',
    '',
    ...entries,
    `  ${'--config FILE'.padEnd(30)} BDRCLOUD_CONFIG\n      JSON file with settings. Default: none.`,
    `  ${'--help, -h'.padEnd(30)}\n      Prints this.`,
    '',
  ].join('\n')
}

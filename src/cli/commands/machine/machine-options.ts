import type { Command } from 'commander'
import { type Configuration, readConfiguration } from '../../../config/index.ts'

export interface MachineOptions {
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
}

/** Adds the flags that every command on the server's machine has. */
export function withMachineOptions(command: Command): Command {
  return command
    .option('--config <file>', "the server's configuration file (or BDRCLOUD_CONFIG)")
    .option('--data <folder>', "the server's data folder (or BDRCLOUD_DATA)")
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nAll other settings are read from the environment and the file, as the server reads them.',
    )
}

/** The server's configuration as the server itself reads it. @throws CFG_FILE, CFG_INVALID, CFG_UNKNOWN */
export function configurationOf(options: MachineOptions): Configuration {
  const flags = [
    ...(options.config === undefined ? [] : ['--config', options.config]),
    ...(options.data === undefined ? [] : ['--data', options.data]),
  ]
  const configuration = readConfiguration(flags, process.env)
  if (configuration === 'help') throw new TypeError('no help was asked for')
  return configuration
}

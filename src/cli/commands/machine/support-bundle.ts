import { resolve } from 'node:path'
import type { Command } from 'commander'
import { writeSupportBundle } from '../../../main/support-bundle.ts'
import { note, printJson, progress } from '../../terminal.ts'
import { version } from '../../version.ts'
import { configurationOf, type MachineOptions, withMachineOptions } from './machine-options.ts'

interface Options extends MachineOptions {
  readonly log?: string
}

export function registerSupportBundle(program: Command): void {
  withMachineOptions(program.command('support-bundle'))
    .description(
      'a file for whoever helps: versions, findings, runs, end of the log; no secrets, names, addresses or subjects',
    )
    .argument('<file>', 'file that does not exist yet, e.g. support.json.gz')
    .option('--log <file>', 'where the log of the server (JSON lines) is kept, to add its end')
    .action(async (file: string, options: Options) => {
      const target = resolve(file)
      progress('collecting …')
      const bytes = await writeSupportBundle({
        configuration: configurationOf(options),
        version,
        file: target,
        logFile: options.log === undefined ? null : resolve(options.log),
      })
      progress('')
      if (options.json) printJson({ file: target, bytes })
      else note(`${target}: ${bytes} bytes. Look at it before you send it: zcat ${target} | less`)
    })
}

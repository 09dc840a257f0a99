import type { Command } from 'commander'
import { examineServer } from '../../../main/doctor.ts'
import { note, plain, printJson, progress } from '../../terminal.ts'
import { version } from '../../version.ts'
import { configurationOf, type MachineOptions, withMachineOptions } from './machine-options.ts'

const marks = { ok: 'ok     ', warning: 'WARNING', problem: 'PROBLEM' } as const

export function registerDoctor(program: Command): void {
  withMachineOptions(program.command('doctor'))
    .description(
      'what is wrong with the server: versions, disks, files, database, vault, the way to Microsoft; exit code 1 with problems',
    )
    .action(async (options: MachineOptions) => {
      progress('looking …')
      const findings = await examineServer(configurationOf(options), version)
      progress('')
      const problems = findings.filter(({ state }) => state === 'problem').length
      if (options.json) printJson({ healthy: problems === 0, findings })
      else {
        for (const { check, state, text, advice } of findings) {
          process.stdout.write(`${marks[state]}  ${plain(`${check}: ${text}`)}\n`)
          if (advice !== null) process.stdout.write(`         → ${plain(advice)}\n`)
        }
        note(problems === 0 ? 'No problem was found.' : `Problems: ${problems}.`)
      }
      if (problems > 0) process.exitCode = 1
    })
}

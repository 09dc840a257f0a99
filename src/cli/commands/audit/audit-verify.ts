import type { Command } from 'commander'
import type { AuditVerification } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson } from '../../terminal.ts'

const texts = {
  changed: 'is not as it was written, or not where it was',
  missing: 'is gone, or one was put in before it',
  end: 'and those after it were cut off',
} as const

export function registerAuditVerify(audit: Command): void {
  withCommonOptions(audit.command('verify'))
    .description('prove that no entry was changed, moved or removed; exits with 1 when one was')
    .action(async (options: CommonOptions) => {
      const client = await signedInClient(options)
      const found = await client.post<AuditVerification>('/audit-entries/verify')
      if (options.json) printJson(found)
      else if (found.problem === null) note(`${found.entries} entries, none changed, moved or removed.`)
      else
        note(`${found.entries} entries fit; number ${found.problem.sequence} ${texts[found.problem.kind]}.`)
      if (found.problem !== null) process.exitCode = 1
    })
}

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { signedInClient } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson } from '../../terminal.ts'
import { type AuditOptions, auditFilter, withAuditOptions } from './audit-options.ts'

export function registerAuditExport(audit: Command): void {
  withAuditOptions(audit.command('export'))
    .description('the audit trail as JSON lines, oldest first')
    .option('--output <file>', 'into this new file instead of standard output')
    .action(async (options: AuditOptions & { readonly output?: string }) => {
      const client = await signedInClient(options)
      const query = new URLSearchParams(Object.entries(await auditFilter(client, options)))
      const lines = await client.download(`/audit-entries/export?${query.toString()}`)
      const { output } = options
      if (output === undefined) return pipeline(lines, process.stdout, { end: false })
      const file = createWriteStream(output, { flags: 'wx', mode: 0o600 })
      await pipeline(lines, file).catch((error: unknown) => {
        // Never opened.
        if (!file.pending) throw error
        throw fail('CLI_BAD_INPUT', {
          what: `The file "${output}" cannot be made: ${error instanceof Error ? error.message : String(error)}`,
          remedy: 'Name a file that does not exist yet, in a folder that you may write to.',
        })
      })
      if (options.json) printJson({ file: output })
      else note(`Written to ${output}.`)
    })
}

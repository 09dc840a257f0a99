import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { type CoverageEntry, dataName } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

interface CoverageOptions extends CommonOptions {
  readonly reason?: string
  readonly kind?: string
  readonly search?: string
  readonly csv?: string
}

export function registerProtectionCoverage(protection: Command): void {
  withCommonOptions(protection.command('coverage'))
    .description('everything that is not protected, and why')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option(
      '--reason <reason>',
      'only for this: not-selected, excluded, new, no-license, no-rights, no-api, failing or pending',
    )
    .option('--kind <kind>', 'only these: user, site, group, team, service or items')
    .option('--search <words>', 'only those with this in name or address')
    .option('--csv <file>', 'into this new file, as CSV')
    .action(async (name: string | undefined, options: CoverageOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const { reason, kind, search, csv } = options
      const path = `/organizations/${id}/coverage`
      const query = { reason, kind, search }
      if (csv !== undefined) {
        const parameters = new URLSearchParams({ format: 'csv' })
        for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, value)
        const rows = await client.download(`${path}/export?${parameters.toString()}`)
        const file = createWriteStream(csv, { flags: 'wx', mode: 0o600 })
        await pipeline(rows, file).catch((error: unknown) => {
          // Never opened.
          if (!file.pending) throw error
          throw fail('CLI_BAD_INPUT', {
            what: `The file "${csv}" cannot be made: ${error instanceof Error ? error.message : String(error)}`,
            remedy: 'Name a file that does not exist yet, in a folder that you may write to.',
          })
        })
        if (options.json) printJson({ file: csv })
        else note(`Written to ${csv}.`)
        return
      }
      const entries: CoverageEntry[] = []
      for await (const entry of client.list<CoverageEntry>(path, query)) entries.push(entry)
      if (options.json) return printJson(entries)
      printTable(
        ['KIND', 'NAME', 'ADDRESS', 'DATA', 'REASON', 'DETAIL'],
        entries.map((one) => [
          one.kind,
          one.name,
          one.address,
          dataName(one.workload),
          one.reason,
          one.detail,
        ]),
      )
    })
}

import type { Command } from 'commander'
import type { OrganizationCheckView, OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { confirm, note, printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { printFindings } from './organization-tables.ts'

interface DriftOptions extends CommonOptions {
  readonly history?: boolean
  readonly limit: string
  readonly accept?: boolean
  readonly yes?: boolean
}

export function registerOrgDrift(org: Command): void {
  withCommonOptions(org.command('drift'))
    .description('what changed in the tenant since all was well, as the last check found it')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--history', 'the checks that were made, newest first')
    .option('--limit <number>', 'with --history: how many', '20')
    .option('--accept', 'what was added (permissions, credentials, owners) counts as normal from now on')
    .option('--yes', 'accept without asking')
    .action(async (name: string | undefined, options: DriftOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      const path = `/organizations/${organization.id}`
      if (options.history) {
        const checks = await newest(
          client.list<OrganizationCheckView>(`${path}/checks`),
          Number(options.limit),
        )
        return options.json ? printJson(checks) : printChecks(checks)
      }
      let { drift } = organization
      if (options.accept && drift.length > 0) {
        if (!options.json) printFindings(drift)
        await confirm('Count what was added as normal?', '--yes', options.yes)
        drift = (await client.post<OrganizationView>(`${path}/drift/accept`)).drift
      }
      if (options.json) printJson(drift)
      else if (drift.length === 0) note('Nothing has changed.')
      else printFindings(drift)
    })
}

async function newest<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const taken: T[] = []
  for await (const item of items) {
    if (taken.length >= limit) break
    taken.push(item)
  }
  return taken
}

function printChecks(checks: readonly OrganizationCheckView[]): void {
  printTable(
    ['CHECKED', 'BY', 'OUTCOME', 'FOUND'],
    checks.map((one) => [
      one.checkedAt,
      one.trigger,
      one.outcome,
      one.findings.map(({ title }) => title).join(' '),
    ]),
  )
}

/** What the commands about the audit trail filter by. */
import { type Command, Option } from 'commander'
import type { AuditFilter, OperatorDetail } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { findOperator } from '../operator/operator-options.ts'
import { findOrganization } from '../organization-name.ts'

export interface AuditOptions extends CommonOptions {
  readonly from?: string
  readonly to?: string
  readonly operator?: string
  readonly organization?: string
  readonly action?: string
  readonly outcome?: 'done' | 'refused' | 'failed'
}

export function withAuditOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--from <time>', 'from this day or time on, like 2026-11-01 or 2026-11-01T08:00:00Z')
    .option('--to <time>', 'until before this day or time')
    .option('--operator <user>', 'what this operator did: user name or id')
    .option('--organization <name>', 'what was done with this organization')
    .option('--action <name>', 'operation id of the API, like createRestore')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['done', 'refused', 'failed']))
}

/** @throws CLI_BAD_INPUT, CLI_NOT_FOUND */
export async function auditFilter(client: ApiClient, options: AuditOptions): Promise<AuditFilter> {
  const { from, to, operator, organization, action, outcome } = options
  const known: Partial<OperatorDetail> = operator === undefined ? {} : await findOperator(client, operator)
  return {
    ...(from === undefined ? {} : { from: timeOf(from, '--from') }),
    ...(to === undefined ? {} : { to: timeOf(to, '--to') }),
    ...(known.id === undefined ? {} : { operator: known.id }),
    ...(organization === undefined
      ? {}
      : { organization: (await findOrganization(client, organization)).id }),
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
  }
}

function timeOf(text: string, flag: string): string {
  const time = Date.parse(text)
  if (Number.isNaN(time)) {
    throw fail('CLI_BAD_INPUT', {
      what: `${flag}: "${text}" is no day or time.`,
      remedy: 'Give it like 2026-11-01 or 2026-11-01T08:00:00Z.',
    })
  }
  return new Date(time).toISOString()
}

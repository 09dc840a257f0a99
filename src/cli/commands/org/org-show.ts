import type { Command } from 'commander'
import type { OrganizationView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { printFindings, printHealth, printNotAvailable } from './organization-tables.ts'

export function registerOrgShow(org: Command): void {
  withCommonOptions(org.command('show'))
    .description('one organization: connection, credential, health, and what the last check found')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const client = await signedInClient(options)
      const organization = await findOrganization(client, name)
      if (options.json) return printJson(organization)
      printTable(['WHAT', 'VALUE'], facts(organization))
      printHealth(organization)
      printNotAvailable(organization)
      if (organization.drift.length > 0) printFindings(organization.drift)
    })
}

function facts(one: OrganizationView): [string, string | number | null][] {
  const { credential, lastRun, lastCheck } = one
  return [
    ['Name', one.name],
    ['Tenant ID', one.tenantId],
    ['Domain', one.defaultDomain],
    ['Cloud', one.cloudName],
    ['Method', one.method],
    ['Application ID', one.applicationId],
    ['Credential', credential.kind],
    ['Thumbprint', credential.thumbprint],
    ['Ends', credential.expiresAt],
    ['Days left', credential.daysLeft],
    ['Restore rights', one.restoreRights ? 'granted' : 'not granted'],
    ['Last check', lastCheck && `${lastCheck.checkedAt} (${lastCheck.trigger})`],
    ['Last backup', lastRun ? `${lastRun.state} ${lastRun.finishedAt ?? ''}` : 'never'],
    ['Mailboxes', one.mailboxes],
    ['Id', one.id],
  ]
}

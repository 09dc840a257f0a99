/** The directory that users, groups and sites are chosen from. */
import type { Command } from 'commander'
import type { DirectoryGroupView, DirectorySiteView, DirectoryUserView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { refreshIfNever } from './protection-set.ts'

interface ListOptions extends CommonOptions {
  readonly search?: string
  readonly refresh?: boolean
  readonly filter?: string
  readonly group?: string
}

export function registerProtectionDirectory(protection: Command): void {
  withListOptions(protection.command('users'))
    .description('users of the organization, with how each stands by the settings')
    .option('--filter <kind>', 'user, shared, resource or archival')
    .option('--group <id>', 'only the members of this group, as Microsoft says now')
    .action((name: string | undefined, options: ListOptions) =>
      list<DirectoryUserView>(
        name,
        options,
        options.group === undefined ? 'users' : `groups/${encodeURIComponent(options.group)}/users`,
        ['ADDRESS', 'NAME', 'KIND', 'ARCHIVE', 'STANDING', 'ID'],
        (user) => [
          user.userPrincipalName,
          user.displayName,
          user.isGuest ? 'guest' : user.kind,
          user.hasArchive ? 'yes' : 'no',
          user.standing,
          user.id,
        ],
      ),
    )
  withListOptions(protection.command('groups'))
    .description('groups of the organization')
    .action((name: string | undefined, options: ListOptions) =>
      list<DirectoryGroupView>(name, options, 'groups', ['NAME', 'KIND', 'MAIL', 'ID'], (group) => [
        group.displayName,
        group.hasTeam ? `${group.kind}, team` : group.kind,
        group.mail,
        group.id,
      ]),
    )
  withListOptions(protection.command('sites'))
    .description('SharePoint sites of the organization')
    .action((name: string | undefined, options: ListOptions) =>
      list<DirectorySiteView>(name, options, 'sites', ['NAME', 'ADDRESS', 'ID'], (site) => [
        site.name,
        site.webUrl,
        site.id,
      ]),
    )
}

function withListOptions(command: Command): Command {
  return withCommonOptions(command)
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--search <words>', 'only those with this in name or address')
    .option('--refresh', 'read the directory anew from Microsoft first')
}

async function list<T>(
  name: string | undefined,
  options: ListOptions,
  path: string,
  header: readonly string[],
  row: (one: T) => (string | null)[],
): Promise<void> {
  const client = await signedInClient(options)
  const { id } = await findOrganization(client, name)
  await prepare(client, id, options)
  const found: T[] = []
  const query = { search: options.search, filter: options.filter }
  for await (const one of client.list<T>(`/organizations/${id}/directory/${path}`, query)) found.push(one)
  if (options.json) printJson(found)
  else printTable(header, found.map(row))
}

async function prepare(client: ApiClient, organizationId: string, { refresh }: ListOptions): Promise<void> {
  if (refresh) await client.post(`/organizations/${organizationId}/directory/refresh`)
  else await refreshIfNever(client, organizationId)
}

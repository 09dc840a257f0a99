import type { Command } from 'commander'
import type {
  DirectoryGroupView,
  DirectorySiteView,
  DirectoryUserView,
  ProtectionView,
} from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { signedInClient, withCommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import { changesOf, type Finder, type SetOptions } from './protection-options.ts'

/** `protection set`: what is not given stays as it is. */
export function registerProtectionSet(protection: Command): void {
  withCommonOptions(protection.command('set'))
    .description('choose what is backed up and when; what is not given stays as it is')
    .argument('[organization]', 'name, domain, tenant id or id (default: the only one)')
    .option('--workloads <list>', 'workloads, separated by commas, within what is granted')
    .option('--all-users', 'all users')
    .option('--users <list>', 'only these users, by address or id, separated by commas')
    .option('--groups <list>', 'only the members of these groups, by name or id, separated by commas')
    .option('--all-sites', 'all SharePoint sites')
    .option('--sites <list>', 'only these sites, by address, name or id, separated by commas')
    .option('--include-new <on|off>', 'whether new users and sites are taken by themselves')
    .option('--accept-new', 'take the users and sites that are new now')
    .option('--exclude-users <list>', "leave these users out; '' for nobody")
    .option('--exclude-groups <list>', "leave the members of these groups out; '' for none")
    .option('--exclude-sites <list>', "leave these sites out; '' for none")
    .option('--exclude-folders <list>', "leave these folders out, with * and ?; '' for none")
    .option(
      '--exclude-patterns <list>',
      "leave files and mails with such names out, with * and ?; '' for none",
    )
    .option('--max-megabytes <number>', "leave out what is larger; 'none' for no limit")
    .option('--max-age-days <number>', "leave out what is older; 'none' for no limit")
    .option('--hidden-folders <on|off>', 'whether hidden folders of mailboxes are taken too')
    .option('--recoverable-items <on|off>', 'whether Recoverable Items of mailboxes are taken too')
    .option(
      '--file-versions <number>',
      'how many older versions of each file are taken, as far as Microsoft keeps them; 0 to 500',
    )
    .option('--times <list>', 'start at these times of day, like 01:30,13:30')
    .option('--every-minutes <number>', 'start so often, 15 to 10080')
    .option('--cron <expression>', 'start by a cron expression of five fields')
    .option('--by-hand', 'start nothing by itself')
    .option('--time-zone <name>', 'zone of all these times, like Europe/Berlin')
    .option('--blackout <list>', "start nothing from one time to another, like 08:00-18:00; 'none' for never")
    .action(async (name: string | undefined, options: SetOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, name)
      const path = `/organizations/${id}/protection`
      const changes = await changesOf(options, await client.get<ProtectionView>(path), finder(client, id))
      if (Object.keys(changes).length === 0)
        throw fail('CLI_BAD_INPUT', {
          what: 'Nothing was given to set.',
          remedy: "See 'bdrcloud protection set --help'.",
        })
      const saved = await client.put<ProtectionView>(path, changes)
      if (options.json) return printJson(saved)
      note(saved.nextRunAt === null ? 'Saved.' : `Saved. The next run starts at ${saved.nextRunAt}.`)
    })
}

/** Looks in the directory as the server read it last, or now where it never did. */
function finder(client: ApiClient, organizationId: string): Finder {
  const base = `/organizations/${organizationId}/directory`
  let ready: Promise<unknown> | undefined
  const all = async <T>(kind: string): Promise<T[]> => {
    ready ??= refreshIfNever(client, organizationId)
    await ready
    const found: T[] = []
    for await (const one of client.list<T>(`${base}/${kind}`)) found.push(one)
    return found
  }
  const search = async <T extends { readonly id: string }>(
    names: readonly string[],
    kind: string,
    noun: string,
    namesOf: (one: T) => readonly string[],
  ): Promise<string[]> => {
    if (names.length === 0) return []
    const there = await all<T>(kind)
    return names.map((name) => {
      const matches = there.filter((one) =>
        [one.id, ...namesOf(one)].some((other) => other.toLowerCase() === name.toLowerCase()),
      )
      if (matches.length === 1 && matches[0]) return matches[0].id
      throw fail('CLI_BAD_INPUT', {
        what:
          matches.length === 0
            ? `There is no ${noun} "${name}" in the directory as it was read last.`
            : `Several ${noun}s are called "${name}".`,
        remedy: `Look at 'bdrcloud protection ${kind}', with --refresh for the newest; name it by its id.`,
      })
    })
  }
  return {
    users: (names) =>
      search<DirectoryUserView>(names, 'users', 'user', ({ userPrincipalName }) => [userPrincipalName]),
    groups: (names) =>
      search<DirectoryGroupView>(names, 'groups', 'group', ({ displayName, mail }) => [
        displayName,
        ...(mail ? [mail] : []),
      ]),
    sites: (names) => search<DirectorySiteView>(names, 'sites', 'site', ({ name, webUrl }) => [name, webUrl]),
  }
}

export async function refreshIfNever(client: ApiClient, organizationId: string): Promise<void> {
  const { directory } = await client.get<ProtectionView>(`/organizations/${organizationId}/protection`)
  if (directory.refreshedAt === null) await client.post(`/organizations/${organizationId}/directory/refresh`)
}

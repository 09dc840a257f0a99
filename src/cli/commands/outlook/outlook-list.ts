import type { Command } from 'commander'
import type { FolderView, MailboxView, OutlookItemView, Page } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { note, printJson, printTable } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'
import type { OutlookKind } from './outlook-kinds.ts'
import { findFolder, findMailbox, type OutlookOptions } from './outlook-selection.ts'

interface ListOptions extends CommonOptions, OutlookOptions {
  readonly organization?: string
  readonly folders?: boolean
}

interface SearchOptions extends CommonOptions, OutlookOptions {
  readonly organization?: string
  readonly limit: string
}

export function registerOutlookList(parent: Command, kind: OutlookKind): void {
  const { command, nouns, folder, workload } = kind
  withCommonOptions(parent.command('list'))
    .description(`list users who have ${nouns}, or the ${nouns} of one`)
    .argument('[user]', `whose: user principal name, or id as 'bdrcloud ${command} list' shows it`)
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--folder <name>', `only this ${folder}: its name or path`)
    .option('--folders', `the ${folder}s instead of what is in them`)
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .action(async (user: string | undefined, options: ListOptions) => {
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      if (user === undefined) {
        const users = await Array.fromAsync(
          client.list<MailboxView>(`/organizations/${id}/mailboxes`, { workload }),
        )
        if (options.json) return printJson(users)
        printTable(
          ['USER', 'NAME', nouns.toUpperCase(), 'LAST BACKUP', 'ID'],
          users.map((one) => [
            one.userPrincipalName,
            one.displayName,
            String(one.items),
            one.lastBackupAt,
            one.id,
          ]),
        )
        return
      }
      const mailbox = await findMailbox(client, id, { workload, user, list: `${command} list` })
      if (options.folders) {
        const folders = await Array.fromAsync(
          client.list<FolderView>(`/mailboxes/${mailbox}/folders`, { at: options.at }),
        )
        if (options.json) return printJson(folders)
        printTable(
          [folder.toUpperCase(), nouns.toUpperCase(), 'ID'],
          folders.map((one) => [one.path, String(one.items), one.id]),
        )
        return
      }
      const items = await Array.fromAsync(
        client.list<OutlookItemView>(`/mailboxes/${mailbox}/outlook-items`, {
          folder: await findFolder(client, kind, mailbox, options),
          at: options.at,
        }),
      )
      if (options.json) return printJson(items)
      printItems(kind, items)
    })
}

export function registerOutlookSearch(parent: Command, kind: OutlookKind): void {
  withCommonOptions(parent.command('search'))
    .description(`find ${kind.nouns} by words`)
    .argument('<words...>', 'what to look for')
    .option('--organization <name>', 'name, domain, tenant id or id (default: the only one)')
    .option('--user <user>', 'only of this user: user principal name or id')
    .option('--at <run>', 'restore point: the number of a run (default: the newest)')
    .option('--limit <n>', 'how many', '50')
    .action(async (words: string[], options: SearchOptions) => {
      const { workload, command } = kind
      const client = await signedInClient(options)
      const { id } = await findOrganization(client, options.organization)
      const mailbox =
        options.user === undefined
          ? undefined
          : await findMailbox(client, id, { workload, user: options.user, list: `${command} list` })
      const page = await client.get<Page<OutlookItemView>>(`/organizations/${id}/outlook-search`, {
        query: words.join(' '),
        workload,
        mailbox,
        at: options.at,
        limit: Number(options.limit),
      })
      if (options.json) return printJson(page.items)
      printItems(kind, page.items, true)
      if (page.nextCursor !== null) note('There are more: narrow the words, or raise --limit.')
    })
}

function printItems({ columns, folder }: OutlookKind, items: readonly OutlookItemView[], withUser = false) {
  printTable(
    [...columns.map(([header]) => header), ...(withUser ? ['USER'] : []), folder.toUpperCase(), 'ID'],
    items.map((one) => [
      ...columns.map(([, cell]) => cell(one)),
      ...(withUser ? [one.userPrincipalName] : []),
      one.folderPath,
      one.id,
    ]),
  )
}

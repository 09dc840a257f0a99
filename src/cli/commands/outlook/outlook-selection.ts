import type { FolderView, MailboxView, ResourceWorkload, Selection } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { fail } from '../../errors.ts'
import type { OutlookKind } from './outlook-kinds.ts'

export interface OutlookOptions {
  readonly user?: string
  readonly folder?: string
  readonly at?: string
}

/** Id of what a user has of a workload, by address or id. @throws CLI_NOT_FOUND */
export async function findMailbox(
  client: ApiClient,
  organization: string,
  wanted: { readonly workload: ResourceWorkload; readonly user: string; readonly list: string },
): Promise<string> {
  const { workload, user, list } = wanted
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(user)) return user
  for await (const one of client.list<MailboxView>(`/organizations/${organization}/mailboxes`, {
    workload,
    search: user.slice(0, 200),
  }))
    if (one.userPrincipalName.toLowerCase() === user.toLowerCase()) return one.id
  throw fail('CLI_NOT_FOUND', { noun: workload === 'mail' ? 'mailbox' : 'user', name: user, list })
}

/** Id of a calendar, folder or list by its name, or by its path with ` / ` between. @throws CLI_NOT_FOUND */
export async function findFolder(
  client: ApiClient,
  kind: OutlookKind,
  mailbox: string,
  { folder, at }: OutlookOptions,
): Promise<string | undefined> {
  if (folder === undefined) return undefined
  const wanted = folder.toLowerCase()
  const folders = await Array.fromAsync(client.list<FolderView>(`/mailboxes/${mailbox}/folders`, { at }))
  const found =
    folders.find(({ path }) => path.toLowerCase() === wanted) ??
    folders.find(({ name }) => name.toLowerCase() === wanted)
  if (!found)
    throw fail('CLI_NOT_FOUND', { noun: kind.folder, name: folder, list: `${kind.command} list <user>` })
  return found.id
}

/** What the ids, or `--user` and `--folder`, name. @throws CLI_BAD_INPUT, CLI_NOT_FOUND */
export async function selectionOf(
  client: ApiClient,
  kind: OutlookKind,
  organization: string,
  items: string[],
  options: OutlookOptions,
): Promise<Selection> {
  const { user, at } = options
  if ((items.length === 0) === (user === undefined))
    throw fail('CLI_BAD_INPUT', {
      what: `Either ids of ${kind.nouns} or --user says which ${kind.nouns} are meant.`,
      remedy: `See them with 'bdrcloud ${kind.command} list'.`,
    })
  if (user === undefined) return { items }
  const list = `${kind.command} list`
  const mailbox = await findMailbox(client, organization, { workload: kind.workload, user, list })
  const folder = await findFolder(client, kind, mailbox, options)
  return {
    mailbox,
    ...(folder === undefined ? {} : { folder }),
    ...(at === undefined ? {} : { at: Number(at) }),
  }
}

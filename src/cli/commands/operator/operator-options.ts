/** What the commands about operators share: which one, which role, which organizations. */
import { type Command, Option } from 'commander'
import type {
  MailboxView,
  OperatorDetail,
  OperatorLink,
  OperatorReach,
  Role,
} from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import type { CommonOptions } from '../../command.ts'
import { fail } from '../../errors.ts'
import { note, plain, printJson } from '../../terminal.ts'
import { findOrganization } from '../organization-name.ts'

export const roles: readonly Role[] = [
  'owner',
  'administrator',
  'backup-operator',
  'restore-operator',
  'auditor',
]

export interface ReachOptions {
  readonly role?: Role
  readonly organization?: readonly string[]
  readonly mailbox?: readonly string[]
  readonly everything?: boolean
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]

export function withReachOptions(command: Command): Command {
  return command
    .addOption(new Option('--role <role>', 'what the operator may do').choices(roles))
    .option('--organization <name>', 'only this organization; may be given several times', collect)
    .option(
      '--mailbox <address>',
      'only this mailbox of the one organization given; for restore operators; may be given several times',
      collect,
    )
}

/** Undefined where nothing is said about it. @throws CLI_NOT_FOUND, CLI_BAD_INPUT */
export async function reachOf(client: ApiClient, options: ReachOptions): Promise<OperatorReach | undefined> {
  const { organization: names = [], mailbox: addresses = [], everything = false } = options
  if (everything && names.length > 0) {
    throw fail('CLI_BAD_INPUT', {
      what: '--everything and --organization contradict each other.',
      remedy: 'Give one of them.',
    })
  }
  if (addresses.length > 0 && names.length !== 1) {
    throw fail('CLI_BAD_INPUT', {
      what: '--mailbox needs exactly one --organization.',
      remedy: 'Name the organization that the mailboxes belong to.',
    })
  }
  if (everything) return null
  if (names.length === 0) return undefined
  const found = []
  for (const name of names) found.push(await findOrganization(client, name))
  const [only] = found
  const mailboxIds = only && addresses.length > 0 ? await mailboxesOf(client, only.id, addresses) : null
  return found.map(({ id }) => ({ organizationId: id, mailboxIds }))
}

async function mailboxesOf(
  client: ApiClient,
  organizationId: string,
  addresses: readonly string[],
): Promise<string[]> {
  const ids: string[] = []
  for (const address of addresses) {
    const wanted = address.toLowerCase()
    const path = `/organizations/${organizationId}/mailboxes`
    let id: string | undefined
    for await (const one of client.list<MailboxView>(path, { search: address })) {
      if (one.userPrincipalName.toLowerCase() === wanted) id = one.id
    }
    if (id === undefined) throw fail('CLI_NOT_FOUND', { noun: 'mailbox', name: address, list: 'mail search' })
    ids.push(id)
  }
  return ids
}

/** By user name or id. @throws CLI_NOT_FOUND */
export async function findOperator(client: ApiClient, name: string): Promise<OperatorDetail> {
  const wanted = name.normalize('NFKC').toLowerCase()
  for await (const one of client.list<OperatorDetail>('/operators')) {
    if (one.id === wanted || one.userName.normalize('NFKC').toLowerCase() === wanted) return one
  }
  throw fail('CLI_NOT_FOUND', { noun: 'operator', name, list: 'operator list' })
}

/** The link is the result: it goes to stdout, everything else to stderr. */
export function printLink(made: OperatorLink, { json }: CommonOptions): void {
  if (json) {
    printJson(made)
    return
  }
  const name = plain(made.operator.displayName)
  note(`Give this link to ${name}, and to nobody else. It works once, until ${made.expiresAt}.`)
  process.stdout.write(`${made.address}\n`)
}

import { type CorpusMail, loadCorpus } from '../content/index.ts'
import { GraphError } from '../graph/errors.ts'
import type { Tenant, User } from '../tenant/index.ts'
import type { Mailbox } from './mailbox.ts'
import { populateMailbox } from './populate.ts'

/**
 * All mailboxes of the tenant. One is filled when it is first asked for, so that a start costs nothing; what it
 * is filled with does not depend on when or in which order that happens.
 */
export type PostOffice = {
  /** The mailbox of a user named by id or user principal name. Throws Graph's 404s. */
  readonly open: (user: string) => Mailbox
  readonly all: () => readonly Mailbox[]
  readonly userOf: (name: string) => User | undefined
}

export const createPostOffice = (tenant: Tenant): PostOffice => {
  const owners = tenant.users.filter((user) => user.hasMailbox)
  const corpus = loadCorpus(tenant.options.corpus)
  const mailboxes = new Map<string, Mailbox>()
  const person = (user: User) => ({ name: user.displayName, address: user.mail ?? user.userPrincipalName })
  const colleagues = owners.slice(0, 200).map(person)

  // Decided once: users added later must not move a corpus mail to another mailbox.
  const shares = owners.map((_, index): readonly CorpusMail[] =>
    corpus.filter((_mail, number) => number % owners.length === index),
  )
  const last = owners.length - 1

  /** Neighbours have as many mails more and fewer, so that the mean is exactly what was asked for. */
  const countOf = (index: number): number => {
    const mean = tenant.options.mails
    const pair = Math.floor(index / 2)
    if (index % 2 === 0 && index >= last) return mean
    const difference = Math.floor(mean * 0.3 * tenant.random(`mail count ${pair}`)())
    return index % 2 === 0 ? mean + difference : mean - difference
  }

  const userOf = (name: string): User | undefined => {
    const lower = name.toLowerCase()
    return tenant.users.find((user) => user.id === lower || user.userPrincipalName.toLowerCase() === lower)
  }

  const mailboxOf = (user: User): Mailbox => {
    const present = mailboxes.get(user.id)
    if (present) return present
    if (!owners.includes(user)) owners.push(user)
    const index = owners.indexOf(user)
    const mailbox = populateMailbox({
      seed: tenant.options.seed,
      userId: user.id,
      index,
      owner: person(user),
      colleagues,
      corpus: shares[index] ?? [],
      count: countOf(index),
    })
    mailboxes.set(user.id, mailbox)
    return mailbox
  }

  return {
    userOf,
    all: () => tenant.users.filter((user) => user.hasMailbox).map(mailboxOf),
    open: (name) => {
      const user = userOf(name)
      if (user?.hasMailbox) return mailboxOf(user)
      if (user)
        throw new GraphError(
          404,
          'MailboxNotEnabledForRESTAPI',
          'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
        )
      if (/^[0-9a-f-]{36}$/i.test(name))
        throw new GraphError(404, 'ResourceNotFound', 'Resource could not be discovered.')
      throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`)
    },
  }
}

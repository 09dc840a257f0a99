import { type CorpusMail, type Person, planFolders, planState, seededRandom } from '../content/index.ts'
import {
  addFolder,
  addMessage,
  createMailbox,
  type Folder,
  type Mailbox,
  type MessageSource,
  noProperties,
  notFlagged,
} from './mailbox.ts'

/** Fills a mailbox: folders, its share of the corpus, then generated mails. */

export type MailboxSettings = {
  readonly seed: number
  readonly userId: string
  readonly index: number
  readonly owner: Person
  readonly colleagues: readonly Person[]
  readonly corpus: readonly CorpusMail[]
  /** Mails wanted altogether; the corpus share is placed even if it is more. */
  readonly count: number
}

const flagOf = (status: string, at: number) =>
  status === 'flagged'
    ? { flagStatus: status, startDateTime: dateTime(at), dueDateTime: dateTime(at + 7 * 86_400_000) }
    : status === 'complete'
      ? { flagStatus: status, completedDateTime: dateTime(at) }
      : notFlagged

const dateTime = (at: number) => ({
  dateTime: `${new Date(at).toISOString().slice(0, 19)}.0000000`,
  timeZone: 'UTC',
})

const corpusFolders: readonly [string, ...string[]] = [
  'inbox',
  'inbox',
  'inbox',
  'archive',
  'projects-2024',
  'customers',
  'junkemail',
]

export const populateMailbox = (settings: MailboxSettings): Mailbox => {
  const { index, corpus } = settings
  const folders = planFolders(index)
  const count = Math.max(0, settings.count - corpus.length)
  const mailbox = createMailbox(settings.userId, {
    seed: String(settings.seed),
    mailboxIndex: index,
    owner: settings.owner,
    colleagues: settings.colleagues,
    folders,
    count,
  })
  const byKey = new Map<string, Folder>([['msgfolderroot', mailbox.root]])
  byKey.set(
    'recoverableitemsroot',
    addFolder(mailbox, 'recoverableitemsroot', 'Recoverable Items', undefined, {
      wellKnownName: 'recoverableitemsroot',
      hidden: true,
    }),
  )
  for (const plan of folders)
    byKey.set(
      plan.key,
      addFolder(mailbox, plan.key, plan.name, byKey.get(plan.parent) ?? mailbox.root, {
        hidden: plan.hidden,
        ...(plan.wellKnown ? { wellKnownName: plan.key } : {}),
      }),
    )
  const place = (key: string): Folder => byKey.get(key) ?? mailbox.root
  for (const mail of corpus) {
    const random = seededRandom(`${settings.seed}/corpus/${mail.name}`)
    const receivedAt = Date.UTC(2020, 0, 1) + random.integer(0, 6 * 365 * 86_400) * 1000
    const source: MessageSource = { kind: 'bytes', read: mail.read, corpusName: mail.name }
    addMessage(mailbox, place(random.pick(corpusFolders)), `corpus/${mail.name}`, {
      source,
      receivedAt,
      createdAt: receivedAt,
      modifiedAt: receivedAt,
      isRead: random.chance(0.7),
      isDraft: false,
      importance: 'normal',
      flag: flagOf(random.chance(0.1) ? 'flagged' : 'notFlagged', receivedAt),
      categories: random.chance(0.1) ? ['Red category'] : [],
      properties: noProperties,
    })
  }
  for (let number = 0; number < count; number++) {
    const plan = planState(mailbox.scene, number)
    addMessage(mailbox, place(plan.folder), `generated/${number}`, {
      source: { kind: 'generated', index: number },
      receivedAt: plan.receivedAt,
      sentAt: plan.sentAt,
      createdAt: plan.receivedAt,
      modifiedAt: plan.receivedAt,
      isRead: plan.isRead,
      isDraft: plan.isDraft,
      importance: plan.importance,
      flag: flagOf(plan.flag, plan.receivedAt),
      categories: plan.categories,
      properties: noProperties,
    })
  }
  return mailbox
}

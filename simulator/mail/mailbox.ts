import type { MailboxScene, Person } from '../content/index.ts'
import type { Copies } from '../copies.ts'
import { folderId, immutableMessageId, ordinaryMessageId } from './identifiers.ts'

/**
 * The store of one mailbox. Every change gets the next number of one sequence; change tracking is nothing but
 * "what has a higher number than you have seen". An item that leaves a folder leaves a tombstone there.
 */

export type AttachmentContent = {
  /** Stable within its message. */
  readonly key: string
  readonly kind: 'file' | 'item' | 'reference'
  readonly name: string
  readonly contentType: string | null
  /** Bytes of the decoded content. */
  readonly size: number
  readonly isInline: boolean
  readonly contentId?: string
  readonly sourceUrl?: string
  readonly bytes: () => Buffer
}

/** A mail as Graph's JSON sees it, whatever it was made from. Times are milliseconds since 1970. */
export type MailContent = {
  readonly subject: string
  readonly from?: Person
  readonly sender?: Person
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly replyTo: readonly Person[]
  readonly sentAt?: number
  readonly messageId?: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
  readonly thread: string
  readonly body: { readonly contentType: 'text' | 'html'; readonly content: string }
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly attachments: readonly AttachmentContent[]
  readonly size: number
}

export type MessageSource =
  | { readonly kind: 'generated'; readonly index: number }
  | { readonly kind: 'bytes'; readonly read: () => Buffer; readonly corpusName?: string }
  | { readonly kind: 'composed'; readonly content: MailContent }

export type Flag = { readonly flagStatus: string; readonly [field: string]: unknown }

export type Message = {
  readonly id: string
  ordinaryId: string
  moves: number
  folder: Folder
  source: MessageSource
  receivedAt: number
  /** Submit time where it was set apart from the Date header. */
  sentAt?: number
  createdAt: number
  modifiedAt: number
  isRead: boolean
  isDraft: boolean
  importance: string
  flag: Flag
  categories: readonly string[]
  /** Extended properties set by clients, by normalized id. */
  properties: ReadonlyMap<string, string>
  changedAt: number
  arrivedAt: number
  /** Faults of this item switched on by control. */
  faults: ReadonlySet<string>
}

export type Tombstone = { readonly id: string; readonly ordinaryId: string; readonly sequence: number }

export type Folder = {
  readonly id: string
  name: string
  parent: Folder | undefined
  readonly wellKnownName?: string
  readonly hidden: boolean
  changedAt: number
  createdAt: number
  readonly messages: Map<string, Message>
  tombstones: Tombstone[]
  copies?: Copies<Message>
}

export type Mailbox = {
  readonly userId: string
  readonly scene: MailboxScene
  readonly root: Folder
  readonly folders: Map<string, Folder>
  readonly messages: Map<string, Message>
  readonly byOrdinaryId: Map<string, Message>
  folderTombstones: { readonly id: string; readonly sequence: number }[]
  sequence: number
  /** Delta tokens of an older generation have expired. */
  generation: number
  /** Counts what was created here, for new ids. */
  created: number
}

export const createMailbox = (userId: string, scene: MailboxScene): Mailbox => {
  const root = newFolder(userId, 'msgfolderroot', 'Top of Information Store', undefined, {
    wellKnownName: 'msgfolderroot',
  })
  return {
    userId,
    scene,
    root,
    folders: new Map([[root.id, root]]),
    messages: new Map(),
    byOrdinaryId: new Map(),
    folderTombstones: [],
    sequence: 1,
    generation: 1,
    created: 0,
  }
}

const newFolder = (
  userId: string,
  key: string,
  name: string,
  parent: Folder | undefined,
  traits: { wellKnownName?: string; hidden?: boolean },
): Folder => ({
  id: folderId(userId, key),
  name,
  parent,
  ...(traits.wellKnownName === undefined ? {} : { wellKnownName: traits.wellKnownName }),
  hidden: traits.hidden ?? false,
  changedAt: 0,
  createdAt: 0,
  messages: new Map(),
  tombstones: [],
})

export const next = (mailbox: Mailbox): number => {
  mailbox.sequence += 1
  return mailbox.sequence
}

export const addFolder = (
  mailbox: Mailbox,
  key: string,
  name: string,
  parent: Folder | undefined,
  traits: { wellKnownName?: string; hidden?: boolean } = {},
): Folder => {
  const folder = newFolder(mailbox.userId, key, name, parent, traits)
  folder.changedAt = next(mailbox)
  folder.createdAt = folder.changedAt
  mailbox.folders.set(folder.id, folder)
  return folder
}

/** Shared by all messages that have none: there may be a great many messages. */
export const noProperties: ReadonlyMap<string, string> = new Map()
export const notFlagged: Flag = { flagStatus: 'notFlagged' }
const noFaults: ReadonlySet<string> = new Set()

export type NewMessage = Omit<
  Message,
  'id' | 'ordinaryId' | 'moves' | 'changedAt' | 'arrivedAt' | 'faults' | 'folder'
>

export const addMessage = (mailbox: Mailbox, folder: Folder, key: string, fields: NewMessage): Message => {
  const id = immutableMessageId(mailbox.userId, key)
  const sequence = next(mailbox)
  const message: Message = {
    ...fields,
    id,
    ordinaryId: ordinaryMessageId(mailbox.userId, id, folder.id, 0),
    moves: 0,
    folder,
    changedAt: sequence,
    arrivedAt: sequence,
    faults: noFaults,
  }
  folder.messages.set(id, message)
  mailbox.messages.set(id, message)
  mailbox.byOrdinaryId.set(message.ordinaryId, message)
  return message
}

/** A folder has copies of one message. They begin anew when it is asked for more. */
export const copyMessage = (mailbox: Mailbox, message: Message, count: number): void => {
  message.folder.copies = { of: message, after: mailbox.sequence, count }
  mailbox.sequence += count
}

/** A key that no message or folder of this mailbox had before. */
export const freshKey = (mailbox: Mailbox): string => {
  mailbox.created += 1
  return `new-${mailbox.created}`
}

export const touchMessage = (mailbox: Mailbox, message: Message, now: number): void => {
  message.changedAt = next(mailbox)
  message.modifiedAt = now
}

const leave = (mailbox: Mailbox, message: Message): void => {
  message.folder.messages.delete(message.id)
  message.folder.tombstones.push({ id: message.id, ordinaryId: message.ordinaryId, sequence: next(mailbox) })
}

export const moveMessage = (mailbox: Mailbox, message: Message, folder: Folder, now: number): void => {
  if (message.folder === folder) return
  leave(mailbox, message)
  mailbox.byOrdinaryId.delete(message.ordinaryId)
  message.moves += 1
  message.folder = folder
  message.ordinaryId = ordinaryMessageId(mailbox.userId, message.id, folder.id, message.moves)
  mailbox.byOrdinaryId.set(message.ordinaryId, message)
  folder.messages.set(message.id, message)
  touchMessage(mailbox, message, now)
  message.arrivedAt = message.changedAt
}

/** Removes a message for good. */
export const removeMessage = (mailbox: Mailbox, message: Message): void => {
  leave(mailbox, message)
  mailbox.messages.delete(message.id)
  mailbox.byOrdinaryId.delete(message.ordinaryId)
}

export const childrenOf = (mailbox: Mailbox, folder: Folder): readonly Folder[] =>
  [...mailbox.folders.values()].filter((candidate) => candidate.parent === folder)

/** True if `folder` is `ancestor` or lies below it. */
export const isWithin = (folder: Folder, ancestor: Folder): boolean => {
  for (let at: Folder | undefined = folder; at !== undefined; at = at.parent) if (at === ancestor) return true
  return false
}

/** Removes a folder, its subfolders and all their messages for good. */
export const removeFolder = (mailbox: Mailbox, folder: Folder): void => {
  for (const child of childrenOf(mailbox, folder)) removeFolder(mailbox, child)
  for (const message of folder.messages.values()) removeMessage(mailbox, message)
  mailbox.folders.delete(folder.id)
  mailbox.folderTombstones.push({ id: folder.id, sequence: next(mailbox) })
}

export const wellKnownFolder = (mailbox: Mailbox, name: string): Folder | undefined => {
  for (const folder of mailbox.folders.values()) if (folder.wellKnownName === name) return folder
  return undefined
}

/** Names from below the root down to the folder. */
export const folderPath = (folder: Folder): readonly string[] =>
  folder.parent === undefined ? [] : [...folderPath(folder.parent), folder.name]

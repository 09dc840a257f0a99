import type { Person } from '../content/index.ts'
import { propertyKey, propertyValue } from './extended-properties.ts'
import { badQuery } from './failures.ts'
import { attachmentId, changeKey, conversationId, conversationIndex } from './identifiers.ts'
import type { Mailbox, MailContent, Message } from './mailbox.ts'
import { presentAttachment } from './present-attachment.ts'
import type { Expand } from './query.ts'

/** A message as Graph shows it. */

export type MessageView = {
  readonly select?: readonly string[]
  readonly expand: readonly Expand[]
  readonly immutableIds: boolean
  readonly textBody: boolean
  readonly basicOnly: boolean
}

const fields = [
  'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'receivedDateTime', 'sentDateTime',
  'hasAttachments', 'internetMessageId', 'subject', 'bodyPreview', 'importance', 'parentFolderId', 'conversationId',
  'conversationIndex', 'isDeliveryReceiptRequested', 'isReadReceiptRequested', 'isRead', 'isDraft', 'webLink',
  'inferenceClassification', 'body', 'sender', 'from', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo',
  'flag', 'uniqueBody', 'internetMessageHeaders',
] as const // biome-ignore format: a list

/** Given only when asked for by name. */
const bySelectOnly = ['uniqueBody', 'internetMessageHeaders']

const beyondBasic = ['body', 'bodyPreview', 'uniqueBody', 'internetMessageHeaders']

/** Throws 400 for a name that messages do not have. */
export const checkMessageSelect = (select: readonly string[] | undefined): void => {
  for (const name of select ?? [])
    if (!fields.some((field) => field === name))
      throw badQuery(`Could not find a property named '${name}' on type 'microsoft.graph.message'.`)
}

export const messageIdIn = (message: Message, immutableIds: boolean): string =>
  immutableIds ? message.id : message.ordinaryId

const dateTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
const recipient = (person: Person) => ({ emailAddress: { name: person.name, address: person.address } })

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' }

/** Readable text of an HTML body, as roughly as a preview needs it. */
const plainText = (html: string): string =>
  html
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<br\b[^>]*>|<\/p>|<\/div>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => entities[name] ?? ' ')

const textOf = (content: MailContent): string =>
  content.body.contentType === 'html'
    ? plainText(content.body.content.slice(0, 200_000))
    : content.body.content

export const presentMessage = async (
  mailbox: Mailbox,
  message: Message,
  content: MailContent,
  view: MessageView,
): Promise<Readonly<Record<string, unknown>>> => {
  const id = messageIdIn(message, view.immutableIds)
  const thread = content.thread === '' ? message.id : content.thread
  const makers: Readonly<Record<(typeof fields)[number], () => unknown>> = {
    id: () => id,
    createdDateTime: () => dateTime(message.createdAt),
    lastModifiedDateTime: () => dateTime(message.modifiedAt),
    changeKey: () => changeKey(message.id, message.changedAt),
    categories: () => message.categories,
    receivedDateTime: () => dateTime(message.receivedAt),
    sentDateTime: () => dateTime(message.sentAt ?? content.sentAt ?? message.receivedAt),
    hasAttachments: () => content.attachments.some((attachment) => !attachment.isInline),
    // Exchange gives one to every mail that arrives without.
    internetMessageId: () => content.messageId ?? `<${changeKey(message.id, 0)}@simulated.example>`,
    subject: () => content.subject,
    bodyPreview: () => textOf(content).replace(/\s+/g, ' ').trim().slice(0, 255).toWellFormed(),
    importance: () => message.importance,
    parentFolderId: () => message.folder.id,
    conversationId: () => conversationId(mailbox.userId, thread),
    conversationIndex: () => conversationIndex(thread, message.id),
    isDeliveryReceiptRequested: () => (message.isDraft ? false : null),
    isReadReceiptRequested: () => false,
    isRead: () => message.isRead,
    isDraft: () => message.isDraft,
    webLink: () =>
      `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(id)}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: () => 'focused',
    body: () => (view.textBody ? { contentType: 'text', content: textOf(content) } : content.body),
    sender: () =>
      (content.sender ?? content.from)
        ? recipient(content.sender ?? content.from ?? { name: '', address: '' })
        : undefined,
    from: () => (content.from ? recipient(content.from) : undefined),
    toRecipients: () => content.to.map(recipient),
    ccRecipients: () => content.cc.map(recipient),
    bccRecipients: () => content.bcc.map(recipient),
    replyTo: () => content.replyTo.map(recipient),
    flag: () => message.flag,
    uniqueBody: () => content.body,
    internetMessageHeaders: () => content.headers,
  }
  const wanted = fields.filter((name) =>
    view.basicOnly && beyondBasic.includes(name)
      ? false
      : view.select === undefined
        ? !bySelectOnly.includes(name)
        : name === 'id' || view.select.includes(name),
  )
  const shown: Record<string, unknown> = { '@odata.etag': `W/"${changeKey(message.id, message.changedAt)}"` }
  for (const name of wanted) {
    const value = makers[name]()
    if (value !== undefined) shown[name] = value
  }
  for (const part of view.basicOnly ? [] : view.expand) await expandInto(shown, part, message, content, id)
  return shown
}

const expandInto = async (
  shown: Record<string, unknown>,
  part: Expand,
  message: Message,
  content: MailContent,
  id: string,
): Promise<void> => {
  if (part.name === 'attachments') {
    const select = part.options['$select']?.split(',').map((name) => name.trim())
    shown['attachments'] = await Promise.all(
      content.attachments.map((attachment) =>
        presentAttachment(message, attachment, { messageId: id, ...(select ? { select } : {}) }),
      ),
    )
  } else if (part.name === 'singleValueExtendedProperties') {
    const asked = part.options['$filter']
    if (asked === undefined) throw badQuery('The $expand of singleValueExtendedProperties needs a $filter.')
    const properties = asked.split(/ or /i).flatMap((clause) => {
      const wanted = /^\(?\w*\/?id eq '((?:[^']|'')*)'\)?$/i.exec(clause.trim())?.[1]?.replaceAll("''", "'")
      if (wanted === undefined) throw badQuery(`Invalid filter clause: '${clause}'.`)
      const value = propertyValue(message, content, propertyKey(wanted))
      return value === undefined ? [] : [{ id: wanted, value }]
    })
    if (properties.length > 0) shown['singleValueExtendedProperties'] = properties
  } else if (part.name !== 'multiValueExtendedProperties' && part.name !== 'extensions')
    throw badQuery(`Could not find a property named '${part.name}' on type 'microsoft.graph.message'.`)
}

export const findAttachment = (content: MailContent, messageId: string, id: string) =>
  content.attachments.find((attachment) => attachmentId(messageId, attachment.key) === id)

import { GraphError } from '../graph/errors.ts'
import { composeMime } from './compose-mime.ts'
import { badBody } from './failures.ts'
import { folderOf, type House, isSealed, refuseRecoverable } from './house.ts'
import {
  addMessage,
  type Folder,
  freshKey,
  type MailContent,
  type Message,
  moveMessage,
  type NewMessage,
  noProperties,
  notFlagged,
  removeMessage,
  touchMessage,
  wellKnownFolder,
} from './mailbox.ts'
import {
  contentFieldNames,
  emptyContent,
  readAttachment,
  readContentFields,
  readObject,
  readProperties,
  readStateFields,
} from './message-input.ts'
import { readContent } from './read-content.ts'
import { present, viewOf } from './read-routes.ts'
import type { AddRoute, MailRequest } from './route.ts'

/** Creating, changing, moving, copying and deleting messages. */

const sizeOf = (content: MailContent): number =>
  1000 +
  Buffer.byteLength(content.body.content) +
  content.attachments.reduce((sum, part) => sum + part.size, 0)

const freshMessageId = (mail: MailRequest, key: string): string =>
  `<${key}.${mail.mailbox.userId.slice(0, 8)}.${mail.mailbox.sequence}@simulated.example>`

const born = (now: number, isDraft: boolean): Omit<NewMessage, 'source'> => ({
  receivedAt: now,
  createdAt: now,
  modifiedAt: now,
  isRead: true,
  isDraft,
  importance: 'normal',
  flag: notFlagged,
  categories: [],
  properties: noProperties,
})

const second = (at: number): number => Math.floor(at / 1000) * 1000

const createFromJson = async (house: House, mail: MailRequest, folder: Folder): Promise<Message> => {
  const { mailbox } = mail
  const json = readObject(mail.request.body)
  const now = second(house.tenant.clock.now())
  const properties = readProperties(json['singleValueExtendedProperties'])
  const state = readStateFields(json)
  const fields = readContentFields(json, emptyContent)
  const attachments = []
  if (json['attachments'] !== undefined) {
    if (!Array.isArray(json['attachments'])) throw badBody("The property 'attachments' must be a collection.")
    for (const [index, value] of json['attachments'].entries())
      attachments.push(await readAttachment(value, `given${index}`, (content) => composeMime(content, now)))
  }
  const key = freshKey(mailbox)
  const messageId = properties.messageId ?? fields.messageId ?? freshMessageId(mail, key)
  const references = properties.references?.split(/\s+/).filter((id) => id !== '') ?? []
  const content: MailContent = {
    ...fields,
    messageId,
    ...(properties.inReplyTo === undefined ? {} : { inReplyTo: properties.inReplyTo }),
    references,
    thread: references[0] ?? properties.inReplyTo ?? messageId,
    sentAt: properties.submitTime ?? now,
    attachments,
  }
  const flags = properties.messageFlags
  const isDraft = flags === undefined || (flags & 8) !== 0
  return addMessage(mailbox, folder, key, {
    ...born(now, isDraft),
    source: { kind: 'composed', content: { ...content, size: sizeOf(content) } },
    receivedAt: properties.deliveryTime ?? now,
    sentAt: properties.submitTime ?? now,
    importance: state.importance ?? 'normal',
    flag: state.flag ?? notFlagged,
    categories: state.categories ?? [],
    isRead: flags === undefined ? (state.isRead ?? true) : (flags & 1) !== 0,
    properties: properties.others,
  })
}

/** MIME from a client becomes a draft with today's dates, whatever it says. */
const createFromMime = (house: House, mail: MailRequest, folder: Folder): Message => {
  const text = typeof mail.request.body === 'string' ? mail.request.body.trim() : ''
  if (text === '' || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(text))
    throw new GraphError(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    )
  const bytes = Buffer.from(text, 'base64')
  const now = second(house.tenant.clock.now())
  return addMessage(mail.mailbox, folder, freshKey(mail.mailbox), {
    ...born(now, true),
    sentAt: now,
    source: { kind: 'bytes', read: () => bytes },
  })
}

const create = async (house: House, mail: MailRequest, folder: Folder): Promise<unknown> => {
  refuseRecoverable(mail.mailbox, folder)
  const type = mail.request.headers['content-type'] ?? ''
  const message = type.startsWith('text/plain')
    ? createFromMime(house, mail, folder)
    : await createFromJson(house, mail, folder)
  mail.reply.code(201)
  return await present(mail, message, viewOf(mail))
}

const update = async (house: House, mail: MailRequest): Promise<unknown> => {
  const { mailbox } = mail
  const message = mail.message()
  const json = readObject(mail.request.body)
  const state = readStateFields(json)
  const properties = readProperties(json['singleValueExtendedProperties'])
  const changesContent = contentFieldNames.some((name) => json[name] !== undefined)
  if (changesContent && isSealed(house, message, mail.request.caller.roles))
    throw new GraphError(
      403,
      'ErrorAccessDenied',
      'Access is denied. Sensitive properties of a message that is not a draft cannot be updated.',
    )
  if (properties.messageFlags !== undefined)
    throw new GraphError(
      400,
      'ErrorInvalidPropertySet',
      'Property set is not allowed: message flags are set when the message is created.',
    )
  if (changesContent) {
    const content = readContentFields(json, await readContent(mailbox, message))
    message.source = { kind: 'composed', content: { ...content, size: sizeOf(content) } }
  }
  Object.assign(message, state)
  if (properties.others.size > 0) message.properties = new Map([...message.properties, ...properties.others])
  touchMessage(mailbox, message, second(house.tenant.clock.now()))
  return await present(mail, message, viewOf(mail))
}

const destination = (mail: MailRequest): Folder => {
  const target = (mail.request.body as { destinationId?: unknown } | undefined)?.destinationId
  if (typeof target !== 'string') throw badBody("The property 'destinationId' is required.")
  return folderOf(mail.mailbox, target)
}

const move = async (house: House, mail: MailRequest): Promise<unknown> => {
  const message = mail.message()
  moveMessage(mail.mailbox, message, destination(mail), second(house.tenant.clock.now()))
  mail.reply.code(201)
  return await present(mail, message, viewOf(mail))
}

const copy = async (house: House, mail: MailRequest): Promise<unknown> => {
  const { mailbox } = mail
  const message = mail.message()
  const now = second(house.tenant.clock.now())
  const twin = addMessage(mailbox, destination(mail), freshKey(mailbox), {
    source: message.source.kind === 'bytes' ? { kind: 'bytes', read: message.source.read } : message.source,
    receivedAt: message.receivedAt,
    ...(message.sentAt === undefined ? {} : { sentAt: message.sentAt }),
    createdAt: now,
    modifiedAt: now,
    isRead: message.isRead,
    isDraft: message.isDraft,
    importance: message.importance,
    flag: message.flag,
    categories: message.categories,
    properties: message.properties,
  })
  mail.reply.code(201)
  return await present(mail, twin, viewOf(mail))
}

/** Deleting moves to Deleted Items; what lies there already, or is deleted permanently, is gone. */
const remove = (house: House, mail: MailRequest, forGood: boolean): void => {
  const message = mail.message()
  const bin = wellKnownFolder(mail.mailbox, 'deleteditems')
  if (forGood || bin === undefined || message.folder === bin) removeMessage(mail.mailbox, message)
  else moveMessage(mail.mailbox, message, bin, second(house.tenant.clock.now()))
  mail.reply.code(204).send()
}

export const addWriteRoutes = (add: AddRoute, house: House): void => {
  add('POST', '/messages', 'POST /users/{id}/messages', (mail) =>
    create(house, mail, folderOf(mail.mailbox, 'drafts')),
  )
  add('POST', '/mailFolders/:folder/messages', 'POST /users/{id}/mailFolders/{id}/messages', (mail) =>
    create(house, mail, mail.folder()),
  )
  for (const path of ['/messages/:message', '/mailFolders/:folder/messages/:message']) {
    add('PATCH', path, 'PATCH /users/{id}/messages/{id}', (mail) => update(house, mail))
    add('DELETE', path, 'DELETE /users/{id}/messages/{id}', (mail) => remove(house, mail, false))
    add('POST', `${path}/permanentDelete`, 'POST /users/{id}/messages/{id}/permanentDelete', (mail) =>
      remove(house, mail, true),
    )
    add('POST', `${path}/move`, 'POST /users/{id}/messages/{id}/move', (mail) => move(house, mail))
    add('POST', `${path}/copy`, 'POST /users/{id}/messages/{id}/copy', (mail) => copy(house, mail))
  }
}

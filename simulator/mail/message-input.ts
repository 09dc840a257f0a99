import type { Person } from '../content/index.ts'
import { GraphError } from '../graph/errors.ts'
import { propertyKey, tag } from './extended-properties.ts'
import { badBody, badProperty } from './failures.ts'
import type { AttachmentContent, Flag, MailContent } from './mailbox.ts'

/** Reads the JSON of a message that a client sends, as strictly as Graph does. */

type Json = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const known = new Set([
  '@odata.type', '@odata.etag', '@odata.context', 'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'receivedDateTime',
  'sentDateTime', 'hasAttachments', 'internetMessageId', 'internetMessageHeaders', 'subject', 'bodyPreview', 'importance', 'parentFolderId',
  'conversationId', 'conversationIndex', 'isDeliveryReceiptRequested', 'isReadReceiptRequested', 'isRead', 'isDraft', 'webLink',
  'inferenceClassification', 'body', 'uniqueBody', 'sender', 'from', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo', 'flag',
  'attachments', 'singleValueExtendedProperties', 'multiValueExtendedProperties', 'extensions',
]) // biome-ignore format: a list

/** Throws 400 for a body that is no object or has members that messages do not have. */
export const readObject = (body: unknown): Json => {
  if (!isRecord(body)) throw new GraphError(400, 'BadRequest', 'Empty Payload. JSON content expected.')
  for (const name of Object.keys(body))
    if (!known.has(name))
      throw badBody(
        `The property '${name}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
      )
  return body
}

const text = (value: unknown, name: string): string => {
  if (typeof value !== 'string')
    throw badBody(`Cannot convert the value of '${name}' to the expected type 'Edm.String'.`)
  return value
}

/** Text for a comparison or a message, whatever the client sent. */
const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

const flagged = (value: unknown, name: string): boolean => {
  if (typeof value !== 'boolean')
    throw badBody(`Cannot convert the value of '${name}' to the expected type 'Edm.Boolean'.`)
  return value
}

const list = (value: unknown, name: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw badBody(`The property '${name}' must be a collection.`)
  return value
}

const person = (value: unknown, name: string): Person => {
  const address = isRecord(value) ? value['emailAddress'] : undefined
  if (!isRecord(address)) throw badBody(`The property '${name}' needs an 'emailAddress'.`)
  const mail =
    address['address'] === undefined || address['address'] === null ? '' : text(address['address'], 'address')
  const shown =
    address['name'] === undefined || address['name'] === null ? mail : text(address['name'], 'name')
  return { name: shown, address: mail }
}

const people = (value: unknown, name: string): readonly Person[] =>
  list(value, name).map((one) => person(one, name))

export const readDate = (value: string): number => {
  const at = Date.parse(value)
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(value))
    throw badProperty(`Invalid date '${value}'.`)
  return Math.floor(at / 1000) * 1000
}

const readBody = (value: unknown): MailContent['body'] => {
  if (!isRecord(value)) throw badBody("The property 'body' must be an object.")
  const contentType = shown(value['contentType'] ?? 'text').toLowerCase()
  if (contentType !== 'text' && contentType !== 'html')
    throw badBody(`Requested value '${shown(value['contentType'])}' was not found in bodyType.`)
  return { contentType, content: text(value['content'] ?? '', 'content') }
}

const readHeaders = (value: unknown): MailContent['headers'] => {
  const headers = list(value, 'internetMessageHeaders').map((header) => {
    if (!isRecord(header)) throw badBody('A header needs name and value.')
    return { name: text(header['name'], 'name'), value: text(header['value'] ?? '', 'value') }
  })
  for (const { name } of headers)
    if (!/^x-/i.test(name))
      throw new GraphError(
        400,
        'InvalidInternetMessageHeader',
        `The internet message header name '${name}' should start with 'x-' or 'X-'.`,
      )
  if (headers.length > 5)
    throw new GraphError(
      400,
      'InvalidInternetMessageHeaderCollection',
      'The number of internet message headers exceeds the maximum of 5.',
    )
  return headers
}

/** Content fields of the JSON over those of `base`. */
export const readContentFields = (json: Json, base: MailContent): MailContent => {
  const has = (name: string) => json[name] !== undefined && json[name] !== null
  return {
    ...base,
    ...(has('subject') ? { subject: text(json['subject'], 'subject') } : {}),
    ...(has('from') ? { from: person(json['from'], 'from') } : {}),
    ...(has('sender') ? { sender: person(json['sender'], 'sender') } : {}),
    ...(has('toRecipients') ? { to: people(json['toRecipients'], 'toRecipients') } : {}),
    ...(has('ccRecipients') ? { cc: people(json['ccRecipients'], 'ccRecipients') } : {}),
    ...(has('bccRecipients') ? { bcc: people(json['bccRecipients'], 'bccRecipients') } : {}),
    ...(has('replyTo') ? { replyTo: people(json['replyTo'], 'replyTo') } : {}),
    ...(has('body') ? { body: readBody(json['body']) } : {}),
    ...(has('internetMessageId') ? { messageId: text(json['internetMessageId'], 'internetMessageId') } : {}),
    ...(has('internetMessageHeaders') ? { headers: readHeaders(json['internetMessageHeaders']) } : {}),
  }
}

export const contentFieldNames = [
  'subject', 'from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo', 'body', 'internetMessageId', 'internetMessageHeaders',
] // biome-ignore format: a list

export type StateFields = {
  readonly isRead?: boolean
  readonly importance?: string
  readonly flag?: Flag
  readonly categories?: readonly string[]
}

/** Fields that stay changeable for the life of a message. */
export const readStateFields = (json: Json): StateFields => {
  const { isRead, importance, flag, categories } = json
  if (importance !== undefined && !['low', 'normal', 'high'].includes(shown(importance).toLowerCase()))
    throw badBody(`Requested value '${shown(importance)}' was not found in importance.`)
  if (
    flag !== undefined &&
    (!isRecord(flag) || !['notFlagged', 'flagged', 'complete'].includes(shown(flag['flagStatus'])))
  )
    throw badBody('The flag needs a flagStatus of notFlagged, flagged or complete.')
  if (isRecord(flag) && flag['dueDateTime'] && !flag['startDateTime'])
    throw new GraphError(400, 'ErrorInvalidArgument', 'A flag with dueDateTime needs a startDateTime.')
  return {
    ...(isRead === undefined ? {} : { isRead: flagged(isRead, 'isRead') }),
    ...(importance === undefined ? {} : { importance: shown(importance).toLowerCase() }),
    ...(isRecord(flag) ? { flag: { ...flag, flagStatus: shown(flag['flagStatus']) } } : {}),
    ...(categories === undefined
      ? {}
      : { categories: list(categories, 'categories').map((name) => text(name, 'categories')) }),
  }
}

export type Properties = {
  /** Given when the message is to be born as sent or received mail. */
  readonly messageFlags?: number
  readonly deliveryTime?: number
  readonly submitTime?: number
  readonly messageId?: string
  readonly inReplyTo?: string
  readonly references?: string
  readonly others: ReadonlyMap<string, string>
}

const readOnly: ReadonlySet<string> = new Set([tag.size])

/** Extended properties by meaning. Throws 400 for malformed ids and values. */
export const readProperties = (value: unknown): Properties => {
  const all = new Map<string, string>()
  for (const property of value === undefined ? [] : list(value, 'singleValueExtendedProperties')) {
    if (!isRecord(property)) throw badBody('An extended property needs id and value.')
    const key = propertyKey(text(property['id'], 'id'))
    if (readOnly.has(key)) throw new GraphError(403, 'ErrorAccessDenied', 'The property is read-only.')
    all.set(key, text(property['value'], 'value'))
  }
  const take = (key: string): string | undefined => {
    const found = all.get(key)
    all.delete(key)
    return found
  }
  const flags = take(tag.messageFlags)
  if (flags !== undefined && !/^-?\d+$/.test(flags)) throw badProperty(`Invalid integer '${flags}'.`)
  const delivery = take(tag.deliveryTime)
  const submit = take(tag.submitTime)
  const messageId = take(tag.messageId)
  const inReplyTo = take(tag.inReplyTo)
  const references = take(tag.references)
  return {
    ...(flags === undefined ? {} : { messageFlags: Number(flags) }),
    ...(delivery === undefined ? {} : { deliveryTime: readDate(delivery) }),
    ...(submit === undefined ? {} : { submitTime: readDate(submit) }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references === undefined ? {} : { references }),
    others: all,
  }
}

const base64 = (value: unknown): Buffer => {
  const content = text(value, 'contentBytes')
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content))
    throw badBody("Cannot convert the value of 'contentBytes' to the expected type 'Edm.Binary'.")
  return Buffer.from(content, 'base64')
}

/** An attachment from JSON; `compose` turns the item of an item attachment into bytes. */
export const readAttachment = async (
  value: unknown,
  key: string,
  compose: (content: MailContent) => Promise<Buffer>,
): Promise<AttachmentContent> => {
  if (!isRecord(value)) throw badBody('An attachment must be an object.')
  const type = shown(value['@odata.type'] ?? '').replace(/^#?(?=microsoft)/, '')
  const name = text(value['name'] ?? '', 'name')
  if (name === '') throw new GraphError(400, 'ErrorInvalidProperty', 'Required property "name" is missing.')
  const common = { key, name, isInline: value['isInline'] === true }
  if (type === 'microsoft.graph.fileAttachment') {
    const bytes = base64(value['contentBytes'])
    return {
      ...common,
      kind: 'file',
      contentType:
        typeof value['contentType'] === 'string' ? value['contentType'] : 'application/octet-stream',
      size: bytes.length,
      ...(typeof value['contentId'] === 'string' ? { contentId: value['contentId'] } : {}),
      bytes: () => bytes,
    }
  }
  if (type === 'microsoft.graph.itemAttachment') {
    const bytes = await compose(readContentFields(readObject(value['item']), emptyContent))
    return { ...common, kind: 'item', contentType: 'message/rfc822', size: bytes.length, bytes: () => bytes }
  }
  if (type === 'microsoft.graph.referenceAttachment')
    return {
      ...common,
      kind: 'reference',
      contentType: null,
      size: 0,
      sourceUrl: text(value['sourceUrl'], 'sourceUrl'),
      bytes: () => Buffer.alloc(0),
    }
  throw badBody(`The type '${type}' of the attachment is not known.`)
}

export const emptyContent: MailContent = {
  subject: '',
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  references: [],
  thread: '',
  body: { contentType: 'text', content: '' },
  headers: [],
  attachments: [],
  size: 0,
}

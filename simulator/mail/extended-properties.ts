import { badProperty } from './failures.ts'
import type { MailContent, Message } from './mailbox.ts'

/** MAPI properties under the ids that Graph gives them, such as `Integer 0x0E07` or `String {guid} Name text`. */

export type ExtendedProperty = { readonly id: string; readonly value: string }

const types = 'Binary|Boolean|CLSID|Double|Float|Integer|Long|Short|String|SystemTime|Currency'
const tagged = new RegExp(`^(${types}) (0x[0-9a-f]{1,8})$`, 'i')
const named = new RegExp(`^(${types}) (\\{[0-9a-f-]{36}\\}) (?:(Name) (.+)|(Id) (0x[0-9a-f]+))$`, 'i')

/** One spelling of an id. Throws Graph's 400 for anything that is not one. */
export const propertyKey = (id: string): string => {
  const tag = tagged.exec(id)
  if (tag?.[2]) return `tag ${Number.parseInt(tag[2], 16).toString(16)}`
  const name = named.exec(id)
  if (name?.[2]) return `${name[2].toLowerCase()} ${name[4] ?? `id ${(name[6] ?? '').toLowerCase()}`}`
  throw badProperty(`PropertyId values must be valid: '${id}'.`)
}

export const tag = {
  messageFlags: propertyKey('Integer 0x0E07'),
  deliveryTime: propertyKey('SystemTime 0x0E06'),
  submitTime: propertyKey('SystemTime 0x0039'),
  size: propertyKey('Integer 0x0E08'),
  messageClass: propertyKey('String 0x001A'),
  messageId: propertyKey('String 0x1035'),
  inReplyTo: propertyKey('String 0x1042'),
  references: propertyKey('String 0x1039'),
  created: propertyKey('SystemTime 0x3007'),
  modified: propertyKey('SystemTime 0x3008'),
} as const

const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : `${new Date(at).toISOString().slice(0, 19)}Z`

/** The value of a property as Graph writes it, or undefined if the message does not have it. */
export const propertyValue = (message: Message, content: MailContent, key: string): string | undefined => {
  switch (key) {
    case tag.messageFlags:
      return String(
        (message.isRead ? 1 : 0) | (message.isDraft ? 8 : 0) | (content.attachments.length > 0 ? 0x10 : 0),
      )
    case tag.deliveryTime:
      return time(message.receivedAt)
    case tag.submitTime:
      return time(message.sentAt ?? content.sentAt ?? message.receivedAt)
    case tag.size:
      return String(content.size)
    case tag.messageClass:
      return 'IPM.Note'
    case tag.messageId:
      return content.messageId
    case tag.inReplyTo:
      return content.inReplyTo
    case tag.references:
      return content.references.length > 0 ? content.references.join(' ') : undefined
    case tag.created:
      return time(message.createdAt)
    case tag.modified:
      return time(message.modifiedAt)
    default:
      return message.properties.get(key)
  }
}

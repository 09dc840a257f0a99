import { type AddressObject, type EmailAddress, type ParsedMail, simpleParser } from 'mailparser'
import type { Person } from '../content/index.ts'
import type { AttachmentContent, MailContent } from './mailbox.ts'

/** Reads any bytes as a mail. Never fails: what cannot be understood becomes an empty mail with its text as body. */

const wellFormed = (text: string): string => text.toWellFormed().replaceAll('\u0000', '')

const peopleOf = (field: AddressObject | readonly AddressObject[] | undefined): readonly Person[] => {
  const objects: readonly AddressObject[] = field === undefined ? [] : 'value' in field ? [field] : field
  const flatten = (address: EmailAddress): readonly EmailAddress[] =>
    address.group === undefined ? [address] : address.group.flatMap(flatten)
  return objects
    .flatMap((object) => object.value)
    .flatMap(flatten)
    .filter((address) => (address.address ?? address.name) !== '')
    .map((address) => ({
      name: wellFormed(address.name || (address.address ?? '')),
      address: wellFormed(address.address ?? ''),
    }))
}

const headersOf = (parsed: ParsedMail): MailContent['headers'] =>
  parsed.headerLines.map(({ key, line }) => {
    const colon = line.indexOf(':')
    return {
      name: wellFormed(colon < 0 ? key : line.slice(0, colon).trim()),
      value: wellFormed((colon < 0 ? line : line.slice(colon + 1)).replace(/\r?\n[ \t]*/g, ' ').trim()),
    }
  })

/** Endings that Exchange gives to parts without a name. */
const endings: Readonly<Record<string, string>> = {
  'message/delivery-status': '.txt',
  'text/plain': '.txt',
  'text/html': '.htm',
  'text/calendar': '.ics',
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'application/pdf': '.pdf',
}

const unnamed = (contentType: string, index: number): string =>
  contentType === 'message/rfc822'
    ? 'Attached message.eml'
    : `ATT${String(index + 1).padStart(5, '0')}${endings[contentType] ?? '.bin'}`

const attachmentOf = (attachment: ParsedMail['attachments'][number], index: number): AttachmentContent => {
  const isMessage = attachment.contentType === 'message/rfc822'
  const name = attachment.filename || unnamed(attachment.contentType, index)
  return {
    key: `part${index}`,
    kind: isMessage ? 'item' : 'file',
    name: wellFormed(name),
    contentType: wellFormed(attachment.contentType || 'application/octet-stream'),
    size: attachment.content.length,
    isInline: attachment.related === true || attachment.contentDisposition === 'inline',
    ...(attachment.cid ? { contentId: wellFormed(attachment.cid) } : {}),
    bytes: () => attachment.content,
  }
}

const unreadable = (bytes: Buffer): MailContent => ({
  subject: '',
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  references: [],
  thread: '',
  body: { contentType: 'text', content: wellFormed(bytes.subarray(0, 100_000).toString('utf8')) },
  headers: [],
  attachments: [],
  size: bytes.length,
})

export const parseMime = async (bytes: Buffer): Promise<MailContent> => {
  try {
    const parsed = await simpleParser(bytes, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
      // Exchange keeps the report for programs apart from the text for people.
      keepDeliveryStatus: true,
    })
    const [from] = peopleOf(parsed.from)
    const sender = headerPerson(parsed, 'sender')
    const references = [parsed.references ?? []].flat().filter((id) => typeof id === 'string')
    const sentAt = sentTime(parsed)
    const html = typeof parsed.html === 'string' ? parsed.html : undefined
    return {
      subject: wellFormed(parsed.subject ?? ''),
      ...(from ? { from } : {}),
      ...(sender ? { sender } : {}),
      to: peopleOf(parsed.to),
      cc: peopleOf(parsed.cc),
      bcc: peopleOf(parsed.bcc),
      replyTo: peopleOf(parsed.replyTo),
      ...(sentAt === undefined || Number.isNaN(sentAt) || sentAt < -2e12 || sentAt > 1e13 ? {} : { sentAt }),
      ...(parsed.messageId ? { messageId: wellFormed(parsed.messageId) } : {}),
      ...(parsed.inReplyTo ? { inReplyTo: wellFormed(parsed.inReplyTo) } : {}),
      references,
      thread: references[0] ?? parsed.inReplyTo ?? parsed.messageId ?? '',
      body:
        html === undefined
          ? { contentType: 'text', content: wellFormed(parsed.text ?? '') }
          : { contentType: 'html', content: wellFormed(html) },
      headers: headersOf(parsed),
      attachments: parsed.attachments.map(attachmentOf),
      size: bytes.length,
    }
  } catch {
    return unreadable(bytes)
  }
}

/** The parser puts the present time in the place of a date it cannot read: such a mail has no date. */
const sentTime = (parsed: ParsedMail): number | undefined => {
  const at = parsed.date?.getTime()
  const line = parsed.headerLines.find((header) => header.key === 'date')?.line ?? ''
  const isReadable = !Number.isNaN(Date.parse(line.slice(line.indexOf(':') + 1).trim()))
  return at === undefined || (!isReadable && Math.abs(at - Date.now()) < 600_000) ? undefined : at
}

const headerPerson = (parsed: ParsedMail, name: string): Person | undefined => {
  const value: unknown = parsed.headers.get(name)
  if (typeof value !== 'object' || value === null || !('value' in value)) return undefined
  return peopleOf(value as AddressObject)[0]
}

/**
 * The create request of a restored mail. Everything that Exchange lets only a draft change must be in this one request:
 * message flags, delivery and submit time make it an ordinary received mail instead of a draft (Microsoft Graph,
 * "Create message" with single-value extended properties; from 2026-12-31 later changes of such mails are refused).
 */
import type { MailAttachment, ParsedMail } from '../view/parsed-mail.ts'

/** What is known of the mail from the time of its backup. */
export interface MailFacts {
  readonly subject: string
  readonly from: Person | null
  /** Where it differs from `from` (sent on behalf). */
  readonly sender: Person | null
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly replyTo: readonly Person[]
  readonly receivedAt: string | null
  readonly sentAt: string | null
  readonly isRead: boolean
  readonly isDraft: boolean
  readonly importance: string
  readonly categories: readonly string[]
  /** Graph's `flag`, whole: status and dates. */
  readonly flag: unknown
  readonly internetMessageId: string | null
}
export interface Person {
  readonly name: string
  readonly address: string
}

/** The property by which a restored mail is found again. */
export const markerProperty = 'String {6d2c2f0e-5b0f-4d5e-9a0d-3a5f3c1f7b52} Name BDRCloudRestoredItem'

/** Bytes of attachments that go into the create request itself: Graph takes 4 MB of JSON, and base64 adds a third. */
const inlineAttachmentBytes = 2_000_000

/** The request's body, and the attachments that do not fit in it. */
export function createMessageRequest(facts: MailFacts, mail: ParsedMail, marker: string) {
  const inline: MailAttachment[] = []
  const later: MailAttachment[] = []
  let room = inlineAttachmentBytes
  for (const attachment of mail.attachments) {
    if (attachment.bytes.length <= room) {
      room -= attachment.bytes.length
      inline.push(attachment)
    } else later.push(attachment)
  }
  const properties = [{ id: markerProperty, value: marker }]
  if (!facts.isDraft) {
    // 0x0E07 message flags: 1 = read, 0 = unread; either way no longer "unsent". 0x0E06 delivery, 0x0039 submit time.
    properties.push({ id: 'Integer 0x0E07', value: facts.isRead ? '1' : '0' })
    if (facts.receivedAt) properties.push({ id: 'SystemTime 0x0E06', value: seconds(facts.receivedAt) })
    if (facts.sentAt) properties.push({ id: 'SystemTime 0x0039', value: seconds(facts.sentAt) })
  }
  const body = {
    subject: facts.subject,
    body:
      mail.html !== null && mail.html.trim() !== ''
        ? { contentType: 'html', content: mail.html }
        : { contentType: 'text', content: mail.text ?? '' },
    ...(facts.from ? { from: recipient(facts.from) } : {}),
    ...(facts.sender ? { sender: recipient(facts.sender) } : {}),
    toRecipients: facts.to.map(recipient),
    ccRecipients: facts.cc.map(recipient),
    bccRecipients: facts.bcc.map(recipient),
    replyTo: facts.replyTo.map(recipient),
    importance: facts.importance,
    isRead: facts.isRead,
    categories: facts.categories,
    ...(facts.flag ? { flag: facts.flag } : {}),
    ...(facts.internetMessageId ? { internetMessageId: facts.internetMessageId } : {}),
    singleValueExtendedProperties: properties,
    ...(inline.length > 0 ? { attachments: inline.map(attachmentRequest) } : {}),
  }
  return { body, later }
}

/** One attachment as Graph takes it within JSON. */
export function attachmentRequest(attachment: MailAttachment) {
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name: attachment.name,
    contentType: attachment.contentType,
    isInline: attachment.inline,
    ...(attachment.contentId ? { contentId: attachment.contentId } : {}),
    contentBytes: attachment.bytes.toString('base64'),
  }
}

function recipient(person: Person) {
  return { emailAddress: { name: person.name || person.address, address: person.address } }
}

/** Exchange keeps whole seconds here. */
function seconds(time: string): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

/**
 * The create request of a restored mail. Everything that Exchange lets only a draft change must be in this one request:
 * message flags, delivery and submit time make it an ordinary received mail instead of a draft (Microsoft Graph,
 * "Create message" with single-value extended properties; from 2026-12-31 later changes of such mails are refused).
 */
import { heldContent, wholeOf } from '../../content/content.ts'
import { type OpenedAttachment, type OpenedMail, textFile } from '../view/open-mail.ts'

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

/** Bytes of the create request: Graph takes 4 MB of JSON, and people and properties need some of it. */
const largestRequest = 3_500_000
/** Attachments beyond it are added one by one. */
const inlineAttachmentBytes = 2_000_000

/** The request's body with the attachments within it, and those that do not fit. */
export async function createMessageRequest(facts: MailFacts, mail: OpenedMail, marker: string) {
  const inline: OpenedAttachment[] = []
  const later: OpenedAttachment[] = []
  const { content, attachments } = fittingBody(mail)
  const left = largestRequest - Buffer.byteLength(JSON.stringify(content))
  let room = Math.min(inlineAttachmentBytes, (left / 4) * 3)
  for (const attachment of attachments) {
    if (attachment.content.size <= room) {
      room -= attachment.content.size
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
    body: content,
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
    ...(inline.length > 0 ? { attachments: await Promise.all(inline.map(attachmentRequest)) } : {}),
  }
  return { body, inline, later }
}

/** The body as Graph takes it. One that is larger than a request becomes an attachment: nothing else takes it. */
function fittingBody(mail: OpenedMail) {
  const isHtml = mail.html !== null && mail.html.trim() !== ''
  const text = (isHtml ? mail.html : mail.text) ?? ''
  if (mail.longText === null && Buffer.byteLength(JSON.stringify(text)) <= largestRequest)
    return {
      content: { contentType: isHtml ? 'html' : 'text', content: text },
      attachments: mail.attachments,
    }
  const body = mail.longText ?? { ...textFile(isHtml), content: heldContent(Buffer.from(text)) }
  return {
    content: {
      contentType: 'text',
      content: `The text of this mail is larger than Microsoft takes in a restore: see the attached ${body.name}.`,
    },
    attachments: [body, ...mail.attachments],
  }
}

/** One attachment as Graph takes it within JSON: whole, so it has to be small. */
export async function attachmentRequest(attachment: OpenedAttachment) {
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name: attachment.name,
    contentType: attachment.contentType,
    isInline: attachment.inline,
    ...(attachment.contentId ? { contentId: attachment.contentId } : {}),
    contentBytes: (await wholeOf(attachment.content)).toString('base64'),
  }
}

function recipient(person: Person) {
  return { emailAddress: { name: person.name || person.address, address: person.address } }
}

/** Exchange keeps whole seconds here. */
function seconds(time: string): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

import { type MailPlan, planMail, writeMime } from '../content/index.ts'
import { composeMime } from './compose-mime.ts'
import type { Mailbox, MailContent, Message } from './mailbox.ts'
import { parseMime } from './parse-mime.ts'

/** Content and bytes of a message from whatever it was made of. Parsed mails are kept for a while, small ones only. */

const kept = new WeakMap<
  Message,
  { readonly source: Message['source']; readonly content: Promise<MailContent> }
>()
const keptLimit = 400_000

const contentOfPlan = (plan: MailPlan): MailContent => ({
  subject: plan.subject,
  from: plan.from,
  sender: plan.from,
  to: plan.to,
  cc: plan.cc,
  bcc: plan.bcc,
  replyTo: plan.replyTo,
  sentAt: plan.sentAt,
  messageId: plan.messageId,
  ...(plan.inReplyTo === undefined ? {} : { inReplyTo: plan.inReplyTo }),
  references: plan.references,
  thread: plan.thread,
  body:
    plan.html === undefined
      ? { contentType: 'text', content: plan.text }
      : { contentType: 'html', content: plan.html },
  headers: [
    { name: 'Subject', value: plan.subject },
    { name: 'Message-ID', value: plan.messageId },
    ...(plan.inReplyTo === undefined ? [] : [{ name: 'In-Reply-To', value: plan.inReplyTo }]),
    ...(plan.references.length === 0 ? [] : [{ name: 'References', value: plan.references.join(' ') }]),
  ],
  attachments: plan.attachments.map((attachment, index) => ({
    key: `part${index}`,
    kind: attachment.contentType === 'message/rfc822' ? 'item' : 'file',
    name: attachment.name,
    contentType: attachment.contentType,
    size: attachment.size,
    isInline: attachment.isInline,
    ...(attachment.contentId === undefined ? {} : { contentId: attachment.contentId }),
    bytes: attachment.bytes,
  })),
  size:
    2000 +
    plan.text.length +
    (plan.html?.length ?? 0) +
    plan.attachments.reduce((sum, part) => sum + part.size, 0),
})

export const readContent = async (mailbox: Mailbox, message: Message): Promise<MailContent> => {
  const { source } = message
  if (source.kind === 'composed') return source.content
  if (source.kind === 'generated') return contentOfPlan(planMail(mailbox.scene, source.index))
  const present = kept.get(message)
  if (present?.source === source) return await present.content
  const bytes = source.read()
  const content = parseMime(bytes)
  if (bytes.length < keptLimit) kept.set(message, { source, content })
  return await content
}

/** The original bytes of a message: what `$value` gives when MIME is stable. */
export const readMime = async (mailbox: Mailbox, message: Message): Promise<Buffer> => {
  const { source } = message
  if (source.kind === 'bytes') return source.read()
  if (source.kind === 'generated') return writeMime(planMail(mailbox.scene, source.index))
  return await composeMime(source.content, message.sentAt ?? message.receivedAt)
}

import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { MailContent } from './mailbox.ts'

/** Writes the MIME of a message that was created from JSON. The same content gives the same bytes. */
export const composeMime = async (content: MailContent, fallbackDate: number): Promise<Buffer> => {
  const address = (person: { name: string; address: string }) => ({
    name: person.name,
    address: person.address,
  })
  const seed = createHash('sha256')
    .update(JSON.stringify([content.messageId, content.subject, content.sentAt]))
    .digest('hex')
  const files = content.attachments.filter((attachment) => attachment.kind !== 'reference')
  const composer = new MailComposer({
    ...(content.from ? { from: address(content.from) } : {}),
    ...(content.sender && content.sender.address !== content.from?.address
      ? { sender: address(content.sender) }
      : {}),
    to: content.to.map(address),
    cc: content.cc.map(address),
    bcc: content.bcc.map(address),
    replyTo: content.replyTo.map(address),
    subject: content.subject,
    ...(content.messageId === undefined ? {} : { messageId: content.messageId }),
    ...(content.inReplyTo === undefined ? {} : { inReplyTo: content.inReplyTo }),
    references: [...content.references],
    date: new Date(content.sentAt ?? fallbackDate),
    headers: content.headers.map((header) => ({ key: header.name, value: header.value })),
    ...(content.body.contentType === 'html'
      ? { html: content.body.content }
      : { text: content.body.content }),
    attachments: files.map((attachment) => ({
      filename: attachment.name,
      content: attachment.bytes(),
      contentType:
        attachment.kind === 'item'
          ? 'message/rfc822'
          : (attachment.contentType ?? 'application/octet-stream'),
      contentDisposition: attachment.isInline ? 'inline' : 'attachment',
      ...(attachment.contentId === undefined ? {} : { cid: attachment.contentId }),
    })),
    baseBoundary: seed.slice(0, 24),
    // Never format=flowed, whose soft line ends some readers keep.
    textEncoding: 'base64',
    newline: '\r\n',
  })
  const node = composer.compile()
  node.keepBcc = true
  return await node.build()
}

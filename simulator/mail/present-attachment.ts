import { badQuery } from './failures.ts'
import { attachmentId } from './identifiers.ts'
import type { AttachmentContent, Message } from './mailbox.ts'
import { parseMime } from './parse-mime.ts'
import type { Expand } from './query.ts'

/** Attachments as Graph shows them: files with content, items, and links into the cloud. */

const known = [
  'id', 'name', 'contentType', 'size', 'isInline', 'lastModifiedDateTime', 'contentId', 'contentBytes', 'contentLocation', 'sourceUrl', 'item',
  'microsoft.graph.fileAttachment/contentId', 'microsoft.graph.fileAttachment/contentBytes', 'microsoft.graph.fileAttachment/contentLocation',
] // biome-ignore format: a list

export type AttachmentView = {
  readonly messageId: string
  readonly select?: readonly string[]
  readonly expand?: readonly Expand[]
}

export const presentAttachment = async (
  message: Message,
  attachment: AttachmentContent,
  view: AttachmentView,
): Promise<Readonly<Record<string, unknown>>> => {
  const names = view.select?.map((name) => name.replace('microsoft.graph.fileAttachment/', ''))
  for (const name of view.select ?? [])
    if (!known.includes(name))
      throw badQuery(`Could not find a property named '${name}' on type 'microsoft.graph.attachment'.`)
  const wants = (name: string) => names === undefined || names.includes(name)
  const itemExpanded =
    view.expand?.some((part) => part.name === 'microsoft.graph.itemAttachment/item') ?? false
  const isFile = attachment.kind === 'file'
  return {
    '@odata.type': `#microsoft.graph.${attachment.kind}Attachment`,
    '@odata.mediaContentType': attachment.contentType,
    id: attachmentId(view.messageId, attachment.key),
    ...(wants('lastModifiedDateTime')
      ? { lastModifiedDateTime: `${new Date(message.modifiedAt).toISOString().slice(0, 19)}Z` }
      : {}),
    ...(wants('name') ? { name: attachment.name } : {}),
    ...(wants('contentType')
      ? { contentType: attachment.kind === 'item' ? null : attachment.contentType }
      : {}),
    ...(wants('size') ? { size: attachment.size } : {}),
    ...(wants('isInline') ? { isInline: attachment.isInline } : {}),
    ...(isFile && wants('contentId') ? { contentId: attachment.contentId ?? null } : {}),
    ...(isFile && wants('contentLocation') ? { contentLocation: null } : {}),
    ...(isFile && wants('contentBytes') ? { contentBytes: attachment.bytes().toString('base64') } : {}),
    ...(attachment.kind === 'reference' && wants('sourceUrl') ? { sourceUrl: attachment.sourceUrl } : {}),
    ...(attachment.kind === 'item' && itemExpanded ? { item: await presentItem(attachment.bytes()) } : {}),
  }
}

/** An attached mail as an item. */
export const presentItem = async (bytes: Buffer): Promise<Readonly<Record<string, unknown>>> => {
  const content = await parseMime(bytes)
  const recipient = (person: { name: string; address: string }) => ({ emailAddress: person })
  return {
    '@odata.type': '#microsoft.graph.message',
    id: '',
    subject: content.subject,
    body: content.body,
    ...(content.from ? { from: recipient(content.from) } : {}),
    toRecipients: content.to.map(recipient),
    ccRecipients: content.cc.map(recipient),
    ...(content.messageId ? { internetMessageId: content.messageId } : {}),
    ...(content.sentAt === undefined
      ? {}
      : { sentDateTime: `${new Date(content.sentAt).toISOString().slice(0, 19)}Z` }),
  }
}

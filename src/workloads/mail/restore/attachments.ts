import { type GraphClient, graphPath, preferImmutableIds } from '../../../microsoft/index.ts'
import { uploadPieces } from '../../outlook/restore/upload-pieces.ts'
import type { OpenedAttachment } from '../view/open-mail.ts'
import { fail } from './errors.ts'
import { attachmentRequest } from './message-json.ts'

/** Below it an attachment is posted whole, above it goes through an upload session. (Microsoft Graph, "attach large files") */
const sessionFrom = 3_000_000
const largestAttachment = 150_000_000

/** Adds an attachment to a message that is there. Errors: `WRK_ATTACHMENT_TOO_LARGE` and those of the Graph client. */
export async function addAttachment(
  graph: GraphClient,
  userId: string,
  messageId: string,
  attachment: OpenedAttachment,
  signal?: AbortSignal,
): Promise<void> {
  const common = { mailbox: userId, prefer: [preferImmutableIds], priority: 'high', signal } as const
  const { size } = attachment.content
  if (size > largestAttachment) throw fail('WRK_ATTACHMENT_TOO_LARGE', { name: attachment.name, size })
  if (size < sessionFrom) {
    await graph.request({
      ...common,
      method: 'POST',
      path: graphPath`/users/${userId}/messages/${messageId}/attachments`,
      body: await attachmentRequest(attachment),
    })
    return
  }
  const session = await graph.request<{ uploadUrl: string }>({
    ...common,
    method: 'POST',
    path: graphPath`/users/${userId}/messages/${messageId}/attachments/createUploadSession`,
    // A session that nobody fills expires.
    idempotent: true,
    body: {
      AttachmentItem: {
        attachmentType: 'file',
        name: attachment.name,
        size,
        isInline: attachment.inline,
        contentType: attachment.contentType,
        ...(attachment.contentId ? { contentId: attachment.contentId } : {}),
      },
    },
  })
  const { uploadUrl } = session.body
  await uploadPieces(graph, {
    address: uploadUrl,
    standing: uploadUrl,
    anonymous: true,
    mailbox: userId,
    content: attachment.content,
    signal,
  })
}

/** Those of a list that the message does not have yet, judged by their names; `before` were put there when it was made. */
export async function missingAttachments(
  graph: GraphClient,
  userId: string,
  messageId: string,
  wanted: { readonly before: readonly OpenedAttachment[]; readonly later: readonly OpenedAttachment[] },
  signal?: AbortSignal,
): Promise<OpenedAttachment[]> {
  const present: string[] = []
  const pages = graph.pages<{ name: string | null }>({
    path: graphPath`/users/${userId}/messages/${messageId}/attachments`,
    query: { $select: 'id,name' },
    prefer: [preferImmutableIds],
    mailbox: userId,
    priority: 'high',
    signal,
  })
  for await (const page of pages) present.push(...page.value.map((one) => one.name ?? ''))
  const missing = (name: string) => {
    const index = present.indexOf(name)
    if (index >= 0) present.splice(index, 1)
    return index < 0
  }
  for (const { name } of wanted.before) missing(name)
  return wanted.later.filter(({ name }) => missing(name))
}

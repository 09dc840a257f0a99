import { randomBytes } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import { composeMime } from './compose-mime.ts'
import { badBody, itemNotFound } from './failures.ts'
import { type House, isSealed } from './house.ts'
import { attachmentId } from './identifiers.ts'
import { type AttachmentContent, freshKey, type Mailbox, type Message, touchMessage } from './mailbox.ts'
import { isRecord, readAttachment } from './message-input.ts'
import { presentAttachment } from './present-attachment.ts'
import { findAttachment, messageIdIn } from './present-message.ts'
import { readContent } from './read-content.ts'
import type { AddRoute, MailRequest } from './route.ts'
import { openSession } from './upload-route.ts'

/** Attachments of a message: list, read, add up to 3 MB, open an upload session for larger ones. */

const smallLimit = 3 * 1024 * 1024
const largeLimit = 150 * 1024 * 1024

const list = async (mail: MailRequest): Promise<unknown> => {
  const message = mail.message()
  const content = await readContent(mail.mailbox, message)
  const view = {
    messageId: messageIdIn(message, mail.preferences.immutableIds),
    ...(mail.query.select ? { select: mail.query.select } : {}),
    expand: mail.query.expand,
  }
  const page = content.attachments.slice(mail.query.skip, mail.query.skip + (mail.query.top ?? 1000))
  return {
    '@odata.context': mail.context('attachments'),
    ...(mail.query.count ? { '@odata.count': content.attachments.length } : {}),
    value: await Promise.all(page.map((attachment) => presentAttachment(message, attachment, view))),
  }
}

const one = async (
  mail: MailRequest,
): Promise<{
  readonly message: Message
  readonly attachment: AttachmentContent
  readonly messageId: string
}> => {
  const message = mail.message()
  const messageId = messageIdIn(message, mail.preferences.immutableIds)
  const attachment = findAttachment(
    await readContent(mail.mailbox, message),
    messageId,
    mail.parameter('attachment'),
  )
  if (!attachment) throw itemNotFound()
  if (message.faults.has('attachments'))
    throw new GraphError(400, 'ErrorCannotOpenFileAttachment', 'The attachment could not be opened.')
  return { message, attachment, messageId }
}

/** Puts an attachment to a message, which from then on consists of its parts. */
export const attach = async (
  house: House,
  mailbox: Mailbox,
  message: Message,
  attachment: AttachmentContent,
): Promise<void> => {
  let source = message.source
  let content = await readContent(mailbox, message)
  // Another request may have added one while this one was reading.
  while (message.source !== source) {
    source = message.source
    content = await readContent(mailbox, message)
  }
  const attachments = [...content.attachments, attachment]
  message.source = {
    kind: 'composed',
    content: { ...content, attachments, size: content.size + attachment.size },
  }
  touchMessage(mailbox, message, house.tenant.clock.now())
}

const checkOpen = (house: House, mail: MailRequest, message: Message): void => {
  if (!house.behaviour.attachmentsOnSealed && isSealed(house, message, mail.request.caller.roles))
    throw new GraphError(
      403,
      'ErrorAccessDenied',
      'Access is denied. Attachments of a message that is not a draft cannot be changed.',
    )
}

const add = async (house: House, mail: MailRequest): Promise<unknown> => {
  const message = mail.message()
  checkOpen(house, mail, message)
  const attachment = await readAttachment(mail.request.body, `added-${freshKey(mail.mailbox)}`, (content) =>
    composeMime(content, house.tenant.clock.now()),
  )
  if (attachment.size >= smallLimit)
    throw new GraphError(413, 'BadRequest', 'The maximum request length supported is 4MB.')
  await attach(house, mail.mailbox, message, attachment)
  mail.reply.code(201)
  return await presentAttachment(message, attachment, {
    messageId: messageIdIn(message, mail.preferences.immutableIds),
  })
}

/** What an upload session of Outlook is opened with. Throws Graph's 400 where it is none, or the size is out of bounds. */
export const readAttachmentItem = (body: unknown) => {
  const item = isRecord(body) ? (body['AttachmentItem'] ?? body['attachmentItem']) : undefined
  if (
    !isRecord(item) ||
    item['attachmentType'] !== 'file' ||
    typeof item['name'] !== 'string' ||
    !Number.isInteger(item['size'])
  )
    throw badBody("The parameter 'AttachmentItem' needs attachmentType 'file', name and size.")
  const size = Number(item['size'])
  if (size < smallLimit)
    throw new GraphError(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'Attachment size must be greater than the minimum size.',
    )
  if (size > largeLimit)
    throw new GraphError(
      400,
      'ErrorAttachmentSizeLimitExceeded',
      'Attachment size exceeds the maximum of 150 MB.',
    )
  return {
    size,
    name: item['name'],
    contentType: typeof item['contentType'] === 'string' ? item['contentType'] : 'application/octet-stream',
    isInline: item['isInline'] === true,
    contentId: typeof item['contentId'] === 'string' ? item['contentId'] : undefined,
  }
}

/** The answer to a session of Outlook that was opened: its address is its own authorization. */
export const outlookSession = (
  house: House,
  mail: MailRequest,
  given: Parameters<typeof openSession>[1],
): unknown => {
  const { token, expires } = openSession(house, given)
  mail.reply.code(201)
  return {
    '@odata.context': mail.context('microsoft.graph.uploadSession'),
    uploadUrl: `${house.tenant.endpoints.graph}/v1.0/outlookUploads/${token}?authtoken=${randomBytes(40).toString('base64url')}`,
    expirationDateTime: new Date(expires).toISOString(),
    nextExpectedRanges: ['0-'],
  }
}

const openMessageSession = (house: House, mail: MailRequest): unknown => {
  const message = mail.message()
  checkOpen(house, mail, message)
  const { size, name, contentType, isInline, contentId } = readAttachmentItem(mail.request.body)
  const { mailbox, preferences } = mail
  return outlookSession(house, mail, {
    size,
    isThere: () => mailbox.messages.has(message.id),
    finish: async (bytes) => {
      const key = `uploaded-${freshKey(mailbox)}`
      await attach(house, mailbox, message, {
        key,
        kind: 'file',
        name,
        contentType,
        size: bytes.length,
        isInline,
        ...(contentId === undefined ? {} : { contentId }),
        bytes: () => bytes,
      })
      const id = messageIdIn(message, preferences.immutableIds)
      return `${house.tenant.endpoints.graph}/v1.0/users('${mailbox.userId}')/messages('${id}')/attachments('${attachmentId(id, key)}')`
    },
  })
}

export const addAttachmentRoutes = (addRoute: AddRoute, house: House): void => {
  for (const path of [
    '/messages/:message/attachments',
    '/mailFolders/:folder/messages/:message/attachments',
  ]) {
    addRoute('GET', path, 'GET /users/{id}/messages/{id}/attachments', list)
    addRoute('POST', path, 'POST /users/{id}/messages/{id}/attachments', (mail) => add(house, mail))
    addRoute(
      'POST',
      `${path}/createUploadSession`,
      'POST /users/{id}/messages/{id}/attachments/createUploadSession',
      (mail) => openMessageSession(house, mail),
    )
    addRoute('GET', `${path}/:attachment`, 'GET /users/{id}/messages/{id}/attachments/{id}', async (mail) => {
      const { message, attachment, messageId } = await one(mail)
      const { select, expand } = mail.query
      return await presentAttachment(message, attachment, {
        messageId,
        expand,
        ...(select ? { select } : {}),
      })
    })
    addRoute(
      'GET',
      `${path}/:attachment/$value`,
      'GET /users/{id}/messages/{id}/attachments/{id}/$value',
      async (mail) => {
        const { attachment } = await one(mail)
        if (attachment.kind === 'reference')
          throw new GraphError(405, 'ErrorInvalidRequest', 'A reference attachment has no content.')
        return mail.reply.type(attachment.contentType ?? 'application/octet-stream').send(attachment.bytes())
      },
    )
    addRoute(
      'DELETE',
      `${path}/:attachment`,
      'DELETE /users/{id}/messages/{id}/attachments/{id}',
      async (mail) => {
        const { message, attachment } = await one(mail)
        checkOpen(house, mail, message)
        const content = await readContent(mail.mailbox, message)
        const attachments = content.attachments.filter(
          (candidate) => candidate !== attachment && candidate.key !== attachment.key,
        )
        message.source = {
          kind: 'composed',
          content: { ...content, attachments, size: content.size - attachment.size },
        }
        touchMessage(mail.mailbox, message, house.tenant.clock.now())
        return mail.reply.code(204).send()
      },
    )
  }
}

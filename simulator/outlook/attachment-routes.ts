import { GraphError } from '../graph/errors.ts'
import type { Endpoint } from '../graph/permissions.ts'
import { outlookSession, readAttachmentItem } from '../mail/attachment-routes.ts'
import { composeMime } from '../mail/compose-mime.ts'
import { badBody, itemNotFound } from '../mail/failures.ts'
import { attachmentId } from '../mail/identifiers.ts'
import { freshKey } from '../mail/mailbox.ts'
import { emptyContent, isRecord, readContentFields } from '../mail/message-input.ts'
import { presentItem } from '../mail/present-attachment.ts'
import type { AddRoute, MailRequest } from '../mail/route.ts'
import { openSession, progress, sessionOf, takePiece } from '../mail/upload-route.ts'
import { attachmentJson, bodyOf, chosen, listPage, type Outlook, readAttachment } from './shared.ts'
import { type Attachment, type Fields, type Item, touchItem } from './store.ts'

/** Attachments of events and tasks: list, read, add up to 3 MB, larger ones in an upload session, delete. */

/** What has attachments: an event, a task, or one occurrence of a series. */
export type Holder = {
  readonly item: Item
  /** As the request knows it. */
  readonly id: string
  readonly attachments: readonly Attachment[]
  readonly set: (attachments: Attachment[]) => void
}

export const itemHolder = (item: Item, id: string): Holder => ({
  item,
  id,
  attachments: item.attachments,
  set: (attachments) => {
    item.attachments = attachments
  },
})

const smallLimit = 3 * 1024 * 1024
/** Of a file at a task (Microsoft Graph, "Attach files to a To Do task", 2026). */
const taskLimit = 25 * 1024 * 1024

export const addAttachmentRoutes = (
  add: AddRoute,
  outlook: Outlook,
  paths: readonly string[],
  endpoints: { readonly read: Endpoint; readonly write: Endpoint },
  holderOf: (mail: MailRequest) => Holder,
): void => {
  const change = (mail: MailRequest, { item, set }: Holder, attachments: Attachment[]): void => {
    set(attachments)
    touchItem(outlook.storeOf(mail.mailbox), item, outlook.house.tenant.clock.now())
  }
  const one = (mail: MailRequest) => {
    const item = holderOf(mail)
    const attachment = item.attachments.find(
      ({ key }) => attachmentId(item.id, key) === mail.parameter('attachment'),
    )
    if (!attachment) throw itemNotFound()
    return { item, attachment }
  }
  for (const path of paths) {
    add('GET', path, endpoints.read, (mail) => {
      const item = holderOf(mail)
      const withBytes =
        mail.query.select === undefined || mail.query.select.some((name) => name.endsWith('contentBytes'))
      const select = mail.query.select?.map((name) => name.replace('microsoft.graph.fileAttachment/', ''))
      return listPage(
        mail,
        mail.request.url.replace(/^\/v1\.0\/users\/[^/]+/, '').split('?')[0] ?? '',
        item.attachments.map((attachment) => () => {
          const json = attachmentJson(item.id, attachment, item.item.modifiedAt, withBytes)
          return chosen(
            json,
            select?.filter(
              (name) => name in json || !['contentBytes', 'contentId', 'sourceUrl'].includes(name),
            ),
            'attachment',
          )
        }),
      )
    })
    add('POST', path, endpoints.write, async (mail) => {
      const item = holderOf(mail)
      const key = `added-${freshKey(mail.mailbox)}`
      const isItem =
        !path.includes('/todo/') && bodyOf(mail)['@odata.type'] === '#microsoft.graph.itemAttachment'
      const attachment = isItem ? await readItem(bodyOf(mail), key) : readAttachment(bodyOf(mail), key)
      if (attachment.bytes.length >= smallLimit)
        throw new GraphError(413, 'BadRequest', 'The maximum request length supported is 4MB.')
      change(mail, item, [...item.attachments, attachment])
      mail.reply.code(201)
      return attachmentJson(item.id, attachment, item.item.modifiedAt, true)
    })
    const added = (
      mail: MailRequest,
      holder: () => Holder,
      about: Omit<Attachment, 'key' | 'kind' | 'bytes'>,
    ) => {
      return (bytes: Buffer) => {
        const item = holder()
        const key = `uploaded-${freshKey(mail.mailbox)}`
        change(mail, item, [...item.attachments, { ...about, key, kind: 'file', bytes }])
        return `${mail.address}/attachments('${attachmentId(item.id, key)}')`
      }
    }
    const isThere = (mail: MailRequest) => () => {
      try {
        return holderOf(mail).item.collection.items.has(holderOf(mail).item.id)
      } catch {
        return false
      }
    }
    add('POST', `${path}/createUploadSession`, endpoints.write, (mail) => {
      holderOf(mail)
      if (!path.includes('/todo/')) {
        const { size, name, contentType, isInline, contentId } = readAttachmentItem(mail.request.body)
        const about = { name, contentType, isInline, contentId: contentId ?? null }
        return outlookSession(outlook.house, mail, {
          size,
          isThere: isThere(mail),
          finish: added(mail, () => holderOf(mail), about),
        })
      }
      const { name, size } = readAttachmentInfo(mail)
      const about = { name, contentType: 'application/octet-stream', isInline: false, contentId: null }
      const { token, expires } = openSession(outlook.house, {
        size,
        isThere: isThere(mail),
        finish: added(mail, () => holderOf(mail), about),
      })
      const { list, task } = { list: mail.parameter('list'), task: mail.parameter('task') }
      return {
        '@odata.context': mail.context('microsoft.graph.uploadSession'),
        uploadUrl: `${mail.address}/todo/lists/${list}/tasks/${task}/attachmentSessions/${token}`,
        expirationDateTime: new Date(expires).toISOString(),
        nextExpectedRanges: ['0-'],
      }
    })
    if (path.includes('/todo/'))
      addTaskSession(add, outlook, path.replace(/attachments$/, 'attachmentSessions'))
    add('GET', `${path}/:attachment`, endpoints.read, (mail) => {
      const { item, attachment } = one(mail)
      const json = attachmentJson(item.id, attachment, item.item.modifiedAt, true)
      const isExpanded = mail.query.expand.some(({ name }) => name === 'microsoft.graph.itemAttachment/item')
      if (attachment.kind !== 'item' || !isExpanded) return json
      return presentItem(attachment.bytes).then((mailItem) => ({
        ...json,
        item: attachment.item ?? mailItem,
      }))
    })
    add('GET', `${path}/:attachment/$value`, endpoints.read, (mail) => {
      const { attachment } = one(mail)
      if (attachment.kind === 'reference')
        throw new GraphError(405, 'ErrorInvalidRequest', 'A reference attachment has no content.')
      return mail.reply.type(attachment.contentType ?? 'application/octet-stream').send(attachment.bytes)
    })
    add('DELETE', `${path}/:attachment`, endpoints.write, (mail) => {
      const { item, attachment } = one(mail)
      change(
        mail,
        item,
        item.attachments.filter((other) => other !== attachment),
      )
      return mail.reply.code(204).send()
    })
  }
}

/** An item attached to an event: what is read of it as a file is made from what it says. */
const readItem = async ({ name, item }: Fields, key: string): Promise<Attachment> => {
  const type = isRecord(item) ? item['@odata.type'] : undefined
  if (typeof name !== 'string' || name === '' || !isRecord(item))
    throw badBody("The properties 'name' and 'item' are required.")
  const common = {
    key,
    kind: 'item',
    name,
    contentType: null,
    isInline: false,
    contentId: null,
    item,
  } as const
  if (type === '#microsoft.graph.message' || type === 'microsoft.graph.message')
    return { ...common, bytes: await composeMime(readContentFields(item, emptyContent), 0) }
  const isEvent = /^#?microsoft\.graph\.event$/.test(String(type))
  if (!isEvent && !/^#?microsoft\.graph\.contact$/.test(String(type)))
    throw badBody(`The item type '${String(type)}' is not supported here.`)
  const text = isEvent
    ? `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:${String(item['subject'])}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
    : `BEGIN:VCARD\r\nFN:${String(item['displayName'])}\r\nEND:VCARD\r\n`
  return { ...common, bytes: Buffer.from(text) }
}

const readAttachmentInfo = (mail: MailRequest): { readonly name: string; readonly size: number } => {
  const info = bodyOf(mail)['attachmentInfo']
  const { attachmentType, name, size } = (info ?? {}) as Record<string, unknown>
  if (attachmentType !== 'file' || typeof name !== 'string' || !Number.isInteger(size))
    throw badBody("The parameter 'attachmentInfo' needs attachmentType 'file', name and size.")
  if (Number(size) > taskLimit)
    throw new GraphError(400, 'invalidRequest', 'The attachment is larger than the maximum of 25 MB.')
  return { name, size: Number(size) }
}

/** The session of a task lies in Graph itself: pieces go to its content, with the token. */
const addTaskSession = (add: AddRoute, { house }: Outlook, path: string): void => {
  const write: Endpoint = 'POST /users/{id}/todo/lists'
  const one = `${path}/:session`
  add('PUT', `${one}/content`, write, (mail) => {
    const token = mail.parameter('session')
    return takePiece(house, token, sessionOf(house, token), mail.request, mail.reply)
  })
  add('GET', one, write, (mail) => progress(sessionOf(house, mail.parameter('session'))))
  add('DELETE', one, write, (mail) => {
    sessionOf(house, mail.parameter('session'))
    house.uploads.delete(mail.parameter('session'))
    return mail.reply.code(204).send()
  })
}

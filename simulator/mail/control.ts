import { createHash } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import type { House } from './house.ts'
import {
  addFolder,
  addMessage,
  childrenOf,
  copyMessage,
  type Folder,
  folderPath,
  freshKey,
  type Mailbox,
  type Message,
  moveMessage,
  next,
  noProperties,
  notFlagged,
  removeFolder,
  removeMessage,
  touchMessage,
  wellKnownFolder,
} from './mailbox.ts'
import { isRecord } from './message-input.ts'
import { readMime } from './read-content.ts'
import { servedOf } from './served.ts'

/**
 * The hidden hand of the tests: changes mailboxes as people and Exchange would, switches faults on, and tells the truth
 * about what a mailbox holds. Each verb takes a JSON object with `mailbox` (user principal name or id). Messages are named
 * by `id` or `ids` (immutable), or as the first `count` of `folder`; a folder by a list of names from the root down, by its
 * well-known name or by its id.
 *
 * Change: deliver (mime in base64, attachmentSize of a file in bytes, or count), markRead, update, move (to), delete, createFolder (name, parent),
 * renameFolder, moveFolder, deleteFolder, copies (count of one message: listed by change tracking, and not held). Trouble: expireDelta, throttle (seconds, requestLimit), delay (milliseconds),
 * settings (settings, rules, categories: what Graph answers from then on),
 * corrupt (kind mime, page, attachments, none), failMailbox (status, 0 ends it), behaviour. Truth: mailboxes, list, mime,
 * statistics, resetStatistics.
 */
export type MailControl = Record<string, (body: unknown) => unknown>

type Body = Readonly<Record<string, unknown>>

const refuse = (message: string): GraphError => new GraphError(400, 'BadControl', message)

const textOf = (body: Body, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw refuse(`"${name}" must be a text`)
  return value
}

const numberOf = (body: Body, name: string, fallback: number): number => {
  const value = body[name] ?? fallback
  if (typeof value !== 'number') throw refuse(`"${name}" must be a number`)
  return value
}

const folderIn = (mailbox: Mailbox, value: unknown): Folder => {
  if (Array.isArray(value)) {
    let at = mailbox.root
    for (const name of value) {
      const child = childrenOf(mailbox, at).find((folder) => folder.name === name)
      if (!child) throw refuse(`no folder ${String(name)}`)
      at = child
    }
    return at
  }
  const name = typeof value === 'string' ? value : 'inbox'
  const folder = mailbox.folders.get(name) ?? wellKnownFolder(mailbox, name.toLowerCase())
  if (!folder) throw refuse(`no folder ${name}`)
  return folder
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** A mail with a file of so many bytes of a pattern. */
const mailWithFile = (size: number): Buffer => {
  const lines = [
    'From: sender@contoso.example', 'Subject: With a large file', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="=_large"', '',
    '--=_large', 'Content-Type: text/plain', '', 'The file is attached.',
    '--=_large', 'Content-Type: application/octet-stream; name="large.bin"', 'Content-Disposition: attachment; filename="large.bin"',
    'Content-Transfer-Encoding: base64', '', '',
  ] // biome-ignore format: a mail
  const file = Buffer.alloc(size, 'a pattern of some length; ')
    .toString('base64')
    .replaceAll(/.{76}/g, '$&\r\n')
  return Buffer.concat([
    Buffer.from(lines.join('\r\n')),
    Buffer.from(file),
    Buffer.from('\r\n--=_large--\r\n'),
  ])
}

const describe = async (mailbox: Mailbox, message: Message) => {
  const bytes = await readMime(mailbox, message)
  const { source } = message
  return {
    id: message.id,
    folder: folderPath(message.folder),
    folderId: message.folder.id,
    sha256: digest(bytes),
    size: bytes.length,
    served: servedOf(message),
    isRead: message.isRead,
    isDraft: message.isDraft,
    importance: message.importance,
    flagStatus: message.flag.flagStatus,
    categories: message.categories,
    received: new Date(message.receivedAt).toISOString(),
    source: source.kind === 'bytes' && source.corpusName !== undefined ? 'corpus' : source.kind,
    ...(source.kind === 'bytes' && source.corpusName !== undefined ? { corpus: source.corpusName } : {}),
  }
}

export const createControl = (house: House): MailControl => {
  const now = () => Math.floor(house.tenant.clock.now() / 1000) * 1000
  const mailboxIn = (body: Body): Mailbox => house.office.open(textOf(body, 'mailbox'))

  /** The messages that the body names by `id` or `ids`, or the first `count` of a folder or the mailbox. */
  const chosen = (mailbox: Mailbox, body: Body): readonly Message[] => {
    const ids = body['ids'] ?? (body['id'] === undefined ? undefined : [body['id']])
    if (Array.isArray(ids))
      return ids.map((id: unknown) => {
        const message = mailbox.messages.get(String(id))
        if (!message) throw refuse(`no message ${String(id)}`)
        return message
      })
    const pool =
      body['folder'] === undefined
        ? mailbox.messages.values()
        : folderIn(mailbox, body['folder']).messages.values()
    return [...pool].slice(0, numberOf(body, 'count', 1))
  }

  const deliver = (body: Body): unknown => {
    const mailbox = mailboxIn(body)
    const folder = folderIn(mailbox, body['folder'] ?? 'inbox')
    const size = body['attachmentSize'] === undefined ? undefined : numberOf(body, 'attachmentSize', 0)
    const mime =
      size !== undefined
        ? mailWithFile(size)
        : body['mime'] === undefined
          ? undefined
          : Buffer.from(textOf(body, 'mime'), 'base64')
    const count = mime === undefined ? numberOf(body, 'count', 1) : 1
    const ids = Array.from({ length: count }, () => {
      const key = freshKey(mailbox)
      const at = now()
      return addMessage(mailbox, folder, key, {
        // Numbers beyond those of the planned mails.
        source: mime === undefined ? { kind: 'generated', index: 1_000_000 + mailbox.created } : { kind: 'bytes', read: () => mime },
        receivedAt: at, createdAt: at, modifiedAt: at, isRead: false, isDraft: false,
        importance: 'normal', flag: notFlagged, categories: [], properties: noProperties,
      }).id // biome-ignore format: a record of defaults
    })
    return { ids }
  }

  const verbs: Record<string, (body: Body) => unknown> = {
    deliver,
    markRead: (body) => {
      const mailbox = mailboxIn(body)
      const isRead = body['isRead'] !== false
      const pool =
        body['id'] === undefined && body['ids'] === undefined
          ? chosen(mailbox, { ...body, count: 1e9 })
          : chosen(mailbox, body)
      const messages = pool
        .filter((message) => message.isRead !== isRead)
        .slice(0, numberOf(body, 'count', 1e9))
      for (const message of messages) {
        message.isRead = isRead
        touchMessage(mailbox, message, now())
      }
      return { ids: messages.map((message) => message.id) }
    },
    update: (body) => {
      const mailbox = mailboxIn(body)
      const messages = chosen(mailbox, body)
      for (const message of messages) {
        if (Array.isArray(body['categories'])) message.categories = body['categories'].map(String)
        if (typeof body['flagStatus'] === 'string') message.flag = { flagStatus: body['flagStatus'] }
        if (typeof body['importance'] === 'string') message.importance = body['importance']
        touchMessage(mailbox, message, now())
      }
      return { ids: messages.map((message) => message.id) }
    },
    move: (body) => {
      const mailbox = mailboxIn(body)
      const target = folderIn(mailbox, body['to'])
      const messages = chosen(mailbox, body)
      for (const message of messages) moveMessage(mailbox, message, target, now())
      return { ids: messages.map((message) => message.id) }
    },
    delete: (body) => {
      const mailbox = mailboxIn(body)
      const messages = chosen(mailbox, body)
      for (const message of messages) removeMessage(mailbox, message)
      return { ids: messages.map((message) => message.id) }
    },
    createFolder: (body) => {
      const mailbox = mailboxIn(body)
      const parent = body['parent'] === undefined ? mailbox.root : folderIn(mailbox, body['parent'])
      return {
        id: addFolder(mailbox, freshKey(mailbox), textOf(body, 'name'), parent, {
          hidden: body['hidden'] === true,
        }).id,
      }
    },
    renameFolder: (body) => {
      const mailbox = mailboxIn(body)
      const folder = folderIn(mailbox, body['folder'])
      folder.name = textOf(body, 'name')
      folder.changedAt = next(mailbox)
      return { id: folder.id }
    },
    moveFolder: (body) => {
      const mailbox = mailboxIn(body)
      const folder = folderIn(mailbox, body['folder'])
      folder.parent = folderIn(mailbox, body['to'])
      folder.changedAt = next(mailbox)
      return { id: folder.id }
    },
    deleteFolder: (body) => {
      const mailbox = mailboxIn(body)
      const folder = folderIn(mailbox, body['folder'])
      removeFolder(mailbox, folder)
      return { id: folder.id }
    },
    copies: (body) => {
      const mailbox = mailboxIn(body)
      const [message] = chosen(mailbox, { id: body['id'] })
      if (!message) throw refuse('"id" is needed')
      copyMessage(mailbox, message, numberOf(body, 'count', 1))
      return {}
    },
    expireDelta: (body) => {
      const mailboxes = body['mailbox'] === undefined ? house.office.all() : [mailboxIn(body)]
      for (const mailbox of mailboxes) mailbox.generation++
      return { mailboxes: mailboxes.length }
    },
    throttle: (body) => {
      if (body['requestLimit'] !== undefined) house.throttle.setLimit(numberOf(body, 'requestLimit', 10_000))
      if (body['mailbox'] === undefined && body['seconds'] === undefined) return {}
      const mailboxes = body['mailbox'] === undefined ? house.office.all() : [mailboxIn(body)]
      for (const { userId } of mailboxes) house.throttle.hold(userId, numberOf(body, 'seconds', 5))
      return { mailboxes: mailboxes.length }
    },
    delay: (body) => {
      house.delays.set(mailboxIn(body).userId, numberOf(body, 'milliseconds', 0))
      return {}
    },
    corrupt: (body) => {
      const kind = body['kind'] === undefined ? 'mime' : textOf(body, 'kind')
      if (!['mime', 'page', 'attachments', 'none'].includes(kind))
        throw refuse('"kind" must be mime, page, attachments or none')
      const messages = chosen(mailboxIn(body), body)
      for (const message of messages)
        message.faults = new Set(kind === 'none' ? [] : [...message.faults, kind])
      return { ids: messages.map((message) => message.id) }
    },
    failMailbox: (body) => {
      const { userId } = mailboxIn(body)
      const status = numberOf(body, 'status', 503)
      if (status === 0) house.failing.delete(userId)
      else {
        const code =
          body['code'] === undefined
            ? status === 403
              ? 'ErrorAccessDenied'
              : status === 404
                ? 'MailboxNotEnabledForRESTAPI'
                : 'ErrorMailboxStoreUnavailable'
            : textOf(body, 'code')
        house.failing.set(userId, { status, code, message: 'The mailbox is switched off by the test.' })
      }
      return {}
    },
    behaviour: (body) => {
      for (const name of [
        'emptyPages',
        'duplicates',
        'replay',
        'shuffle',
        'mimeUnstable',
        'attachmentsOnSealed',
      ] as const)
        if (typeof body[name] === 'boolean') house.behaviour[name] = body[name]
      house.behaviour.largestPage = numberOf(body, 'largestPage', house.behaviour.largestPage)
      if (body['resync'] !== undefined) house.behaviour.resync = textOf(body, 'resync')
      if (body['sealedFrom'] !== undefined)
        house.behaviour.sealedFrom = Date.parse(textOf(body, 'sealedFrom'))
      return house.behaviour
    },
    mailboxes: () => ({
      mailboxes: house.office.all().map((mailbox) => ({
        id: mailbox.userId,
        userPrincipalName: house.office.userOf(mailbox.userId)?.userPrincipalName,
        messages: mailbox.messages.size,
        folders: mailbox.folders.size,
      })),
    }),
    statistics: () => house.throttle.statistics(),
    resetStatistics: () => {
      house.throttle.reset()
      return {}
    },
    mime: async (body) => {
      const mailbox = mailboxIn(body)
      const [message] = chosen(mailbox, { id: body['id'] })
      if (!message) throw refuse('"id" is needed')
      const bytes = await readMime(mailbox, message)
      return { id: message.id, sha256: digest(bytes), base64: bytes.toString('base64') }
    },
    settings: (body) => {
      const { mailbox: _name, ...given } = body
      const { userId } = mailboxIn(body)
      house.settings.set(userId, { ...house.settings.get(userId), ...given })
      return {}
    },
    list: async (body) => {
      const mailbox = mailboxIn(body)
      const messages = []
      for (const message of mailbox.messages.values()) messages.push(await describe(mailbox, message))
      return {
        messages,
        folders: [...mailbox.folders.values()].map((folder) => ({
          id: folder.id,
          path: folderPath(folder),
          hidden: folder.hidden,
          wellKnownName: folder.wellKnownName ?? null,
          messages: folder.messages.size,
        })),
      }
    },
  }
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]) => [name, (body: unknown) => verb(isRecord(body) ? body : {})]),
  )
}

import { copiesAfter } from '../copies.ts'
import { GraphError } from '../graph/errors.ts'
import { deltaPage, type Entry, entriesOfPage, readDeltaState } from './delta.ts'
import { badQuery, itemNotFound } from './failures.ts'
import { readFilter } from './filter.ts'
import type { House } from './house.ts'
import { isWithin, type Message } from './mailbox.ts'
import { checkMessageSelect, type MessageView, messageIdIn, presentMessage } from './present-message.ts'
import type { Query } from './query.ts'
import { readContent, readMime } from './read-content.ts'
import type { AddRoute, MailRequest } from './route.ts'
import { noteServed } from './served.ts'
import { rewriteMime } from './unstable-mime.ts'

/** Reading messages: lists, change tracking, one message, its MIME. */

/** Mail.ReadBasic opens everything but what was written and attached. */
const isBasicOnly = (mail: MailRequest): boolean => {
  const { caller } = mail.request
  const held = caller.kind === 'app' ? caller.roles : caller.scopes
  return !held.includes('Mail.Read') && !held.includes('Mail.ReadWrite')
}

export const viewOf = (
  mail: MailRequest,
  query: Pick<Query, 'select' | 'expand'> = mail.query,
): MessageView => {
  checkMessageSelect(query.select)
  return {
    ...(query.select ? { select: query.select } : {}),
    expand: query.expand,
    immutableIds: mail.preferences.immutableIds,
    textBody: mail.preferences.textBody,
    basicOnly: isBasicOnly(mail),
  }
}

export const present = async (mail: MailRequest, message: Message, view: MessageView): Promise<unknown> =>
  await presentMessage(mail.mailbox, message, await readContent(mail.mailbox, message), view)

/** An item that Exchange cannot serialize cuts the page in the middle, with status 200. */
const cut = (mail: MailRequest, page: unknown, isCut: boolean): unknown => {
  if (!isCut) return page
  const text = JSON.stringify(page)
  return mail.reply.type('application/json; charset=utf-8').send(text.slice(0, Math.floor(text.length * 0.7)))
}

const sorted = (messages: readonly Message[], orderBy: string | undefined): readonly Message[] => {
  const match = /^(receivedDateTime|createdDateTime|lastModifiedDateTime)(?: (asc|desc))?$/.exec(
    orderBy ?? 'receivedDateTime desc',
  )
  if (!match) throw badQuery(`The $orderby expression '${orderBy}' is not supported.`)
  const sign = match[2] === 'desc' ? -1 : 1
  const field =
    match[1] === 'receivedDateTime'
      ? 'receivedAt'
      : match[1] === 'createdDateTime'
        ? 'createdAt'
        : 'modifiedAt'
  return [...messages].sort((a, b) => sign * (a[field] - b[field]) || (a.id < b.id ? -1 : 1))
}

const listMessages = async (
  mail: MailRequest,
  messages: readonly Message[],
  path: string,
): Promise<unknown> => {
  const { mailbox, query, preferences } = mail
  const view = viewOf(mail)
  let found = sorted(messages, query.orderBy)
  if (query.filter !== undefined) {
    const clauses = readFilter(query.filter, query.orderBy)
    const kept: Message[] = []
    for (const message of found) {
      let passes = true
      for (const clause of clauses)
        passes = passes && (await clause(message, () => readContent(mailbox, message)))
      if (passes) kept.push(message)
    }
    found = kept
  }
  const size = query.top ?? Math.min(1000, preferences.maximumPageSize ?? 10)
  const page = found.slice(query.skip, query.skip + size)
  const rest = new URLSearchParams(mail.request.query as Record<string, string>)
  rest.set('$skip', String(query.skip + size))
  const answer = {
    '@odata.context': mail.context('messages'),
    ...(query.count ? { '@odata.count': found.length } : {}),
    ...(query.skip + size < found.length
      ? { '@odata.nextLink': `${mail.address}${path}?${rest.toString()}` }
      : {}),
    value: await Promise.all(page.map((message) => present(mail, message, view))),
  }
  return cut(
    mail,
    answer,
    page.some((message) => message.faults.has('page')),
  )
}

const trackMessages = async (house: House, mail: MailRequest): Promise<unknown> => {
  const { mailbox, query, preferences } = mail
  const resumed = (query.skipToken ?? query.deltaToken) !== undefined
  let folder: ReturnType<MailRequest['folder']>
  try {
    folder = mail.folder()
  } catch (error) {
    if (!resumed || !(error instanceof GraphError) || error.status !== 404) throw error
    throw new GraphError(404, 'ErrorSyncFolderNotFound', 'The folder to be synchronized could not be found.')
  }
  const state = readDeltaState(mailbox, `messages ${mailbox.userId} ${folder.id}`, query, house.behaviour)
  const view = viewOf(mail, state)
  const clauses = state.filter === undefined ? [] : readFilter(state.filter, undefined)
  if (state.filter !== undefined && !/^receivedDateTime (ge|gt) \S+$/.test(state.filter))
    throw badQuery('Only receivedDateTime ge or gt can be filtered in change tracking.')
  const entries: (Entry & { readonly message?: Message })[] = []
  for (const message of folder.messages.values()) {
    const isNew = message.arrivedAt > state.since
    const kind = isNew ? 'created' : 'updated'
    if (message.changedAt <= state.after && !house.behaviour.duplicates) continue
    if (state.changeType !== undefined && state.changeType !== kind) continue
    let passes = true
    for (const clause of clauses)
      passes = passes && (await clause(message, () => readContent(mailbox, message)))
    if (passes)
      entries.push({ sequence: message.changedAt, message, show: () => present(mail, message, view) })
  }
  for (const tombstone of folder.tombstones) {
    if (tombstone.sequence <= state.removedSince) continue
    if (state.changeType !== undefined && state.changeType !== 'deleted') continue
    // In immutable ids an item that came back is simply there again.
    if (preferences.immutableIds && folder.messages.has(tombstone.id)) continue
    const id = preferences.immutableIds ? tombstone.id : tombstone.ordinaryId
    entries.push({ sequence: tombstone.sequence, show: () => ({ id, '@removed': { reason: 'deleted' } }) })
  }
  const { copies } = folder
  if (copies) {
    const shown = await present(mail, copies.of, view)
    // One more than a page has, so that another is seen to follow.
    const limit = 1 + entriesOfPage(state, preferences.maximumPageSize, house.behaviour)
    for (const { id, sequence } of copiesAfter(copies, state.after, limit))
      entries.push({ sequence, show: () => ({ ...(shown as object), id }) })
  }
  const address = `${mail.address}/mailFolders/${mail.parameter('folder')}/messages/delta`
  const page = await deltaPage(mailbox, state, entries, address, preferences.maximumPageSize, house.behaviour)
  const isCut = page.shown.some(
    (entry) => 'message' in entry && (entry as { message: Message }).message.faults.has('page'),
  )
  return cut(
    mail,
    { '@odata.context': mail.context('messages/$delta'), ...page.link, value: page.value },
    isCut,
  )
}

const sendMime = async (house: House, mail: MailRequest): Promise<unknown> => {
  const message = mail.message()
  if (message.faults.has('mime'))
    throw new GraphError(500, 'ErrorCorruptData', 'Data is corrupt., Invalid global object ID: some ID.')
  const original = await readMime(mail.mailbox, message)
  const bytes = house.behaviour.mimeUnstable ? rewriteMime(original) : original
  noteServed(message, bytes)
  return mail.reply.type('text/plain').send(bytes)
}

const translateKinds = ['restId', 'restImmutableEntryId']

const translate = (mail: MailRequest): unknown => {
  const body = (mail.request.body ?? {}) as {
    inputIds?: unknown
    sourceIdType?: unknown
    targetIdType?: unknown
  }
  const { inputIds, sourceIdType, targetIdType } = body
  if (
    !Array.isArray(inputIds) ||
    inputIds.length > 1000 ||
    !translateKinds.includes(String(sourceIdType)) ||
    !translateKinds.includes(String(targetIdType))
  )
    throw new GraphError(
      400,
      'ErrorInvalidArgument',
      'The argument is invalid: give up to 1000 inputIds, sourceIdType and targetIdType.',
    )
  const value = inputIds.map((sourceId: unknown) => {
    const id = String(sourceId)
    const message =
      sourceIdType === 'restId' ? mail.mailbox.byOrdinaryId.get(id) : mail.mailbox.messages.get(id)
    if (!message) throw itemNotFound()
    return { sourceId: id, targetId: messageIdIn(message, targetIdType !== 'restId') }
  })
  return { '@odata.context': mail.context('convertIdResult'), value }
}

export const addReadRoutes = (add: AddRoute, house: House): void => {
  add('GET', '/messages', 'GET /users/{id}/messages', (mail) =>
    listMessages(
      mail,
      [...mail.mailbox.messages.values()].filter((message) => isWithin(message.folder, mail.mailbox.root)),
      '/messages',
    ),
  )
  add('GET', '/mailFolders/:folder/messages', 'GET /users/{id}/mailFolders/{id}/messages', (mail) =>
    listMessages(
      mail,
      [...mail.folder().messages.values()],
      `/mailFolders/${mail.parameter('folder')}/messages`,
    ),
  )
  add(
    'GET',
    '/mailFolders/:folder/messages/delta',
    'GET /users/{id}/mailFolders/{id}/messages/delta',
    (mail) => trackMessages(house, mail),
  )
  for (const path of ['/messages/:message', '/mailFolders/:folder/messages/:message']) {
    add('GET', path, 'GET /users/{id}/messages/{id}', (mail) => present(mail, mail.message(), viewOf(mail)))
    add('GET', `${path}/$value`, 'GET /users/{id}/messages/{id}/$value', (mail) => sendMime(house, mail))
  }
  add('POST', '/translateExchangeIds', 'POST /users/{id}/translateExchangeIds', translate)
}

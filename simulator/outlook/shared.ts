import { deltaPage, type Entry, readDeltaState } from '../mail/delta.ts'
import { propertyKey } from '../mail/extended-properties.ts'
import { badBody, badQuery, itemNotFound } from '../mail/failures.ts'
import { checkId, type House } from '../mail/house.ts'
import { attachmentId } from '../mail/identifiers.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { isRecord } from '../mail/message-input.ts'
import type { MailRequest } from '../mail/route.ts'
import {
  type Attachment,
  type Collection,
  collectionsOf,
  type Fields,
  findItem,
  type Item,
  type Kind,
  type Store,
  textOr,
} from './store.ts'

/** What all routes beside mail share: pages of lists, rounds of change tracking, chosen properties, attachments. */

export type Outlook = { readonly house: House; readonly storeOf: (mailbox: Mailbox) => Store }

export const dateTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** Throws Graph's 400 for a name that the type does not have; `id` always stays. */
export const chosen = (
  json: Fields,
  select: readonly string[] | undefined,
  type: string,
  onRequest: readonly string[] = [],
): Fields => {
  for (const name of select ?? [])
    if (!(name in json) && !onRequest.includes(name))
      throw badQuery(`Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`)
  return Object.fromEntries(
    Object.entries(json).filter(
      ([name]) =>
        name === 'id' ||
        name.startsWith('@') ||
        (select === undefined ? !onRequest.includes(name) : select.includes(name)),
    ),
  )
}

/** One page of a list with the link to the next: ten entries unless asked otherwise, at most 1,000. */
export const listPage = (mail: MailRequest, path: string, all: readonly (() => unknown)[]): Fields => {
  const { query, preferences } = mail
  const size = Math.min(1000, query.top ?? preferences.maximumPageSize ?? 10)
  const rest = new URLSearchParams(mail.request.query as Record<string, string>)
  rest.set('$skip', String(query.skip + size))
  return {
    '@odata.context': mail.context(path.split('/').at(-1) ?? ''),
    ...(query.count ? { '@odata.count': all.length } : {}),
    ...(query.skip + size < all.length
      ? { '@odata.nextLink': `${mail.address}${path}?${rest.toString()}` }
      : {}),
    value: all.slice(query.skip, query.skip + size).map((show) => show()),
  }
}

/** One page of a round over the items of a collection. */
export const trackItems = async (
  { house }: Outlook,
  mail: MailRequest,
  collection: Collection,
  path: string,
  idOf: (item: { readonly id: string; readonly ordinaryId: string }) => string,
  show: (
    item: Item,
    view: { readonly select: readonly string[] | undefined; readonly expand: readonly { name: string }[] },
  ) => unknown,
): Promise<Fields> => {
  const state = readDeltaState(
    mail.mailbox,
    `${collection.kind} ${mail.mailbox.userId} ${collection.id}`,
    mail.query,
    house.behaviour,
  )
  if (state.filter !== undefined)
    throw badQuery("The query parameter '$filter' is not supported in change tracking.")
  const entries: Entry[] = [...collection.items.values()].map((item) => ({
    sequence: item.changedAt,
    show: () => show(item, state),
  }))
  for (const gone of collection.tombstones)
    if (gone.sequence > state.removedSince && !collection.items.has(gone.id))
      entries.push({
        sequence: gone.sequence,
        show: () => ({ id: idOf(gone), '@removed': { reason: 'deleted' } }),
      })
  const page = await deltaPage(
    mail.mailbox,
    state,
    entries,
    `${mail.address}${path}`,
    mail.preferences.maximumPageSize,
    house.behaviour,
  )
  return { '@odata.context': mail.context('$delta'), ...page.link, value: page.value }
}

/** One page of a round over collections. */
export const trackCollections = async (
  { house, storeOf }: Outlook,
  mail: MailRequest,
  kind: Kind,
  path: string,
  includes: (collection: Collection) => boolean,
  show: (collection: Collection) => Fields,
  type: string,
): Promise<Fields> => {
  const store = storeOf(mail.mailbox)
  const state = readDeltaState(mail.mailbox, `${kind} ${mail.mailbox.userId}`, mail.query, house.behaviour)
  const entries: Entry[] = collectionsOf(store, kind)
    .filter(includes)
    .map((one) => ({ sequence: one.changedAt, show: () => chosen(show(one), state.select, type) }))
  for (const gone of store.tombstones)
    if (gone.kind === kind && gone.sequence > state.removedSince)
      entries.push({
        sequence: gone.sequence,
        show: () => ({ id: gone.id, '@removed': { reason: 'deleted' } }),
      })
  const page = await deltaPage(
    mail.mailbox,
    state,
    entries,
    `${mail.address}${path}`,
    mail.preferences.maximumPageSize,
    house.behaviour,
  )
  return { '@odata.context': mail.context('$delta'), ...page.link, value: page.value }
}

export const itemIn = (
  store: Store,
  kind: Kind,
  mail: MailRequest,
  id: string,
  collection?: Collection,
): Item => {
  checkId(id)
  const item = findItem(store, kind, id, kind === 'lists' || mail.preferences.immutableIds)
  if (!item || (collection && item.collection !== collection)) throw itemNotFound()
  return item
}

export const collectionIn = (store: Store, kind: Kind, name: string): Collection => {
  const collection =
    store.collections.get(name) ??
    collectionsOf(store, kind).find((one) => one.wellKnown === name.toLowerCase())
  if (collection?.kind !== kind) throw itemNotFound()
  return collection
}

export const bodyOf = (mail: MailRequest): Fields => {
  if (!isRecord(mail.request.body)) throw badBody('Empty Payload. JSON content expected.')
  return mail.request.body
}

/** `$filter` as far as it is understood here: one extended property with one value. Throws Graph's 400 for any other. */
export const propertyFilter = ({ query }: MailRequest): ((item: Item) => boolean) => {
  if (query.filter === undefined) return () => true
  const match =
    /^singleValueExtendedProperties\/any\((\w+): ?\1\/id eq '([^']+)' and \1\/value eq '([^']*)'\)$/.exec(
      query.filter,
    )
  if (!match) throw badQuery('The query filter contains one or more invalid nodes.')
  const [key, value] = [propertyKey(match[2] ?? ''), match[3]]
  return (item) => item.properties.get(key) === value
}

/** Extended properties of a body that creates or changes an item, over those it has. */
export const readProperties = (body: Fields, item: Item): void => {
  const list = body['singleValueExtendedProperties']
  if (!Array.isArray(list)) return
  const properties = new Map(item.properties)
  for (const one of list as { id?: unknown; value?: unknown }[])
    properties.set(propertyKey(String(one.id)), String(one.value))
  item.properties = properties
}

/** `$expand=singleValueExtendedProperties($filter=id eq '…')`: only what is asked for by name. */
export const expandedProperties = (item: Item, mail: MailRequest): Fields => {
  const part = mail.query.expand.find(({ name }) => name === 'singleValueExtendedProperties')
  if (!part) return {}
  const ids = [...(part.options['$filter'] ?? '').matchAll(/id eq '([^']+)'/g)].map((match) => match[1] ?? '')
  if (ids.length === 0) throw badQuery('An extended property is asked for with $filter=id eq.')
  const value = ids.flatMap((id) => {
    const text = item.properties.get(propertyKey(id))
    return text === undefined ? [] : [{ id, value: text }]
  })
  return value.length > 0 ? { singleValueExtendedProperties: value } : {}
}

export const attachmentJson = (
  ownerId: string,
  attachment: Attachment,
  at: number,
  withBytes: boolean,
): Fields => ({
  '@odata.type': `#microsoft.graph.${attachment.kind}Attachment`,
  '@odata.mediaContentType': attachment.contentType,
  id: attachmentId(ownerId, attachment.key),
  lastModifiedDateTime: dateTime(at),
  name: attachment.name,
  contentType: attachment.contentType,
  size: attachment.bytes.length,
  isInline: attachment.isInline,
  ...(attachment.kind === 'file' && {
    contentId: attachment.contentId,
    contentLocation: null,
    ...(withBytes && { contentBytes: attachment.bytes.toString('base64') }),
  }),
  ...(attachment.kind === 'reference' && { sourceUrl: attachment.sourceUrl }),
})

/** An attachment from the body of a request. Throws Graph's 400 and 413. */
export const readAttachment = (body: Fields, key: string): Attachment => {
  const type = textOr(body['@odata.type'], '')
  const kind = type.endsWith('.referenceAttachment') ? 'reference' : 'file'
  if (!/^#microsoft\.graph\.(file|reference|taskFile)Attachment$/.test(type))
    throw badBody(`The attachment type '${type}' is not supported here.`)
  const { name, contentBytes, contentType, sourceUrl, isInline, contentId } = body
  if (typeof name !== 'string' || name === '') throw badBody("The property 'name' is required.")
  if (kind === 'file' && typeof contentBytes !== 'string')
    throw badBody("The property 'contentBytes' is required.")
  return {
    key,
    kind,
    name,
    contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
    isInline: isInline === true,
    contentId: typeof contentId === 'string' ? contentId : null,
    ...(typeof sourceUrl === 'string' && { sourceUrl }),
    bytes: Buffer.from(typeof contentBytes === 'string' ? contentBytes : '', 'base64'),
  }
}

import { createHash } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import { freshKey } from '../mail/mailbox.ts'
import { isRecord } from '../mail/message-input.ts'
import { createEvent } from './calendar-routes.ts'
import { readContact } from './contact-routes.ts'
import type { Outlook } from './shared.ts'
import {
  addCollection,
  addItem,
  type Collection,
  collectionsOf,
  type Item,
  type Kind,
  removeCollection,
  removeItem,
  type Store,
  touchCollection,
  touchItem,
} from './store.ts'
import { readTask } from './todo-routes.ts'

/**
 * The hidden hand of the tests over calendars, contacts and tasks. Each verb takes `mailbox`; `kind` is calendars, contactFolders or lists; a
 * collection is named by its name or id. Change: create (kind, collection, fields, count), update (id, fields), delete (id), move is
 * nothing that Outlook does here; exception (id, date, fields), cancel (id, date), createCollection, renameCollection, deleteCollection.
 * Truth: list, sent (what Exchange sent to attendees). Trouble (throttling, delays, expired tokens) is `mail`'s.
 */
export type OutlookControl = Record<string, (body: unknown) => unknown>

type Body = Readonly<Record<string, unknown>>

const refuse = (message: string): GraphError => new GraphError(400, 'BadControl', message)
const textOf = (body: Body, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw refuse(`"${name}" must be a text`)
  return value
}
const fieldsOf = (body: Body): Body => (isRecord(body['fields']) ? body['fields'] : {})

const describeAttachment = ({
  name,
  kind,
  bytes,
  item,
  isInline,
  contentId,
}: Item['attachments'][number]) => ({
  name,
  kind,
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  ...(item && { item }),
  ...(isInline && { isInline, contentId }),
})

const describe = (item: Item) => ({
  id: item.id,
  collection: item.collection.name,
  collectionId: item.collection.id,
  fields: item.fields,
  attachments: item.attachments.map(describeAttachment),
  exceptions: [...item.exceptions].map(([date, { fields, attachments }]) => ({
    date,
    fields,
    attachments: attachments.map(describeAttachment),
  })),
  cancelled: [...item.cancelled].sort(),
  children: [...item.children.values()],
  properties: Object.fromEntries(item.properties),
  photo: item.photo ? createHash('sha256').update(item.photo.bytes).digest('hex') : null,
  corpus: item.corpusName ?? null,
})

export const createOutlookControl = (outlook: Outlook): OutlookControl => {
  const now = () => Math.floor(outlook.house.tenant.clock.now() / 1000) * 1000
  const storeIn = (body: Body): Store => outlook.storeOf(outlook.house.office.open(textOf(body, 'mailbox')))
  const kindIn = (body: Body): Kind => {
    const kind = textOf(body, 'kind')
    if (kind !== 'calendars' && kind !== 'contactFolders' && kind !== 'lists')
      throw refuse('"kind" must be calendars, contactFolders or lists')
    return kind
  }
  const collectionIn = (store: Store, body: Body): Collection => {
    const all = collectionsOf(store, kindIn(body))
    const name = body['collection']
    const found = name === undefined ? all[0] : all.find((one) => one.id === name || one.name === name)
    if (!found) throw refuse(`no collection ${String(name)}`)
    return found
  }
  const itemIn = (store: Store, body: Body): Item => {
    const id = textOf(body, 'id')
    const item = [...store.collections.values()]
      .map((one) => one.items.get(id))
      .find((one) => one !== undefined)
    if (!item) throw refuse(`no item ${id}`)
    return item
  }
  const create = (store: Store, collection: Collection, fields: Body): Item => {
    if (collection.kind === 'contactFolders') return addItem(store, collection, readContact(fields), now())
    if (collection.kind === 'lists') return addItem(store, collection, readTask(fields), now())
    const at = new Date(now()).toISOString().slice(0, 19)
    return createEvent(
      store,
      collection,
      { start: { dateTime: at, timeZone: 'UTC' }, end: { dateTime: at, timeZone: 'UTC' }, ...fields },
      now(),
    )
  }
  const verbs: Record<string, (body: Body) => unknown> = {
    create: (body) => {
      const store = storeIn(body)
      const count = typeof body['count'] === 'number' ? body['count'] : 1
      return {
        ids: Array.from({ length: count }, () => create(store, collectionIn(store, body), fieldsOf(body)).id),
      }
    },
    update: (body) => {
      const store = storeIn(body)
      const item = itemIn(store, body)
      item.fields = { ...item.fields, ...fieldsOf(body) }
      touchItem(store, item, now())
      return { id: item.id }
    },
    /** `kind` is file, item (which is what Graph says of it; else a mail, as `base64` has it) or reference; without `base64` so many bytes (`size`) of a pattern. A picture in the text has `isInline` and `contentId`. */
    attach: (body) => {
      const store = storeIn(body)
      const item = itemIn(store, body)
      const kind = body['kind'] === 'item' || body['kind'] === 'reference' ? body['kind'] : 'file'
      const bytes =
        typeof body['base64'] === 'string'
          ? Buffer.from(body['base64'], 'base64')
          : Buffer.alloc(Number(body['size'] ?? 0), 'a pattern of some length; ')
      item.attachments = [
        ...item.attachments,
        {
          key: `given-${freshKey(store.mailbox)}`,
          kind,
          name: textOf(body, 'name'),
          contentType:
            kind !== 'file'
              ? null
              : typeof body['contentType'] === 'string'
                ? body['contentType']
                : 'application/octet-stream',
          isInline: body['isInline'] === true,
          contentId: typeof body['contentId'] === 'string' ? body['contentId'] : null,
          ...(isRecord(body['item']) && { item: body['item'] }),
          ...(kind === 'reference' && { sourceUrl: 'https://contoso.example/file' }),
          bytes,
        },
      ]
      touchItem(store, item, now())
      return {}
    },
    delete: (body) => {
      const store = storeIn(body)
      removeItem(store, itemIn(store, body))
      return {}
    },
    exception: (body) => {
      const store = storeIn(body)
      const item = itemIn(store, body)
      item.exceptions.set(textOf(body, 'date'), { fields: fieldsOf(body), attachments: [] })
      touchItem(store, item, now())
      return {}
    },
    cancel: (body) => {
      const store = storeIn(body)
      const item = itemIn(store, body)
      item.cancelled.add(textOf(body, 'date'))
      touchItem(store, item, now())
      return {}
    },
    createCollection: (body) => {
      const [store, kind] = [storeIn(body), kindIn(body)]
      // Folders of contacts lie below Outlook's own.
      const parent =
        kind === 'contactFolders' ? collectionsOf(store, kind).find((one) => one.wellKnown) : undefined
      return { id: addCollection(store, kind, textOf(body, 'name'), parent ? { parent } : {}).id }
    },
    renameCollection: (body) => {
      const store = storeIn(body)
      const collection = collectionIn(store, body)
      collection.name = textOf(body, 'name')
      touchCollection(store, collection)
      return { id: collection.id }
    },
    deleteCollection: (body) => {
      const store = storeIn(body)
      removeCollection(store, collectionIn(store, body))
      return {}
    },
    sent: (body) => ({ sent: storeIn(body).sent }),
    list: (body) => {
      const collections = collectionsOf(storeIn(body), kindIn(body))
      return {
        collections: collections.map((one) => ({
          id: one.id,
          name: one.name,
          wellKnown: one.wellKnown ?? null,
          parent: one.parent?.id ?? null,
          items: one.items.size,
        })),
        items: collections.flatMap((one) => [...one.items.values()].map(describe)),
      }
    },
  }
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]) => [name, (body: unknown) => verb(isRecord(body) ? body : {})]),
  )
}

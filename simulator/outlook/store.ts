import { folderId, immutableMessageId, ordinaryMessageId } from '../mail/identifiers.ts'
import { freshKey, type Mailbox, next } from '../mail/mailbox.ts'

/**
 * What a mailbox holds beside mail: calendars with events, folders of contacts, lists of tasks. One shape for the three: collections of
 * items, each change numbered by the mailbox's own sequence, so that change tracking and its expiry work as for mail.
 */

export type Fields = Readonly<Record<string, unknown>>
/** What a client sent, where it is a text. */
export const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' ? value : otherwise

export type Kind = 'calendars' | 'contactFolders' | 'lists'

export type Attachment = {
  readonly key: string
  readonly kind: 'file' | 'item' | 'reference'
  readonly name: string
  readonly contentType: string | null
  readonly isInline: boolean
  readonly contentId: string | null
  readonly sourceUrl?: string
  /** Of an attached item, what Graph says of it. */
  readonly item?: Fields
  readonly bytes: Buffer
}

/** An occurrence of a series that differs from it; the key beside it is its original local date. */
export type Exception = { fields: Fields; attachments: Attachment[] }

export type Item = {
  readonly key: string
  /** Immutable id. */
  readonly id: string
  readonly ordinaryId: string
  readonly collection: Collection
  /** Properties as Graph names them; what is not there has its default. */
  fields: Fields
  attachments: Attachment[]
  readonly exceptions: Map<string, Exception>
  readonly cancelled: Set<string>
  /** Steps of a task, and what it is linked to. */
  readonly children: Map<string, { readonly kind: 'checklistItems' | 'linkedResources'; fields: Fields }>
  /** MAPI properties set by clients, by normalized id. */
  properties: ReadonlyMap<string, string>
  photo: { readonly contentType: string; readonly bytes: Buffer } | undefined
  readonly corpusName?: string
  readonly createdAt: number
  modifiedAt: number
  changedAt: number
  arrivedAt: number
}

export type Collection = {
  readonly id: string
  readonly kind: Kind
  name: string
  readonly parent: Collection | undefined
  /** The one that Outlook itself made. */
  readonly wellKnown: string | undefined
  fields: Fields
  changedAt: number
  readonly items: Map<string, Item>
  readonly byOrdinaryId: Map<string, Item>
  readonly tombstones: { readonly id: string; readonly ordinaryId: string; readonly sequence: number }[]
}

/** A message that Exchange sent for a change of a meeting. */
export type Invitation = {
  readonly kind: 'invitation' | 'update' | 'cancellation'
  readonly subject: string
  readonly to: readonly string[]
}

export type Store = {
  readonly mailbox: Mailbox
  readonly collections: Map<string, Collection>
  readonly tombstones: { readonly id: string; readonly kind: Kind; readonly sequence: number }[]
  readonly sent: Invitation[]
}

export const createStore = (mailbox: Mailbox): Store => ({
  mailbox,
  collections: new Map(),
  tombstones: [],
  sent: [],
})

export const collectionsOf = (store: Store, kind: Kind): readonly Collection[] =>
  [...store.collections.values()].filter((one) => one.kind === kind)

export const addCollection = (
  store: Store,
  kind: Kind,
  name: string,
  traits: { key?: string; parent?: Collection; wellKnown?: string; fields?: Fields } = {},
): Collection => {
  const { mailbox } = store
  const collection: Collection = {
    id: folderId(mailbox.userId, `${kind}/${traits.key ?? freshKey(mailbox)}`),
    kind,
    name,
    parent: traits.parent,
    wellKnown: traits.wellKnown,
    fields: traits.fields ?? {},
    changedAt: next(mailbox),
    items: new Map(),
    byOrdinaryId: new Map(),
    tombstones: [],
  }
  store.collections.set(collection.id, collection)
  return collection
}

export const touchCollection = (store: Store, collection: Collection): void => {
  collection.changedAt = next(store.mailbox)
}

export const removeCollection = (store: Store, collection: Collection): void => {
  for (const child of collectionsOf(store, collection.kind))
    if (child.parent === collection) removeCollection(store, child)
  store.collections.delete(collection.id)
  store.tombstones.push({ id: collection.id, kind: collection.kind, sequence: next(store.mailbox) })
}

export const addItem = (
  store: Store,
  collection: Collection,
  fields: Fields,
  at: number,
  traits: { key?: string; corpusName?: string; attachments?: Attachment[] } = {},
): Item => {
  const { userId } = store.mailbox
  const key = traits.key ?? freshKey(store.mailbox)
  const id = immutableMessageId(userId, `${collection.kind}/${key}`)
  const sequence = next(store.mailbox)
  const item: Item = {
    key,
    id,
    ordinaryId: ordinaryMessageId(userId, id, collection.id, 0),
    collection,
    fields,
    attachments: traits.attachments ?? [],
    exceptions: new Map(),
    cancelled: new Set(),
    children: new Map(),
    properties: new Map(),
    photo: undefined,
    ...(traits.corpusName === undefined ? {} : { corpusName: traits.corpusName }),
    createdAt: at,
    modifiedAt: at,
    changedAt: sequence,
    arrivedAt: sequence,
  }
  collection.items.set(id, item)
  collection.byOrdinaryId.set(item.ordinaryId, item)
  return item
}

export const touchItem = (store: Store, item: Item, at: number): void => {
  item.changedAt = next(store.mailbox)
  item.modifiedAt = at
}

export const removeItem = (store: Store, item: Item): void => {
  const { collection } = item
  collection.items.delete(item.id)
  collection.byOrdinaryId.delete(item.ordinaryId)
  collection.tombstones.push({ id: item.id, ordinaryId: item.ordinaryId, sequence: next(store.mailbox) })
}

/** An item of any collection of the kind, by immutable or ordinary id. */
export const findItem = (store: Store, kind: Kind, id: string, immutable: boolean): Item | undefined => {
  for (const collection of collectionsOf(store, kind)) {
    const item = immutable ? collection.items.get(id) : collection.byOrdinaryId.get(id)
    if (item) return item
  }
  return undefined
}

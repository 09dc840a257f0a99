/** What backing up calendars, contacts and tasks has in common: collections with items, each item one file. */
import type { GraphClient } from '../../microsoft/index.ts'
import type { Json } from './graph-json.ts'

/** A calendar, a folder of contacts or a list of tasks. */
export interface OutlookCollection {
  readonly externalId: string
  /** Microsoft's id of the one above it; null at the top. */
  readonly parentExternalId: string | null
  readonly name: string
  /** What a restore needs to know of it, beside its name. */
  readonly metadata: Json
}

/** An entry of a page: enough to tell whether the item changed. */
export interface OutlookEntry {
  readonly externalId: string
  readonly isRemoved: boolean
  /** Another one means another content. */
  readonly changeKey: string
  /** What people know it by. */
  readonly title: string
  /** The answer as it came. */
  readonly json: Json
}

export interface OutlookPage {
  readonly entries: readonly OutlookEntry[]
  /** Where to go on once this page is stored; null: at the beginning, since everything is listed each time. */
  readonly position: string | null
  readonly roundDone: boolean
}

/** What the catalog says of an item. */
export interface OutlookFacts {
  readonly externalId: string
  readonly changeKey: string
  readonly title: string
  /** By which lists are ordered, milliseconds since the epoch: when an event begins, when a contact was changed, when a task is due. */
  readonly time: number | null
  readonly hasAttachments: boolean
  readonly categories: string[]
  /** For lists: the organizer of an event, the company of a contact. */
  readonly byName: string
  readonly byAddress: string
  /** Line of `_items.jsonl`: the properties without the text, which stands in the file. */
  readonly metadata: Json
  readonly searchText: string
}

export interface FetchedOutlookItem {
  readonly facts: OutlookFacts
  /** The file, piece by piece; attachments are read from Graph while it is. */
  readonly file: AsyncIterable<Uint8Array>
}

export interface OutlookWorkload {
  /** Directory at the repository's top. */
  readonly top: 'calendar' | 'contacts' | 'todo'
  /** Under which a line of `_items.jsonl` says what is known of the item. */
  readonly key: 'event' | 'contact' | 'task'
  /** Ending of files, with its dot. */
  readonly ending: '.ics' | '.vcf'
  /** All collections, each after the one above it. @throws MicrosoftError */
  collections(graph: GraphClient, user: string, signal: AbortSignal): AsyncGenerator<OutlookCollection>
  /** Whether a collection that was not listed is there nevertheless. @throws MicrosoftError */
  isThere(graph: GraphClient, user: string, collection: string, signal: AbortSignal): Promise<boolean>
  /** One round over the items: from `position`, or everything without one. @throws MicrosoftError */
  items(
    graph: GraphClient,
    user: string,
    collection: string,
    position: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<OutlookPage>
  /** One item by its id; undefined where it is not in the collection any more. @throws MicrosoftError */
  entry(
    graph: GraphClient,
    user: string,
    collection: string,
    id: string,
    signal: AbortSignal,
  ): Promise<OutlookEntry | undefined>
  /** All of an item. @throws MicrosoftError */
  fetch(
    graph: GraphClient,
    user: string,
    collection: string,
    entry: OutlookEntry,
    signal: AbortSignal,
  ): Promise<FetchedOutlookItem>
}

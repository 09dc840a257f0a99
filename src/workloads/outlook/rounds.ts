/** Pages of lists and of rounds over changes of collections. */
import {
  type GraphClient,
  isMailboxAbsent,
  isNotFound,
  preferImmutableIds,
  preferPageSize,
} from '../../microsoft/index.ts'
import { isChangeTrackingMissing } from '../mail/listing.ts'
import type { Json } from './graph-json.ts'
import type { OutlookEntry, OutlookPage } from './outlook-workload.ts'

/** Entries of one page: few requests, and little memory even where each carries a long note. */
export const entriesPerPage = 200

export interface RoundRequest {
  readonly graph: GraphClient
  readonly user: string
  readonly path: string
  readonly query: Readonly<Record<string, string | number>>
  readonly signal: AbortSignal
}

/** A list, page by page. @throws MicrosoftError */
export async function* listed<T = Json>({
  graph,
  user,
  path,
  query,
  signal,
}: RoundRequest): AsyncGenerator<{
  readonly value: T[]
  readonly last: boolean
}> {
  const pages = graph.pages<T>({
    path,
    query: { $top: entriesPerPage, ...query },
    prefer: [preferImmutableIds],
    mailbox: user,
    signal,
  })
  for await (const page of pages) yield { value: page.value, last: page.nextLink === undefined }
}

/** All of it as a list, which has no position to go on from. */
export async function* listedEntries(
  request: RoundRequest,
  read: (json: Json) => OutlookEntry,
): AsyncGenerator<OutlookPage> {
  for await (const { value, last } of listed(request))
    yield { entries: value.map(read), position: null, roundDone: last }
}

/**
 * A round over changes, from `position` or from the beginning; where the cloud has no such function, everything is listed.
 * @param list path of the list; that of the function ends in `/delta`
 */
export async function* trackedEntries(
  request: RoundRequest,
  position: string | null,
  read: (json: Json) => OutlookEntry,
): AsyncGenerator<OutlookPage> {
  const { graph, user, path, query, signal } = request
  try {
    const pages = graph.pages<Json>({
      ...(position === null ? { path: `${path}/delta`, query } : { path: position }),
      prefer: [preferImmutableIds, preferPageSize(entriesPerPage)],
      mailbox: user,
      signal,
    })
    for await (const page of pages) {
      const next = page.deltaLink ?? page.nextLink
      if (next === undefined) throw new TypeError('a delta page without a link')
      yield { entries: page.value.map(read), position: next, roundDone: page.deltaLink !== undefined }
    }
  } catch (error) {
    if (position !== null || !isChangeTrackingMissing(error)) throw error
    yield* listedEntries(request, read)
  }
}

/** What a path gives, or undefined where nothing is there. @throws MicrosoftError, also where the mailbox itself is not there */
export async function readOrNothing(
  graph: GraphClient,
  user: string,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Json | undefined> {
  try {
    const { body } = await graph.request<Json>({
      path,
      query,
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    return body
  } catch (error) {
    if (isNotFound(error) && !isMailboxAbsent(error)) return undefined
    throw error
  }
}

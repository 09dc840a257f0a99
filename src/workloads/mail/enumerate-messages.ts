import {
  type GraphClient,
  type GraphPage,
  graphPath,
  isTruncatedAnswer,
  preferImmutableIds,
  preferPageSize,
} from '../../microsoft/index.ts'
import { type GraphMessage, messageFields } from './graph-message.ts'
import { isChangeTrackingMissing, listMessages } from './listing.ts'

/** Entries of one delta page: large enough for few requests, small enough for memory and for a page's time limit. */
export const messagesPerPage = 200

/** A whole folder in pages smaller than this would take too many requests. */
const smallestListing = 10

export interface MessagePage {
  readonly entries: GraphMessage[]
  /** Where to go on once this page is stored; null: at the beginning, since this cloud tracks no changes. */
  readonly position: string | null
  /** This page ends the round: `position` is where the next one begins. */
  readonly roundDone: boolean
}

/**
 * One delta round over the messages of one folder: from `position` (a delta link, or the link of a page in the middle of a
 * round), or everything without one. Query options go on the first request only; the links carry them afterwards (Microsoft
 * Graph, "message: delta"). A page that comes cut off is asked for again in smaller pages. Where the cloud has no such round, the
 * folder is listed.
 * @throws MicrosoftError, among them one for which `isResyncRequired` or `isNotFound` holds
 */
export async function* enumerateMessages(
  graph: GraphClient,
  user: string,
  folder: string,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<MessagePage> {
  let link = position
  let pageSize = messagesPerPage
  for (;;) {
    try {
      for await (const page of round(graph, user, folder, link, pageSize, signal)) {
        const next = page.deltaLink ?? page.nextLink
        if (next === undefined) throw new TypeError('a delta page without a link')
        const roundDone = page.deltaLink !== undefined
        yield { entries: page.value, position: next, roundDone }
        link = next
        if (roundDone) return
      }
      return
    } catch (error) {
      if (link === null && isChangeTrackingMissing(error)) return yield* listed(graph, user, folder, signal)
      if (!isTruncatedAnswer(error) || pageSize === 1) throw error
      pageSize = Math.ceil(pageSize / 4)
    }
  }
}

/** A listing begins anew with smaller pages: unlike a round it carries their size in its links. */
async function* listed(
  graph: GraphClient,
  user: string,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<MessagePage> {
  for (let pageSize = messagesPerPage; ; pageSize = Math.ceil(pageSize / 4)) {
    try {
      for await (const { messages, last } of listMessages(graph, user, folder, pageSize, signal))
        yield { entries: messages, position: null, roundDone: last }
      return
    } catch (error) {
      if (!isTruncatedAnswer(error) || pageSize < smallestListing) throw error
    }
  }
}

function round(
  graph: GraphClient,
  user: string,
  folder: string,
  link: string | null,
  pageSize: number,
  signal: AbortSignal,
): AsyncIterable<GraphPage<GraphMessage>> {
  return graph.pages<GraphMessage>({
    ...(link === null
      ? {
          path: graphPath`/users/${user}/mailFolders/${folder}/messages/delta`,
          query: { $select: messageFields.join(',') },
        }
      : { path: link }),
    prefer: [preferImmutableIds, preferPageSize(pageSize)],
    mailbox: user,
    signal,
  })
}

/** One message by id, with the same fields. @throws MicrosoftError */
export async function readMessage(
  graph: GraphClient,
  user: string,
  id: string,
  signal: AbortSignal,
): Promise<GraphMessage> {
  const { body } = await graph.request<GraphMessage>({
    path: graphPath`/users/${user}/messages/${id}`,
    query: { $select: messageFields.join(',') },
    prefer: [preferImmutableIds],
    mailbox: user,
    signal,
  })
  return body
}

import { createHash } from 'node:crypto'
import { GraphError } from '../graph/errors.ts'
import { badQuery } from './failures.ts'
import type { Behaviour } from './house.ts'
import type { Mailbox } from './mailbox.ts'
import type { Expand, Query } from './query.ts'

/**
 * Change tracking: tokens, and which entries a page has. A token carries everything about the round, since query
 * options belong to its first request only.
 */

export type DeltaState = {
  /** Mailbox, and folder for messages. */
  readonly scope: string
  readonly generation: number
  /** The client knows everything up to here. */
  readonly since: number
  /** Entries up to here were sent in this round. */
  readonly after: number
  /** Removals after this number are told. In a first round: those since it began. */
  readonly removedSince: number
  readonly select: readonly string[] | undefined
  readonly expand: readonly Expand[]
  readonly top: number | undefined
  readonly changeType: string | undefined
  readonly filter: string | undefined
  readonly hidden: boolean
  /** The next page is to be an empty one. */
  readonly blank: boolean
}

const seal = (text: string): string =>
  createHash('sha256').update(`delta ${text}`).digest('base64url').slice(0, 8)

const writeToken = (state: DeltaState): string => {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${seal(text)}${text}`
}

const readToken = (token: string): DeltaState | undefined => {
  const text = token.slice(8)
  if (seal(text) !== token.slice(0, 8)) return undefined
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as DeltaState
}

/** Where the round stands: from the token, or its beginning. Throws 400 for foreign tokens, 410 for expired ones. */
export const readDeltaState = (
  mailbox: Mailbox,
  scope: string,
  query: Query,
  behaviour: Behaviour,
): DeltaState => {
  const token = query.skipToken ?? query.deltaToken
  if (token === undefined) {
    if (query.orderBy !== undefined && query.orderBy !== 'receivedDateTime desc')
      throw badQuery(`The query parameter '$orderby' is not supported with these values in change tracking.`)
    if (query.skip > 0 || query.count)
      throw badQuery('The query parameter is not supported in change tracking.')
    if (query.changeType !== undefined && !['created', 'updated', 'deleted'].includes(query.changeType))
      throw badQuery(`Invalid value '${query.changeType}' for changeType.`)
    return {
      scope,
      generation: mailbox.generation,
      since: 0,
      after: 0,
      removedSince: mailbox.sequence,
      select: query.select,
      expand: query.expand,
      top: query.top,
      changeType: query.changeType,
      filter: query.filter,
      hidden: query.includeHiddenFolders,
      blank: false,
    }
  }
  if (query.select || query.filter !== undefined || query.top !== undefined || query.expand.length > 0)
    throw badQuery('Query options are not allowed beside a state token; they are part of it.')
  const state = readToken(token)
  if (!state || state.scope !== scope)
    throw new GraphError(400, 'SyncStateInvalid', 'The sync state is invalid for this collection.')
  const [status = '410', code = 'SyncStateNotFound'] = behaviour.resync.split(' ')
  if (state.generation !== mailbox.generation)
    throw new GraphError(
      Number(status),
      code,
      `The sync state generation is not found; generation=${state.generation}.`,
    )
  return state
}

export type Entry = { readonly sequence: number; readonly show: () => unknown }

const defaultPage = 10
export type DeltaPage = {
  readonly value: readonly unknown[]
  readonly link: Readonly<Record<string, string>>
  readonly shown: readonly Entry[]
}

export const entriesOfPage = (
  state: DeltaState,
  pageSize: number | undefined,
  behaviour: Behaviour,
): number => Math.min(behaviour.largestPage, pageSize ?? state.top ?? defaultPage)

/** One page of the round, and the link that goes on or ends it. `entries` need no order and may be too many. */
export const deltaPage = async (
  mailbox: Mailbox,
  state: DeltaState,
  entries: readonly Entry[],
  address: string,
  pageSize: number | undefined,
  behaviour: Behaviour,
): Promise<DeltaPage> => {
  const nextLink = (next: DeltaState) => ({ '@odata.nextLink': `${address}?$skiptoken=${writeToken(next)}` })
  if (state.blank) return { value: [], link: nextLink({ ...state, blank: false }), shown: [] }
  const size = entriesOfPage(state, pageSize, behaviour)
  const open = entries.filter((entry) => entry.sequence > state.after).sort((a, b) => a.sequence - b.sequence)
  const page = open.slice(0, size)
  const before = behaviour.duplicates
    ? entries.filter((entry) => entry.sequence === state.after).slice(0, 1)
    : []
  const shown = behaviour.shuffle ? [...before, ...page].reverse() : [...before, ...page]
  const value = await Promise.all(shown.map((entry) => entry.show()))
  if (open.length > size)
    return {
      value,
      shown,
      link: nextLink({ ...state, after: page.at(-1)?.sequence ?? state.after, blank: behaviour.emptyPages }),
    }
  const since = Math.max(0, mailbox.sequence - (behaviour.replay ? 5 : 0))
  const end: DeltaState = { ...state, since, after: since, removedSince: since, blank: false }
  return { value, shown, link: { '@odata.deltaLink': `${address}?$deltatoken=${writeToken(end)}` } }
}

import { createHash } from 'node:crypto'
import { copiesAfter } from '../copies.ts'
import { GraphError } from '../graph/errors.ts'
import type { Json } from '../graph/odata.ts'
import { ancestorsOf, type Drive, type DriveItem, type Tombstone } from './drive.ts'
import { invalidRequest } from './failures.ts'
import type { House } from './house.ts'
import { itemJson } from './present.ts'

/**
 * Change tracking of a drive. A page holds what has changed since, oldest change first, with the unchanged folders above it sent again;
 * what is gone comes with the `deleted` facet (Microsoft Graph, "driveItem: delta", 2026).
 */

type State = {
  readonly drive: string
  readonly generation: number
  /** Everything up to here was sent. */
  readonly after: number
  /** Removals after this number are told. */
  readonly removedSince: number
  readonly select: readonly string[] | undefined
  readonly top: number
  readonly blank: boolean
}

const defaultPage = 200

const seal = (text: string): string =>
  createHash('sha256').update(`drive delta ${text}`).digest('base64url').slice(0, 8)

const write = (state: State): string => {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${seal(text)}${text}`
}

const read = (token: string): State | undefined => {
  const text = token.slice(8)
  if (seal(text) !== token.slice(0, 8)) return undefined
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as State
}

export type DeltaQuery = {
  readonly token: string | undefined
  readonly select: readonly string[] | undefined
  readonly top: number | undefined
}

const stateOf = (house: House, drive: Drive, query: DeltaQuery, address: string): State => {
  const fresh: State = {
    drive: drive.id,
    generation: drive.generation,
    after: 0,
    removedSince: drive.sequence,
    select: query.select,
    top: query.top ?? defaultPage,
    blank: false,
  }
  if (query.token === undefined || query.token === '') return fresh
  if (query.token === 'latest') return { ...fresh, after: drive.sequence }
  const state = read(query.token)
  if (!state || state.drive !== drive.id) throw invalidRequest('The provided token is not valid.')
  if (state.generation === drive.generation) return state
  const { resync } = house.behaviour
  throw new GraphError(
    410,
    'resyncRequired',
    'Resync required. Replace any local items with the server’s version.',
    {
      headers: { location: `${address}?token=` },
      ...(resync === 'resyncRequired' ? {} : { inner: { code: resync } }),
    },
  )
}

const tombstoneJson = (drive: Drive, gone: Tombstone): Json => ({
  id: gone.id,
  deleted: { state: 'deleted' },
  parentReference: { driveId: drive.id, driveType: drive.kind, id: gone.parentId },
  ...(gone.isFolder ? { folder: { childCount: 0 } } : { file: {} }),
})

type Entry = {
  readonly sequence: number
  readonly item?: DriveItem
  readonly gone?: Tombstone
  readonly copyId?: string
}

/** One page, with the link that goes on or ends the round. `address` is that of the delta function. */
export const deltaPage = (house: House, drive: Drive, query: DeltaQuery, address: string): Json => {
  const { behaviour } = house
  const state = stateOf(house, drive, query, address)
  const context = { '@odata.context': `${house.tenant.endpoints.graph}/v1.0/$metadata#Collection(driveItem)` }
  const nextLink = (next: State) => ({ '@odata.nextLink': `${address}?token=${write(next)}` })
  if (state.blank) return { ...context, ...nextLink({ ...state, blank: false }), value: [] }
  const entries: Entry[] = []
  for (const item of drive.items.values())
    if (item.changedAt > state.after) entries.push({ sequence: item.changedAt, item })
  for (const gone of drive.tombstones)
    if (gone.sequence > Math.max(state.after, state.removedSince))
      entries.push({ sequence: gone.sequence, gone })
  const size = Math.min(behaviour.largestPage, state.top)
  const { copies } = drive
  // One more than a page has, so that another is seen to follow.
  for (const { id, sequence } of copies ? copiesAfter(copies, state.after, size + 1) : [])
    entries.push({ sequence, copyId: id })
  entries.sort((a, b) => a.sequence - b.sequence)
  const page = entries.slice(0, size)
  const shown = withFolders(page)
  if (behaviour.duplicates) {
    const before = [...drive.items.values()].find(({ changedAt }) => changedAt === state.after)
    if (before) shown.unshift({ sequence: before.changedAt, item: before })
  }
  if (behaviour.shuffle) shown.reverse()
  const copied = copies && itemJson(house, drive, copies.of, state.select)
  const value = shown.map(({ item, gone, copyId }) => {
    if (item) return itemJson(house, drive, item, state.select)
    return gone ? tombstoneJson(drive, gone) : { ...copied, id: copyId, name: copyId }
  })
  if (entries.length > page.length) {
    const after = page.at(-1)?.sequence ?? state.after
    return { ...context, ...nextLink({ ...state, after, blank: behaviour.emptyPages }), value }
  }
  const after = Math.max(0, drive.sequence - (behaviour.replay ? 5 : 0))
  const end = write({ ...state, after, removedSince: after, blank: false })
  return { ...context, '@odata.deltaLink': `${address}?token=${end}`, value }
}

/** Each folder above a changed item comes before it, once a page. */
function withFolders(page: readonly Entry[]): Entry[] {
  const sent = new Set(page.flatMap(({ item }) => (item ? [item.id] : [])))
  return page.flatMap((entry) => {
    const above = (entry.item ? ancestorsOf(entry.item) : []).filter(({ id }) => !sent.has(id))
    for (const { id } of above) sent.add(id)
    return [...above.map((item) => ({ sequence: item.changedAt, item })), entry]
  })
}

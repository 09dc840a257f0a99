import { type GraphClient, preferImmutableIds } from '../../../microsoft/index.ts'
import { markerProperty } from '../../mail/restore/message-json.ts'
import type { Json } from '../graph-json.ts'

/** Where an item is to be put, and by what it is known there. */
export interface OutlookTarget {
  readonly graph: GraphClient
  readonly userId: string
  readonly collectionId: string
  readonly marker: string
  readonly signal: AbortSignal | undefined
}

export async function send<T = Json>(
  { graph, userId, signal }: OutlookTarget,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  more: {
    readonly body?: unknown
    readonly query?: Readonly<Record<string, string | number>>
    readonly headers?: Readonly<Record<string, string>>
    readonly idempotent?: boolean
  } = {},
): Promise<T> {
  const { body } = await graph.request<T>({
    method,
    path,
    ...more,
    ...(method === 'DELETE' || method === 'PUT' ? { as: 'none' as const } : {}),
    prefer: [preferImmutableIds],
    mailbox: userId,
    priority: 'high',
    signal,
  })
  return body
}

/** The item of a list that carries the marker. */
export async function findByMarker(target: OutlookTarget, path: string): Promise<string | undefined> {
  const found = await send<{ value: { id: string }[] }>(target, 'GET', path, {
    query: {
      $select: 'id',
      $top: 1,
      $filter: `singleValueExtendedProperties/any(ep: ep/id eq '${markerProperty}' and ep/value eq '${target.marker}')`,
    },
  })
  return found.value[0]?.id
}

/** Of the properties, those that may be set and are. */
export function pick(json: Json, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (json[name] === undefined || json[name] === null ? [] : [[name, json[name]]])),
  )
}

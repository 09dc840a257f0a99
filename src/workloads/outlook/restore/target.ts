import { type GraphClient, preferImmutableIds } from '../../../microsoft/index.ts'
import { markerProperty } from '../../mail/restore/message-json.ts'
import { type Json, textOf } from '../graph-json.ts'
import type { StoredAttachment } from '../stored-item.ts'
import { fail } from './errors.ts'

/** Where an item is to be put, and by what it is known there. */
export interface OutlookTarget {
  readonly graph: GraphClient
  readonly userId: string
  readonly collectionId: string
  readonly marker: string
  readonly signal: AbortSignal | undefined
}

/** Beyond that Graph takes attachments in upload sessions only ("Add attachment", 2026). */
const largestAttachment = 3 * 1024 * 1024 - 1

/** @throws WRK_OUTLOOK_ATTACHMENT_TOO_LARGE */
export function requireSmall(attachments: readonly StoredAttachment[]): void {
  const large = attachments.find(({ bytes }) => bytes.length > largestAttachment)
  if (large)
    throw fail('WRK_OUTLOOK_ATTACHMENT_TOO_LARGE', {
      name: textOf(large.json['name']),
      size: large.bytes.length,
    })
}

export async function send<T = Json>(
  { graph, userId, signal }: OutlookTarget,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string,
  more: {
    readonly body?: unknown
    readonly query?: Readonly<Record<string, string | number>>
    readonly headers?: Readonly<Record<string, string>>
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

/** Adds those of the attachments that are not there yet, by name. @param path of the item @param type of a file as Graph calls it there */
export async function addAttachments(
  target: OutlookTarget,
  path: string,
  type: string,
  attachments: readonly StoredAttachment[],
): Promise<void> {
  if (attachments.length === 0) return
  const { value } = await send<{ value: Json[] }>(target, 'GET', `${path}/attachments`, {
    query: { $top: 1000 },
  })
  const there = new Set(value.map(({ name }) => name))
  for (const { json, bytes } of attachments) {
    const name = textOf(json['name']) || 'attachment'
    if (there.has(name)) continue
    const body = {
      '@odata.type': type,
      ...pick(json, ['contentType', 'isInline']),
      name,
      contentBytes: bytes.toString('base64'),
    }
    await send(target, 'POST', `${path}/attachments`, { body })
  }
}

/**
 * What is kept of an event, a contact or a task: one file in the format that other programs read, which also carries Graph's own JSON and the
 * attachments. The JSON is the truth for a restore; the rest of the file is derived from it.
 */
import { fail } from '../errors.ts'
import { isJson, type Json } from './graph-json.ts'

/** Name of the line with Graph's JSON, base64. */
export const graphJsonLine = 'X-BDRCLOUD-GRAPH-JSON'
/** Parameters by which an attachment is known: its place in the JSON's `attachments`, and of which occurrence. */
export const attachmentParameter = 'X-BDRCLOUD-ATTACHMENT'

export function encodeJson(json: Json): string {
  return Buffer.from(JSON.stringify(json)).toString('base64')
}

/** Of the value of a line `PHOTO`, as `contact-file.ts` writes it; undefined for another one. */
export function photoOf(value: string): { readonly contentType: string; readonly bytes: Buffer } | undefined {
  const comma = value.indexOf(',')
  const head = value.slice(0, Math.max(0, comma))
  if (!head.startsWith('data:') || !head.endsWith(';base64')) return undefined
  const [contentType = ''] = head.slice('data:'.length).split(';', 1)
  return { contentType, bytes: Buffer.from(value.slice(comma + 1), 'base64') }
}

/** @throws WRK_STORED_ITEM_UNREADABLE */
export function readJson(value: string | undefined): Json {
  try {
    const json: unknown = JSON.parse(Buffer.from(value ?? '', 'base64').toString('utf8'))
    if (isJson(json)) return json
  } catch {
    // Told below.
  }
  throw fail('WRK_STORED_ITEM_UNREADABLE')
}

/** Descriptions of attachments of an item and of its changed occurrences. */
export function attachmentsOf(json: Json): Json[] {
  const own = Array.isArray(json['attachments']) ? json['attachments'].filter(isJson) : []
  const exceptions = Array.isArray(json['exceptionOccurrences'])
    ? json['exceptionOccurrences'].filter(isJson)
    : []
  return [...own, ...exceptions.flatMap(attachmentsOf)]
}

/** An ICS or VCF file of the repository, read by its documented lines: Graph's JSON, attachments with their bytes, a photo. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import ICAL from 'ical.js'
import type { Attachment, Fields } from './tenant-state.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Described extends Fields {
  readonly id: string
  readonly name: string
}

/** In the shape of the tenant's own description; `fields` has all that Graph gave. @throws AssertionError for what others could not read */
export function readOutlookFile(bytes: Buffer, name: string): Fields {
  assert.doesNotThrow(() => ICAL.parse(bytes.toString('utf8')), name)
  const lines = bytes
    .toString('utf8')
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
  const valueOfLine = (property: string) =>
    lines
      .map((line) => new RegExp(`^${property}(?:;[^:]*)?:(.*)$`).exec(line)?.[1])
      .find((one) => one !== undefined)
  const json = JSON.parse(
    Buffer.from(valueOfLine('X-BDRCLOUD-GRAPH-JSON') ?? '', 'base64').toString('utf8'),
  ) as Fields
  const contents = new Map<string, Buffer>()
  for (const line of lines) {
    const [, id, content] = /^ATTACH;.*X-BDRCLOUD-ATTACHMENT="?([^";:]+)"?[^:]*:(.*)$/.exec(line) ?? []
    if (id !== undefined) contents.set(id, Buffer.from(content ?? '', 'base64'))
  }
  const attachments = (of: Fields): Attachment[] =>
    ((of['attachments'] ?? []) as Described[]).map(({ id, name: own }) => ({
      name: own,
      sha256: sha256(contents.get(id) ?? Buffer.from(`no bytes of ${own}`)),
    }))
  const photo = /^data:[^,]+,(.*)$/.exec(valueOfLine('PHOTO') ?? '')?.[1]
  const occurrences = (json['exceptionOccurrences'] ?? []) as (Fields & { occurrenceId: string })[]
  return {
    fields: withInstants(json),
    exceptions: occurrences
      .map((one) => ({
        date: one.occurrenceId.slice(-10),
        fields: withInstants(one),
        attachments: attachments(one),
      }))
      .sort((a, b) => (a.date < b.date ? -1 : 1)),
    attachments: attachments(json),
    cancelled: ((json['cancelledOccurrences'] ?? []) as string[]).map((id) => id.slice(-10)),
    children: ['checklistItems', 'linkedResources'].flatMap((kind) =>
      ((json[kind] ?? []) as Fields[]).map((one) => ({
        kind,
        fields: Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'id')),
      })),
    ),
    photo: photo === undefined ? null : sha256(Buffer.from(photo, 'base64')),
  }
}

/** Graph was asked for times in UTC. */
function withInstants(json: Fields): Fields {
  const moments = ['start', 'end'].flatMap((name) => {
    const time = json[name] as { dateTime: string; timeZone: string } | undefined
    if (time === undefined) return []
    assert.equal(time.timeZone, 'UTC')
    const day = time.dateTime.slice(0, 10)
    return [[name, json['isAllDay'] === true ? day : Date.parse(`${time.dateTime.slice(0, 19)}Z`)]]
  })
  return { ...json, ...(Object.fromEntries(moments) as Fields) }
}

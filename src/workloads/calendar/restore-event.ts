/**
 * Puts an event back. Exchange writes to the attendees of every meeting that is created, changed or deleted, and Graph knows no way to keep it
 * from that. So the restored event has no attendees: it is an appointment of the user. Who they were, and what they had answered, stands at the end
 * of its text and, for programs, in an extended property. Nor is an online meeting made anew: its address stays in the text.
 */
import { graphPath, isNotFound } from '../../microsoft/index.ts'
import { markerProperty } from '../mail/restore/message-json.ts'
import { type Json, objectOf, objectsOf, personOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import type { OpenedItem } from '../outlook/open-item.ts'
import { addAttachments, eventAttachments } from '../outlook/restore/attachments.ts'
import type { RestoredOutlookItem } from '../outlook/restore/restore-outlook.ts'
import { findByMarker, type OutlookTarget, pick, send } from '../outlook/restore/target.ts'
import { attachmentsOf } from '../outlook/stored-item.ts'
import { ianaZone, offsetAt } from '../outlook/time-zones.ts'
import { originalStart } from './original-start.ts'

/** JSON of the attendees as they were. */
export const attendeesProperty = 'String {6d2c2f0e-5b0f-4d5e-9a0d-3a5f3c1f7b52} Name BDRCloudAttendees'

const fields = [
  'subject',
  'location',
  'locations',
  'isAllDay',
  'importance',
  'sensitivity',
  'showAs',
  'categories',
  'isReminderOn',
  'reminderMinutesBeforeStart',
]
const minute = 60_000

export async function restoreEvent(target: OutlookTarget, stored: OpenedItem): Promise<RestoredOutlookItem> {
  const { json, attachments } = stored
  const list = graphPath`/users/${target.userId}/calendars/${target.collectionId}/events`
  const known = await findByMarker(target, list)
  const id =
    known ??
    (await send<{ id: string }>(target, 'POST', list, { body: createRequest(json, target.marker) })).id
  const path = graphPath`/users/${target.userId}/events/${id}`
  const ownIds = new Set(objectsOf(json['attachments']).map((one) => one['id']))
  const notes = await addAttachments(
    target,
    path,
    eventAttachments,
    attachments.filter((one) => ownIds.has(one.id)),
    objectsOf(json['attachments']),
  )
  for (const date of cancelledDates(json)) await cancel(target, path, json, date)
  for (const exception of objectsOf(json['exceptionOccurrences'])) {
    const occurrence = await occurrenceAt(target, path, originalStart(exception, json))
    if (occurrence === undefined) continue
    const place = graphPath`/users/${target.userId}/events/${occurrence}`
    await send(target, 'PATCH', place, {
      body: { ...pick(exception, fields), ...text(exception), ...times(exception) },
    })
    const own = attachmentsOf({ attachments: exception['attachments'] }).filter(
      ({ id: one }) => !ownIds.has(one),
    )
    const ids = new Set(own.map((one) => one['id']))
    notes.push(
      ...(await addAttachments(
        target,
        place,
        eventAttachments,
        attachments.filter((one) => ids.has(one.id)),
        own,
      )),
    )
  }
  return { outcome: known === undefined ? 'restored' : 'already-there', messageId: id, notes }
}

function createRequest(json: Json, marker: string): Json {
  const attendees = objectsOf(json['attendees'])
  return {
    ...pick(json, fields),
    ...text(json),
    ...times(json),
    ...(json['recurrence'] ? { recurrence: json['recurrence'] } : {}),
    responseRequested: false,
    singleValueExtendedProperties: [
      { id: markerProperty, value: marker },
      ...(attendees.length > 0
        ? [
            {
              id: attendeesProperty,
              value: JSON.stringify({ organizer: json['organizer'] ?? null, attendees }),
            },
          ]
        : []),
    ],
  }
}

/** A series is planned by the clock of its zone; the days of an all-day event are days everywhere. */
function times(json: Json): Json {
  const zone = textOf(json['originalStartTimeZone'])
  const iana = json['isAllDay'] === true ? undefined : ianaZone(zone)
  const of = (value: unknown): Json => {
    const at = timeOf(objectOf(value)['dateTime']) ?? 0
    const local = new Date(at + (iana === undefined ? 0 : offsetAt(iana, at))).toISOString().slice(0, 19)
    return { dateTime: local, timeZone: iana === undefined ? 'UTC' : zone }
  }
  return { start: of(json['start']), end: of(json['end']) }
}

function text(json: Json): Json {
  const body = objectOf(json['body'])
  const isHtml = textOf(body['contentType']).toLowerCase() === 'html'
  const content = textOf(body['content'])
  const said = peopleOf(json)
  if (said.length === 0) return { body: { contentType: isHtml ? 'html' : 'text', content } }
  if (!isHtml) return { body: { contentType: 'text', content: `${content}\n\n${said.join('\n')}` } }
  const note = `<hr><p>${said.map(escapeHtml).join('<br>')}</p>`
  const end = content.search(/<\/body>/i)
  return {
    body: {
      contentType: 'html',
      content: end < 0 ? content + note : content.slice(0, end) + note + content.slice(end),
    },
  }
}

function peopleOf(json: Json): string[] {
  const attendees = objectsOf(json['attendees'])
  if (attendees.length === 0) return []
  const show = ({ name, address }: { name: string; address: string }) =>
    name === '' ? address : `${name} <${address}>`
  const answer = (attendee: Json) => textOf(objectOf(attendee['status'])['response']) || 'none'
  return [
    `Organizer: ${show(personOf(json['organizer']))}`,
    ...attendees.map(
      (one) => `Attendee: ${show(personOf(one))} (${textOf(one['type']) || 'required'}, ${answer(one)})`,
    ),
  ]
}

function escapeHtml(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function cancelledDates(json: Json): string[] {
  return textsOf(json['cancelledOccurrences']).flatMap((id) => /(\d{4}-\d\d-\d\d)$/.exec(id)?.[1] ?? [])
}

/** Deleting an occurrence of an event without attendees writes to nobody. */
async function cancel(target: OutlookTarget, path: string, json: Json, date: string): Promise<void> {
  const start = times(json)['start'] as { dateTime: string; timeZone: string }
  const zone = ianaZone(start.timeZone)
  const wall = Date.parse(`${date}T${start.dateTime.slice(11)}Z`)
  const at = zone === undefined ? wall : wall - offsetAt(zone, wall - offsetAt(zone, wall))
  const occurrence = await occurrenceAt(target, path, at)
  if (occurrence === undefined) return
  try {
    await send(target, 'DELETE', graphPath`/users/${target.userId}/events/${occurrence}`)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** The occurrence that begins, or was to begin, at a moment. */
async function occurrenceAt(
  target: OutlookTarget,
  path: string,
  at: number | null,
): Promise<string | undefined> {
  if (at === null) return undefined
  const query = {
    startDateTime: new Date(at - minute).toISOString(),
    endDateTime: new Date(at + 24 * 60 * minute).toISOString(),
    $top: 50,
  }
  const { value } = await send<{ value: Json[] }>(target, 'GET', `${path}/instances`, { query })
  const found = value.find(
    (one) => (timeOf(one['originalStart']) ?? timeOf(objectOf(one['start'])['dateTime'])) === at,
  )
  return found === undefined ? undefined : textOf(found['id'])
}

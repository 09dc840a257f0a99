/** An event as a calendar file (RFC 5545): its series, changed and cancelled occurrences, attendees, reminder, attachments. */
import { type ContentLine, contentLine, escapeText } from '../outlook/content-lines.ts'
import { type Json, objectOf, objectsOf, personOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import { htmlText } from '../outlook/html-text.ts'
import { recurrenceRule } from '../outlook/recurrence.ts'
import { encodeJson, graphJsonLine } from '../outlook/stored-item.ts'
import { ianaZone, icsTime, momentOf, timeZoneComponent } from '../outlook/time-zones.ts'
import { originalStart } from './original-start.ts'

const year = 366 * 86_400_000
/** A series without an end gets the rules of its zone for so long where they change from year to year. */
const yearsAhead = 15

/**
 * The file, piece by piece.
 * @param json event as Graph gives it, times in UTC, a master with `exceptionOccurrences` and `cancelledOccurrences`
 * @param attachments lines with the attachments of the event or of one of its changed occurrences
 */
export async function* eventFile(
  json: Json,
  attachments: (event: Json) => AsyncIterable<string>,
): AsyncGenerator<Uint8Array> {
  const zone = zoneOf(json)
  const start = startOf(json)
  yield Buffer.from(
    lines(
      { name: 'BEGIN', value: 'VCALENDAR' },
      { name: 'VERSION', value: '2.0' },
      { name: 'PRODID', value: '-//BDRCloud//BDRCloud Server//EN' },
    ) + (zone === undefined || start === null ? '' : timeZoneComponent(zone, start, lastMoment(json, start))),
  )
  for (const event of [json, ...objectsOf(json['exceptionOccurrences'])]) {
    yield Buffer.from(lines({ name: 'BEGIN', value: 'VEVENT' }, ...properties(event, json, zone)))
    if (event === json)
      yield Buffer.from(
        contentLine({
          name: graphJsonLine,
          parameters: { ENCODING: 'BASE64', VALUE: 'BINARY' },
          value: encodeJson(json),
        }),
      )
    for await (const piece of attachments(event)) yield Buffer.from(piece)
    yield Buffer.from(lines(...alarm(event), { name: 'END', value: 'VEVENT' }))
  }
  yield Buffer.from(contentLine({ name: 'END', value: 'VCALENDAR' }))
}

function lines(...list: readonly ContentLine[]): string {
  return list.map(contentLine).join('')
}

function text(name: string, value: string, parameters: Readonly<Record<string, string>> = {}): ContentLine[] {
  return value === '' ? [] : [{ name, parameters, value: escapeText(value) }]
}

/** A series is planned in a zone, by whose clocks it goes on; a single event is a moment. */
function zoneOf(json: Json): string | undefined {
  if (!json['recurrence'] || json['isAllDay'] === true) return undefined
  const range = objectOf(objectOf(json['recurrence'])['range'])
  return ianaZone(textOf(range['recurrenceTimeZone'])) ?? ianaZone(textOf(json['originalStartTimeZone']))
}

function startOf(json: Json): number | null {
  return timeOf(objectOf(json['start'])['dateTime'])
}

function lastMoment(json: Json, start: number): number {
  const range = objectOf(objectOf(json['recurrence'])['range'])
  const end = Date.parse(`${textOf(range['endDate'])}T00:00:00Z`)
  return range['type'] === 'endDate' && !Number.isNaN(end)
    ? Math.min(end, start + 60 * year) + year
    : start + yearsAhead * year
}

function time(name: string, value: unknown, isAllDay: boolean, zone: string | undefined): ContentLine[] {
  const at = timeOf(objectOf(value)['dateTime'])
  if (at === null) return []
  if (isAllDay) return [{ name, parameters: { VALUE: 'DATE' }, value: icsTime(at, undefined).slice(0, 8) }]
  return [{ name, ...(zone !== undefined && { parameters: { TZID: zone } }), value: icsTime(at, zone) }]
}

function moment(name: string, value: unknown): ContentLine[] {
  const at = timeOf(value)
  return at === null ? [] : [{ name, value: icsTime(at, undefined) }]
}

const busyOf: Readonly<Record<string, string>> = {
  free: 'FREE',
  tentative: 'TENTATIVE',
  oof: 'OOF',
  workingElsewhere: 'WORKINGELSEWHERE',
}
const classOf: Readonly<Record<string, string>> = {
  private: 'PRIVATE',
  personal: 'PRIVATE',
  confidential: 'CONFIDENTIAL',
}

function properties(event: Json, master: Json, zone: string | undefined): ContentLine[] {
  const isAllDay = event['isAllDay'] === true
  const body = objectOf(event['body'])
  const isHtml = textOf(body['contentType']).toLowerCase() === 'html'
  const content = textOf(body['content'])
  const stamp = event['lastModifiedDateTime'] ?? event['createdDateTime'] ?? '1970-01-01T00:00:00Z'
  return [
    { name: 'UID', value: escapeText(textOf(master['iCalUId']) || textOf(master['id'])) },
    ...moment('DTSTAMP', stamp),
    ...moment('CREATED', event['createdDateTime']),
    ...moment('LAST-MODIFIED', event['lastModifiedDateTime']),
    ...time('DTSTART', event['start'], isAllDay, zone),
    ...time('DTEND', event['end'], isAllDay, zone),
    ...(event === master ? seriesLines(master, isAllDay, zone) : recurrenceId(event, master, zone)),
    ...text('SUMMARY', textOf(event['subject'])),
    ...text('DESCRIPTION', isHtml ? htmlText(content) : content),
    ...(isHtml ? text('X-ALT-DESC', content, { FMTTYPE: 'text/html' }) : []),
    ...text('LOCATION', textOf(objectOf(event['location'])['displayName'])),
    ...categories(event),
    ...people(event),
    ...(event['isCancelled'] === true ? [{ name: 'STATUS', value: 'CANCELLED' }] : []),
    { name: 'CLASS', value: classOf[textOf(event['sensitivity'])] ?? 'PUBLIC' },
    { name: 'TRANSP', value: event['showAs'] === 'free' ? 'TRANSPARENT' : 'OPAQUE' },
    { name: 'X-MICROSOFT-CDO-BUSYSTATUS', value: busyOf[textOf(event['showAs'])] ?? 'BUSY' },
    ...(event['importance'] === 'high'
      ? [{ name: 'PRIORITY', value: '1' }]
      : event['importance'] === 'low'
        ? [{ name: 'PRIORITY', value: '9' }]
        : []),
  ]
}

function seriesLines(master: Json, isAllDay: boolean, zone: string | undefined): ContentLine[] {
  const rule = master['recurrence'] ? recurrenceRule(master['recurrence'], zone, isAllDay) : undefined
  if (rule === undefined) return []
  const start = startOf(master) ?? 0
  const clock = icsTime(start, zone).slice(9, 15)
  const timeOfDay = `${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4, 6)}`
  const cancelled = textsOf(master['cancelledOccurrences']).flatMap((id): ContentLine[] => {
    const date = /(\d{4}-\d\d-\d\d)$/.exec(id)?.[1]
    if (date === undefined) return []
    if (isAllDay) return [{ name: 'EXDATE', parameters: { VALUE: 'DATE' }, value: date.replaceAll('-', '') }]
    const at = momentOf(date, timeOfDay, zone)
    return [
      { name: 'EXDATE', ...(zone !== undefined && { parameters: { TZID: zone } }), value: icsTime(at, zone) },
    ]
  })
  return [{ name: 'RRULE', value: rule }, ...cancelled]
}

function recurrenceId(event: Json, master: Json, zone: string | undefined): ContentLine[] {
  const at = originalStart(event, master)
  const original = at === null ? event['start'] : { dateTime: new Date(at).toISOString() }
  return time('RECURRENCE-ID', original, master['isAllDay'] === true, zone)
}

function categories(event: Json): ContentLine[] {
  const names = textsOf(event['categories'])
  return names.length === 0 ? [] : [{ name: 'CATEGORIES', value: names.map(escapeText).join(',') }]
}

const answers: Readonly<Record<string, string>> = {
  accepted: 'ACCEPTED',
  organizer: 'ACCEPTED',
  declined: 'DECLINED',
  tentativelyAccepted: 'TENTATIVE',
}
const roles: Readonly<Record<string, string>> = { optional: 'OPT-PARTICIPANT', resource: 'NON-PARTICIPANT' }

function people(event: Json): ContentLine[] {
  const organizer = personOf(event['organizer'])
  const attendees = objectsOf(event['attendees'])
  return [
    ...(organizer.address === '' || attendees.length === 0
      ? []
      : [
          {
            name: 'ORGANIZER',
            parameters: nameParameter(organizer.name),
            value: mailAddress(organizer.address),
          },
        ]),
    ...attendees.map((attendee) => {
      const { name, address } = personOf(attendee)
      const type = textOf(attendee['type'])
      return {
        name: 'ATTENDEE',
        parameters: {
          ...nameParameter(name),
          ROLE: roles[type] ?? 'REQ-PARTICIPANT',
          CUTYPE: type === 'resource' ? 'RESOURCE' : 'INDIVIDUAL',
          PARTSTAT: answers[textOf(objectOf(attendee['status'])['response'])] ?? 'NEEDS-ACTION',
        },
        value: mailAddress(address),
      }
    }),
  ]
}

function nameParameter(name: string): Readonly<Record<string, string>> {
  return name === '' ? {} : { CN: name }
}

function mailAddress(address: string): string {
  return `mailto:${encodeURI(address.toWellFormed())}`
}

function alarm(event: Json): ContentLine[] {
  const minutes = Number(event['reminderMinutesBeforeStart'])
  if (event['isReminderOn'] !== true || !Number.isInteger(minutes) || minutes < 0) return []
  return [
    { name: 'BEGIN', value: 'VALARM' },
    { name: 'ACTION', value: 'DISPLAY' },
    { name: 'TRIGGER', value: `-PT${minutes}M` },
    { name: 'DESCRIPTION', value: escapeText(textOf(event['subject']) || 'Reminder') },
    { name: 'END', value: 'VALARM' },
  ]
}

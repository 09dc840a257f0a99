import { badQuery } from '../mail/failures.ts'
import { changeKey } from '../mail/identifiers.ts'
import type { MailRequest } from '../mail/route.ts'
import { datesOf, occurrenceId } from './series.ts'
import { attachmentJson, chosen, dateTime, expandedProperties } from './shared.ts'
import type { Exception, Fields, Item, Store } from './store.ts'
import { instantOf, inZone, localTime, type ZonedTime } from './time.ts'

/** Events as Graph shows them: single ones, masters of series, occurrences and exceptions. */

export const eventDefaults: Fields = {
  categories: [], transactionId: null, reminderMinutesBeforeStart: 15, isReminderOn: true, hasAttachments: false,
  subject: '', bodyPreview: '', importance: 'normal', sensitivity: 'normal', isAllDay: false, isCancelled: false, isOrganizer: true,
  responseRequested: true, seriesMasterId: null, showAs: 'busy', type: 'singleInstance', onlineMeetingUrl: null, isOnlineMeeting: false,
  onlineMeetingProvider: 'unknown', allowNewTimeProposals: true, isDraft: false, hideAttendees: false, onlineMeeting: null,
  recurrence: null, responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' }, body: { contentType: 'html', content: '' },
  location: { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} }, locations: [], attendees: [],
} // biome-ignore format: a record of defaults

/** Given only when asked for by name, and only for one series master. */
const bySelectOnly = ['cancelledOccurrences', 'exceptionOccurrences']

const zoneOf = (mail: MailRequest): string => {
  const header = [mail.request.headers['prefer'] ?? []].flat().join(',')
  return /outlook\.timezone\s*=\s*"?([^",]+)"?/i.exec(header)?.[1]?.trim() ?? 'UTC'
}

const plain = (content: string): string =>
  content
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 255)

const times = (fields: Fields, zone: string): Fields => {
  const [start, end] = [fields['start'] as ZonedTime, fields['end'] as ZonedTime]
  return {
    // All-day events are days and move with no zone.
    start:
      fields['isAllDay'] === true
        ? { dateTime: `${start.dateTime}.0000000`, timeZone: zone }
        : inZone(start, zone),
    end:
      fields['isAllDay'] === true
        ? { dateTime: `${end.dateTime}.0000000`, timeZone: zone }
        : inZone(end, zone),
    originalStartTimeZone: start.timeZone,
    originalEndTimeZone: end.timeZone,
  }
}

const base = (mail: MailRequest, item: Item, fields: Fields, id: string): Fields => {
  const body = fields['body'] as { content?: string } | undefined
  return {
    '@odata.etag': `W/"${changeKey(item.id, item.changedAt)}"`,
    id,
    createdDateTime: dateTime(item.createdAt),
    lastModifiedDateTime: dateTime(item.modifiedAt),
    changeKey: changeKey(item.id, item.changedAt),
    ...eventDefaults,
    iCalUId: `040000008200E00074C5B7101A82E008${Buffer.from(item.key).toString('hex').toUpperCase().slice(0, 40)}`,
    webLink: `https://outlook.example/calendar/item/${encodeURIComponent(id)}`,
    ...fields,
    bodyPreview: plain(body?.content ?? ''),
    ...times({ ...eventDefaults, ...fields }, zoneOf(mail)),
  }
}

const withAttachments = (
  mail: MailRequest,
  id: string,
  item: Item,
  attachments: Exception['attachments'],
): Fields =>
  mail.query.expand.some(({ name }) => name === 'attachments')
    ? { attachments: attachments.map((one) => attachmentJson(id, one, item.modifiedAt, true)) }
    : {}

export const eventId = (
  mail: MailRequest,
  item: { readonly id: string; readonly ordinaryId: string },
): string => (mail.preferences.immutableIds ? item.id : item.ordinaryId)

/** A single event or a series master. `alone` is a request for this one event. */
export const presentEvent = (mail: MailRequest, item: Item, alone: boolean): Fields => {
  const { query } = mail
  const id = eventId(mail, item)
  const isMaster = Boolean(item.fields['recurrence'])
  const wantsSeries = (name: string) =>
    (query.select?.includes(name) ?? false) || query.expand.some((part) => part.name === name)
  if (!alone && bySelectOnly.some(wantsSeries))
    throw badQuery('Exceptions and cancelled occurrences are only given for one series master at a time.')
  const json = {
    ...base(mail, item, item.fields, id),
    type: isMaster ? 'seriesMaster' : 'singleInstance',
    hasAttachments: item.attachments.some(({ isInline }) => !isInline),
  }
  return {
    ...chosen(json, query.select, 'event', bySelectOnly),
    ...(isMaster &&
      wantsSeries('cancelledOccurrences') && {
        cancelledOccurrences: [...item.cancelled].sort().map((date) => `OID.${id}.${date}`),
      }),
    ...(isMaster &&
      wantsSeries('exceptionOccurrences') && {
        exceptionOccurrences: [...item.exceptions]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([date, one]) => presentOccurrence(mail, item, date, one)),
      }),
    ...withAttachments(mail, id, item, item.attachments),
    ...expandedProperties(item, mail),
  }
}

/** The planned times of an occurrence, in the zone of its series. */
export const plannedTimes = (
  item: Item,
  date: string,
): { readonly start: ZonedTime; readonly end: ZonedTime } => {
  const [start, end] = [item.fields['start'] as ZonedTime, item.fields['end'] as ZonedTime]
  const at = `${date}${start.dateTime.slice(10)}`
  const length = instantOf(end.dateTime, end.timeZone) - instantOf(start.dateTime, start.timeZone)
  return {
    start: { dateTime: at, timeZone: start.timeZone },
    end: {
      dateTime: localTime(instantOf(at, start.timeZone) + length, end.timeZone),
      timeZone: end.timeZone,
    },
  }
}

export const presentOccurrence = (
  mail: MailRequest,
  item: Item,
  date: string,
  exception: Exception | undefined,
): Fields => {
  const id = occurrenceId(eventId(mail, item), date)
  const planned = plannedTimes(item, date)
  const fields = { ...item.fields, ...planned, ...exception?.fields, recurrence: null }
  const attachments = exception?.attachments ?? item.attachments
  return {
    ...base(mail, item, fields, id),
    type: exception ? 'exception' : 'occurrence',
    seriesMasterId: eventId(mail, item),
    occurrenceId: `OID.${eventId(mail, item)}.${date}`,
    originalStart: dateTime(instantOf(planned.start.dateTime, planned.start.timeZone)),
    hasAttachments: attachments.some(({ isInline }) => !isInline),
    ...withAttachments(mail, id, item, attachments),
  }
}

export type Shown = { readonly start: number; readonly item: Item; readonly show: () => Fields }

/** What a view of a calendar shows between two moments: single events, occurrences and exceptions, never masters. */
export const eventsBetween = (
  mail: MailRequest,
  items: Iterable<Item>,
  from: number,
  to: number,
): readonly Shown[] => {
  const found: Shown[] = []
  const add = (item: Item, fields: Fields, show: () => Fields): void => {
    const [start, end] = [fields['start'] as ZonedTime, fields['end'] as ZonedTime]
    const [begins, ends] = [instantOf(start.dateTime, start.timeZone), instantOf(end.dateTime, end.timeZone)]
    if (begins < to && ends > from) found.push({ start: begins, item, show })
  }
  for (const item of items) {
    if (!item.fields['recurrence']) {
      add(item, item.fields, () => presentEvent(mail, item, false))
      continue
    }
    const earliest = new Date(from - 40 * 86_400_000).toISOString().slice(0, 10)
    for (const date of datesOf(item, new Date(to + 86_400_000).toISOString().slice(0, 10))) {
      if (item.cancelled.has(date) || (date < earliest && !item.exceptions.has(date))) continue
      const exception = item.exceptions.get(date)
      add(item, { ...plannedTimes(item, date), ...exception?.fields }, () =>
        presentOccurrence(mail, item, date, exception),
      )
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** `startDateTime` and `endDateTime` of the address, which views need. */
export const readWindow = (mail: MailRequest): { readonly from: number; readonly to: number } => {
  const raw = mail.request.query as Readonly<Record<string, string | undefined>>
  const time = (name: string): number => {
    const text = raw[name]
    if (text === undefined)
      throw badQuery(
        `This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.`,
      )
    const at = Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
    if (Number.isNaN(at)) throw badQuery(`The value '${text}' of parameter '${name}' is invalid.`)
    return at
  }
  return { from: time('startDateTime'), to: time('endDateTime') }
}

/** Names of owners for `organizer`. */
export const ownerOf = (store: Store): Fields => ({ emailAddress: store.mailbox.scene.owner })

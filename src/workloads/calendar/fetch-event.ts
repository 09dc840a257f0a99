/** All of an event: its properties, changed and cancelled occurrences, attachments. */
import { type GraphClient, graphPath, isMicrosoftError, preferImmutableIds } from '../../microsoft/index.ts'
import { plainJson, plainText } from '../mail/plain-text.ts'
import {
  attachmentLines,
  listAttachments,
  withAttachedItems,
  withoutAttachedItems,
} from '../outlook/attachments.ts'
import { type Json, objectOf, objectsOf, personOf, textOf, textsOf, timeOf } from '../outlook/graph-json.ts'
import type { FetchedOutlookItem, OutlookEntry, OutlookFacts } from '../outlook/outlook-workload.ts'
import { listed } from '../outlook/rounds.ts'
import { eventFile } from './event-file.ts'

const fields = [
  'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'transactionId', 'originalStartTimeZone', 'originalEndTimeZone',
  'iCalUId', 'reminderMinutesBeforeStart', 'isReminderOn', 'hasAttachments', 'subject', 'importance', 'sensitivity', 'isAllDay',
  'isCancelled', 'isOrganizer', 'responseRequested', 'seriesMasterId', 'showAs', 'type', 'webLink', 'onlineMeetingUrl', 'isOnlineMeeting',
  'onlineMeetingProvider', 'allowNewTimeProposals', 'hideAttendees', 'responseStatus', 'body', 'start', 'end', 'location', 'locations',
  'recurrence', 'attendees', 'organizer', 'onlineMeeting',
] // biome-ignore format: a list
const day = 86_400_000
/** Where a series has no end, occurrences are looked through so far ahead; a view spans at most 1,825 days (Microsoft Graph, 2026). */
const viewDays = 1_800

export async function fetchEvent(
  graph: GraphClient,
  user: string,
  calendar: string,
  entry: OutlookEntry,
  signal: AbortSignal,
): Promise<FetchedOutlookItem> {
  const path = graphPath`/users/${user}/calendars/${calendar}/events/${entry.externalId}`
  const event =
    textOf(entry.json['type']) === 'seriesMaster'
      ? await readSeries(graph, user, path, signal)
      : await read(graph, user, path, fields, signal)
  const attachmentsAt = async (place: string) =>
    withAttachedItems(graph, user, place, await listAttachments(graph, user, place, signal), signal)
  const attachments = mayHaveAttachments(event) ? await attachmentsAt(path) : []
  const exceptions: Json[] = []
  for (const exception of objectsOf(event['exceptionOccurrences'])) {
    const own = mayHaveAttachments(exception) ? await attachmentsAt(occurrencePath(user, exception)) : []
    exceptions.push({ ...exception, ...(own.length > 0 && { attachments: own }) })
  }
  const json: Json = {
    ...event,
    ...(attachments.length > 0 && { attachments }),
    ...(exceptions.length > 0 && { exceptionOccurrences: exceptions }),
  }
  const withBytes = (place: string, list: readonly Json[]) =>
    attachmentLines(graph, user, place, list, signal)
  return {
    facts: eventFacts(json),
    file: eventFile(json, (occurrence) =>
      occurrence === json
        ? withBytes(path, attachments)
        : withBytes(occurrencePath(user, occurrence), objectsOf(occurrence['attachments'])),
    ),
  }
}

/** Graph counts no pictures in the text ("message resource type", hasAttachments, Microsoft Graph v1.0, 2026), which the text shows by their content ids. */
function mayHaveAttachments(event: Json): boolean {
  return event['hasAttachments'] === true || /\bcid:/i.test(textOf(objectOf(event['body'])['content']))
}

function occurrencePath(user: string, occurrence: Json): string {
  return graphPath`/users/${user}/events/${textOf(occurrence['id'])}`
}

async function read(
  graph: GraphClient,
  user: string,
  path: string,
  select: readonly string[],
  signal: AbortSignal,
  query: Readonly<Record<string, string>> = {},
): Promise<Json> {
  const { body } = await graph.request<Json>({
    path,
    query: { $select: select.join(','), ...query },
    prefer: [preferImmutableIds],
    mailbox: user,
    signal,
  })
  return body
}

/** Where the cloud's schema lacks the changed and cancelled occurrences of a master, they are found among its occurrences. */
async function readSeries(
  graph: GraphClient,
  user: string,
  path: string,
  signal: AbortSignal,
): Promise<Json> {
  try {
    return await read(
      graph,
      user,
      path,
      [...fields, 'cancelledOccurrences', 'exceptionOccurrences'],
      signal,
      {
        $expand: 'exceptionOccurrences',
      },
    )
  } catch (error) {
    if (
      !isMicrosoftError(error) ||
      !/property named '(exception|cancelled)Occurrences'/i.test(error.microsoft.microsoftMessage)
    )
      throw error
    const master = await read(graph, user, path, fields, signal)
    return { ...master, exceptionOccurrences: await exceptionsOf(graph, user, path, master, signal) }
  }
}

async function exceptionsOf(
  graph: GraphClient,
  user: string,
  path: string,
  master: Json,
  signal: AbortSignal,
): Promise<Json[]> {
  const start = timeOf(objectOf(master['start'])['dateTime']) ?? 0
  const range = objectOf(objectOf(master['recurrence'])['range'])
  const end =
    range['type'] === 'endDate'
      ? Date.parse(`${textOf(range['endDate'])}T00:00:00Z`) + 2 * day
      : start + viewDays * day
  const found: Json[] = []
  for (let from = start - day; from < end; from += viewDays * day) {
    const query = {
      startDateTime: new Date(from).toISOString(),
      endDateTime: new Date(Math.min(end, from + viewDays * day)).toISOString(),
      $select: fields.join(','),
    }
    for await (const { value } of listed({ graph, user, path: `${path}/instances`, query, signal }))
      found.push(...value.filter(({ type }) => type === 'exception'))
  }
  return found
}

export function eventFacts(json: Json): OutlookFacts {
  const organizer = personOf(json['organizer'])
  const attendees = objectsOf(json['attendees']).map(personOf)
  const title = plainText(textOf(json['subject']))
  const {
    body: _body,
    '@odata.etag': _etag,
    '@odata.context': _context,
    exceptionOccurrences: exceptions,
    attachments,
    ...metadata
  } = json
  const place = textOf(objectOf(json['location'])['displayName'])
  return {
    externalId: textOf(json['id']),
    changeKey: textOf(json['changeKey']),
    title,
    time: timeOf(objectOf(json['start'])['dateTime']),
    hasAttachments: json['hasAttachments'] === true,
    categories: textsOf(json['categories']).map(plainText),
    byName: plainText(organizer.name),
    byAddress: plainText(organizer.address),
    metadata: plainJson({
      ...metadata,
      ...(attachments !== undefined && { attachments: withoutAttachedItems(objectsOf(attachments)) }),
      ...(exceptions !== undefined && { exceptions: objectsOf(exceptions).length }),
    }) as Json,
    searchText: plainText(
      [title, place, ...[organizer, ...attendees].flatMap(({ name, address }) => [name, address])].join('\n'),
    ).slice(0, 20_000),
  }
}

/** Calendars of a user, and the events in them. */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainText } from '../mail/plain-text.ts'
import { type Json, objectOf, textOf } from '../outlook/graph-json.ts'
import type { OutlookCollection, OutlookEntry, OutlookPage } from '../outlook/outlook-workload.ts'
import { listed, listedEntries, readOrNothing } from '../outlook/rounds.ts'

const entryFields = 'id,changeKey,subject,type,lastModifiedDateTime'
const keptFields = ['color', 'hexColor', 'isDefaultCalendar', 'canEdit', 'isRemovable', 'owner'] as const

export async function* enumerateCalendars(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
): AsyncGenerator<OutlookCollection> {
  const path = graphPath`/users/${user}/calendars`
  for await (const { value } of listed({ graph, user, path, query: {}, signal }))
    for (const calendar of value)
      yield {
        externalId: textOf(calendar['id']),
        parentExternalId: null,
        name: plainText(textOf(calendar['name'])),
        metadata: Object.fromEntries(
          keptFields.flatMap((name) => (calendar[name] === undefined ? [] : [[name, calendar[name]]])),
        ),
      }
}

export async function isCalendarThere(
  graph: GraphClient,
  user: string,
  calendar: string,
  signal: AbortSignal,
): Promise<boolean> {
  const path = graphPath`/users/${user}/calendars/${calendar}`
  return (await readOrNothing(graph, user, path, { $select: 'id' }, signal)) !== undefined
}

/**
 * Single events and masters of series of all times. The change function of v1.0 knows only views of a window, in which there are neither
 * masters nor what is outside (Microsoft Graph, "event: delta", 2026), so everything is listed; the change key tells what is new. An
 * occurrence that was changed or cancelled is part of its series in Exchange and changes the master's key.
 */
export function enumerateEvents(
  graph: GraphClient,
  user: string,
  calendar: string,
  signal: AbortSignal,
): AsyncGenerator<OutlookPage> {
  const path = graphPath`/users/${user}/calendars/${calendar}/events`
  return listedEntries({ graph, user, path, query: { $select: entryFields, $top: 500 }, signal }, eventEntry)
}

export async function readEventEntry(
  graph: GraphClient,
  user: string,
  calendar: string,
  id: string,
  signal: AbortSignal,
): Promise<OutlookEntry | undefined> {
  const path = graphPath`/users/${user}/calendars/${calendar}/events/${id}`
  const json = await readOrNothing(graph, user, path, { $select: entryFields }, signal)
  return json && eventEntry(json)
}

function eventEntry(json: Json): OutlookEntry {
  return {
    externalId: textOf(json['id']),
    isRemoved: Object.keys(objectOf(json['@removed'])).length > 0,
    changeKey: textOf(json['changeKey']),
    title: plainText(textOf(json['subject'])),
    json,
  }
}

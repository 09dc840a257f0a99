import { type Json, textOf, timeOf } from '../outlook/graph-json.ts'
import { ianaZone, offsetAt } from '../outlook/time-zones.ts'

/**
 * When a changed occurrence was to begin, milliseconds since the epoch; of an all-day series midnight of that day in UTC, as Graph gives its days.
 * `occurrenceId` ends in the day; `originalStart` is a moment, and of which day that is depends on the zone of the series.
 */
export function originalStart(exception: Json, master: Json): number | null {
  const at = timeOf(exception['originalStart'])
  if (master['isAllDay'] !== true) return at
  const day = /(\d{4}-\d\d-\d\d)$/.exec(textOf(exception['occurrenceId']))?.[1]
  if (day !== undefined) return Date.parse(`${day}T00:00:00Z`)
  if (at === null) return null
  const zone = ianaZone(textOf(master['originalStartTimeZone']))
  const wall = at + (zone === undefined ? 0 : offsetAt(zone, at))
  return wall - (wall % 86_400_000)
}

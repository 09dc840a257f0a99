/** Recurrences of Graph (`patternedRecurrence`) as RRULE of RFC 5545, section 3.3.10. */
import { objectOf, textOf, textsOf } from './graph-json.ts'
import { icsTime, momentOf } from './time-zones.ts'

const days: Readonly<Record<string, string>> = {
  sunday: 'SU',
  monday: 'MO',
  tuesday: 'TU',
  wednesday: 'WE',
  thursday: 'TH',
  friday: 'FR',
  saturday: 'SA',
}
const places: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: -1 }

/**
 * @param zone IANA name of the zone in which the series was planned; undefined for UTC
 * @param isAllDay then the last day is a date
 * @returns undefined for a pattern that is none of Graph's six
 */
export function recurrenceRule(
  recurrence: unknown,
  zone: string | undefined,
  isAllDay: boolean,
): string | undefined {
  const pattern = objectOf(objectOf(recurrence)['pattern'])
  const range = objectOf(objectOf(recurrence)['range'])
  const weekdays = textsOf(pattern['daysOfWeek']).flatMap((day) => days[day.toLowerCase()] ?? [])
  const byDay = weekdays.length > 0 ? [`BYDAY=${weekdays.join(',')}`] : []
  const position = [`BYSETPOS=${places[textOf(pattern['index']).toLowerCase()] ?? 1}`]
  const monthDay = [`BYMONTHDAY=${Number(pattern['dayOfMonth'])}`]
  const month = [`BYMONTH=${Number(pattern['month'])}`]
  const parts: Readonly<Record<string, readonly string[]>> = {
    daily: ['FREQ=DAILY'],
    weekly: [
      'FREQ=WEEKLY',
      ...byDay,
      `WKST=${days[textOf(pattern['firstDayOfWeek']).toLowerCase()] ?? 'SU'}`,
    ],
    absoluteMonthly: ['FREQ=MONTHLY', ...monthDay],
    relativeMonthly: ['FREQ=MONTHLY', ...byDay, ...position],
    absoluteYearly: ['FREQ=YEARLY', ...month, ...monthDay],
    relativeYearly: ['FREQ=YEARLY', ...month, ...byDay, ...position],
  }
  const type = textOf(pattern['type'])
  const rule = Object.hasOwn(parts, type) ? parts[type] : undefined
  if (rule === undefined) return undefined
  const interval = Number(pattern['interval'])
  return [...rule, ...(interval > 1 ? [`INTERVAL=${interval}`] : []), ...endOf(range, zone, isAllDay)].join(
    ';',
  )
}

function endOf(
  range: Readonly<Record<string, unknown>>,
  zone: string | undefined,
  isAllDay: boolean,
): string[] {
  if (range['type'] === 'numbered') return [`COUNT=${Number(range['numberOfOccurrences'])}`]
  const last = textOf(range['endDate'])
  if (range['type'] !== 'endDate' || !/^\d{4}-\d\d-\d\d$/.test(last)) return []
  // With a time the end has to be in UTC, whatever zone the series has.
  return [
    `UNTIL=${isAllDay ? last.replaceAll('-', '') : icsTime(momentOf(last, '23:59:59', zone), undefined)}`,
  ]
}

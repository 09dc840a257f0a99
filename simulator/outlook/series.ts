import ICAL from 'ical.js'
import { badProperty } from '../mail/failures.ts'
import { isRecord } from '../mail/message-input.ts'
import { type Fields, type Item, textOr } from './store.ts'
import type { ZonedTime } from './time.ts'

/** Which dates a series has. Occurrences are named by the local date on which they were to be. */

const days: Readonly<Record<string, string>> = {
  sunday: 'SU', monday: 'MO', tuesday: 'TU', wednesday: 'WE', thursday: 'TH', friday: 'FR', saturday: 'SA',
} // biome-ignore format: one line
const places: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: -1 }
/** No more than these of a series are ever looked at. */
const mostOccurrences = 5_000

/** Throws Graph's 400 for what is no recurrence. */
export const checkRecurrence = (value: unknown): void => {
  if (value === null || value === undefined) return
  if (!isRecord(value) || !isRecord(value['pattern']) || !isRecord(value['range']))
    throw badProperty("A recurrence needs 'pattern' and 'range'.")
  const { type, interval } = value['pattern']
  if (!Object.hasOwn(ruleOf, String(type)))
    throw badProperty(`Requested value '${String(type)}' was not found.`)
  if (!Number.isInteger(interval) || Number(interval) < 1)
    throw badProperty('The interval must be at least 1.')
  const { startDate, type: end } = value['range']
  if (!/^\d{4}-\d\d-\d\d$/.test(String(startDate)) || !['endDate', 'noEnd', 'numbered'].includes(String(end)))
    throw badProperty('The range of the recurrence is invalid.')
}

type Pattern = Fields

const weekdays = (pattern: Pattern): string[] =>
  (Array.isArray(pattern['daysOfWeek']) ? pattern['daysOfWeek'] : []).map((day) => days[String(day)] ?? 'MO')
const relative = (pattern: Pattern): Fields => ({
  byday: weekdays(pattern).join(','),
  bysetpos: places[textOr(pattern['index'], 'first')] ?? 1,
})

const ruleOf: Readonly<Record<string, (pattern: Pattern) => Fields>> = {
  daily: () => ({ freq: 'DAILY' }),
  weekly: (pattern) => ({
    freq: 'WEEKLY',
    byday: weekdays(pattern).join(','),
    wkst: days[textOr(pattern['firstDayOfWeek'], 'sunday')],
  }),
  absoluteMonthly: (pattern) => ({ freq: 'MONTHLY', bymonthday: pattern['dayOfMonth'] }),
  relativeMonthly: (pattern) => ({ freq: 'MONTHLY', ...relative(pattern) }),
  absoluteYearly: (pattern) => ({
    freq: 'YEARLY',
    bymonth: pattern['month'],
    bymonthday: pattern['dayOfMonth'],
  }),
  relativeYearly: (pattern) => ({ freq: 'YEARLY', bymonth: pattern['month'], ...relative(pattern) }),
}

/** Local dates of the series as planned, cancelled and moved ones included, up to `until` (a date). */
export const datesOf = (item: Item, until: string): readonly string[] => {
  const recurrence = item.fields['recurrence'] as { pattern: Pattern; range: Fields } | null | undefined
  if (!recurrence) return []
  const { pattern, range } = recurrence
  const parts = { ...ruleOf[String(pattern['type'])]?.(pattern), interval: pattern['interval'] }
  const text = Object.entries(parts)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name.toUpperCase()}=${String(value)}`)
    .join(';')
  const last = range['type'] === 'endDate' ? String(range['endDate']) : '9999-12-31'
  const count = range['type'] === 'numbered' ? Number(range['numberOfOccurrences']) : mostOccurrences
  const start = String((item.fields['start'] as ZonedTime).dateTime).slice(0, 10)
  const steps = ICAL.Recur.fromString(text).iterator(ICAL.Time.fromDateString(start))
  const dates: string[] = []
  for (let time = steps.next(); time && dates.length < count; time = steps.next()) {
    const date = time.toString().slice(0, 10)
    if (date > last || date > until) break
    dates.push(date)
  }
  return dates
}

/** Id of an occurrence: its master's and the date. */
export const occurrenceId = (masterId: string, date: string): string =>
  `${masterId.replace(/=+$/, '')}FRAAg${date.replaceAll('-', '')}AA=`

export const readOccurrenceId = (
  id: string,
): { readonly master: string; readonly date: string } | undefined => {
  const match = /^(.+)FRAAg(\d{4})(\d\d)(\d\d)AA=$/.exec(id)
  return match ? { master: `${match[1]}=`, date: `${match[2]}-${match[3]}-${match[4]}` } : undefined
}

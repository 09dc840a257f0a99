import { objectOf, textOf, textsOf } from '../graph-json.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const capital = (word: string) => `${word.slice(0, 1).toUpperCase()}${word.slice(1).toLowerCase()}`
const joined = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** A `patternedRecurrence` of Graph as a person says it: `every 2 weeks on Monday and Friday until 2026-05-01`. */
export function recurrenceWords(recurrence: unknown): string {
  const pattern = objectOf(objectOf(recurrence)['pattern'])
  const range = objectOf(objectOf(recurrence)['range'])
  const interval = Number(pattern['interval'])
  const every = (unit: string) => (interval > 1 ? `every ${interval} ${unit}s` : `every ${unit}`)
  const days = joined(textsOf(pattern['daysOfWeek']).map(capital))
  const place = textOf(pattern['index']).toLowerCase() || 'first'
  const month = months[Number(pattern['month']) - 1] ?? ''
  const said: Readonly<Record<string, string>> = {
    daily: every('day'),
    weekly: days === '' ? every('week') : `${every('week')} on ${days}`,
    absoluteMonthly: `${every('month')} on day ${Number(pattern['dayOfMonth'])}`,
    relativeMonthly: `${every('month')} on the ${place} ${days}`,
    absoluteYearly: `${every('year')} on ${Number(pattern['dayOfMonth'])} ${month}`,
    relativeYearly: `${every('year')} on the ${place} ${days} of ${month}`,
  }
  const type = textOf(pattern['type'])
  return `${Object.hasOwn(said, type) ? said[type] : 'repeatedly'}${endOf(range)}`
}

function endOf(range: Readonly<Record<string, unknown>>): string {
  const times = Number(range['numberOfOccurrences'])
  if (range['type'] === 'numbered' && times > 0) return `, ${times} ${times === 1 ? 'time' : 'times'}`
  const last = textOf(range['endDate'])
  return range['type'] === 'endDate' && /^\d{4}-\d\d-\d\d$/.test(last) ? ` until ${last}` : ''
}

/** Times as Go writes them: RFC 3339, zone required, up to nine fraction digits, trailing zeros trimmed, years 0 to 9999. */
import { fail } from '../errors.ts'

const earliest = Date.UTC(2000, 0, 1) - 1999 * 365.2425 * 86_400_000
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** Milliseconds since the epoch as RFC 3339 in UTC. Broken data is clamped into the years 1 to 9999; what is no number gives the epoch. */
export function formatTime(milliseconds: number): string {
  const known = Number.isNaN(milliseconds)
    ? 0
    : Math.trunc(Math.min(Math.max(milliseconds, earliest), latest))
  return new Date(known)
    .toISOString()
    .replace(/\.(\d*?)0*Z$/, (_, digits: string) => (digits ? `.${digits}Z` : 'Z'))
}

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether Go reads this text as a time. JavaScript's own parser takes 30 February and 24 o'clock, which Go refuses. */
export function isTime(text: unknown): text is string {
  if (typeof text !== 'string' || !timePattern.test(text)) return false
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (month < 1 || month > 12 || day < 1 || day > (daysOfMonths[month - 1] ?? 0)) return false
  if (month === 2 && day === 29 && !isLeapYear(twoDigits(text, 0) * 100 + twoDigits(text, 2))) return false
  if (twoDigits(text, 11) > 23 || twoDigits(text, 14) > 59 || twoDigits(text, 17) > 59) return false
  return (
    text.endsWith('Z') || (twoDigits(text, text.length - 5) < 24 && twoDigits(text, text.length - 2) < 60)
  )
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Text of a time that is written into a node. Errors: `STO_TIME_INVALID`. */
export function checkedTime(text: string): string {
  if (!isTime(text)) throw fail('STO_TIME_INVALID', { time: text })
  return text
}

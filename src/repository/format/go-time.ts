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

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** Whether Go reads this text as a time. */
export function isTime(text: unknown): text is string {
  return typeof text === 'string' && timePattern.test(text) && Number.isFinite(Date.parse(text))
}

/** Text of a time that is written into a node. Errors: `STO_TIME_INVALID`. */
export function checkedTime(text: string): string {
  if (!isTime(text)) throw fail('STO_TIME_INVALID', { time: text })
  return text
}

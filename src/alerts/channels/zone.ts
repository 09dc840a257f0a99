/**
 * Quiet hours and the time of the digest in a channel's own zone. Only clock faces are compared, nothing is added to times: on the days when
 * clocks are moved, an hour that is left out or comes twice neither loses nor repeats a digest.
 */
import type { ChannelRules } from '../../contract/index.ts'

export interface LocalTime {
  /** 2026-11-30 */
  readonly day: string
  /** 07:30 */
  readonly time: string
}

/** @param now milliseconds since the epoch @throws RangeError for a zone that does not exist */
export function localTime(now: number, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { day: `${of('year')}-${of('month')}-${of('day')}`, time: `${of('hour')}:${of('minute')}` }
}

export function isTimeZone(name: string): boolean {
  try {
    localTime(0, name)
    return true
  } catch {
    return false
  }
}

/** Whether only critical alerts are sent now. `to` is the first minute that is not quiet any more. */
export function isQuiet({ quietHours, timeZone }: ChannelRules, now: number): boolean {
  if (quietHours === null) return false
  const { from, to } = quietHours
  const { time } = localTime(now, timeZone)
  return from <= to ? time >= from && time < to : time >= from || time < to
}

/** The last day, today or yesterday, whose digest was to be made by now; null when there is none at all. */
export function lastDigestDay({ digestAt, timeZone }: ChannelRules, now: number): string | null {
  if (digestAt === null) return null
  const { day, time } = localTime(now, timeZone)
  return time >= digestAt ? day : dayBefore(day)
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}

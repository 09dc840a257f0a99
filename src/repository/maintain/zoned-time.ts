/** An RFC 3339 time as its clock on the wall showed it, with nothing lost: policies count the hours and days of that zone. */

export interface ZonedTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Nanoseconds within the second. */
  readonly fraction: number
  /** Minutes east of UTC. */
  readonly offset: number
  readonly isoYear: number
  readonly isoWeek: number
}

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/
const day = 86_400_000

/** Reads a time of a snapshot, which was checked when the snapshot was read. Throws RangeError for anything else. */
export function zonedTime(text: string): ZonedTime {
  const found = pattern.exec(text)
  if (!found) throw new RangeError(`“${text}” is no RFC 3339 time`)
  const part = (index: number) => Number(found[index] ?? 0)
  const date = { year: part(1), month: part(2), day: part(3) }
  return {
    ...date,
    hour: part(4),
    minute: part(5),
    second: part(6),
    fraction: Number((found[7] ?? '').padEnd(9, '0')),
    offset: (found[8] === '-' ? -1 : 1) * (part(9) * 60 + part(10)),
    ...isoWeekOf(date),
  }
}

/** Nanoseconds since the epoch. */
export function nanoseconds(time: ZonedTime): bigint {
  const moment =
    utc(time.year, time.month, time.day) + ((time.hour * 60 + time.minute) * 60 + time.second) * 1000
  return (BigInt(moment) - BigInt(time.offset) * 60_000n) * 1_000_000n + BigInt(time.fraction)
}

/** A week belongs to the year of its Thursday. */
function isoWeekOf(date: { readonly year: number; readonly month: number; readonly day: number }) {
  const moment = utc(date.year, date.month, date.day)
  const weekday = (new Date(moment).getUTCDay() + 6) % 7
  const thursday = moment + (3 - weekday) * day
  const isoYear = new Date(thursday).getUTCFullYear()
  return { isoYear, isoWeek: 1 + Math.floor((thursday - utc(isoYear, 1, 1)) / day / 7) }
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utc(year: number, month: number, dayOfMonth: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, dayOfMonth)
}

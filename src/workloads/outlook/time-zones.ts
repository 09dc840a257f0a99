/**
 * Time zones: Microsoft names them as Windows does, calendar files by an IANA name with a VTIMEZONE (RFC 5545, section 3.6.5), made here
 * from the rules that Node has.
 */
import { findIana } from 'windows-iana'
import { contentLine } from './content-lines.ts'

const day = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat | null>()

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known !== undefined) return known
  let format: Intl.DateTimeFormat | null = null
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  } catch {
    // No zone of that name.
  }
  formats.set(zone, format)
  return format
}

/** IANA name of a zone as Microsoft names it (Windows or IANA); undefined for zones that somebody made up, and for UTC. */
export function ianaZone(name: string): string | undefined {
  if (name === '' || /^(Etc\/)?(UTC|GMT)$/i.test(name)) return undefined
  const zone = findIana(name)[0] ?? name
  return zone !== 'Etc/UTC' && /^[A-Za-z]/.test(zone) && formatOf(zone) !== null ? zone : undefined
}

/** Milliseconds by which clocks of the zone are ahead of UTC at a moment. */
export function offsetAt(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      ?.formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type) ?? 0)
  const wall = new Date(0)
  wall.setUTCFullYear(of('year'), of('month') - 1, of('day'))
  wall.setUTCHours(of('hour'), of('minute'), of('second'))
  return wall.getTime() - Math.floor(at / 1000) * 1000
}

/** The wall clock of the zone at a moment: `20250328T090000`; of UTC, with a `Z`, without a zone. */
export function icsTime(at: number, zone: string | undefined): string {
  const text = new Date(at + (zone === undefined ? 0 : offsetAt(zone, at))).toISOString()
  const compact = `${text.slice(0, 10).replaceAll('-', '')}T${text.slice(11, 19).replaceAll(':', '')}`
  return zone === undefined ? `${compact}Z` : compact
}

/** The moment at which a clock of the zone shows that date and time of day (`09:00:00`); one that is skipped counts as the hour after. */
export function momentOf(date: string, timeOfDay: string, zone: string | undefined): number {
  const wall = Date.parse(`${date}T${timeOfDay}Z`)
  if (zone === undefined) return wall
  const guess = wall - offsetAt(zone, wall)
  return wall - offsetAt(zone, guess)
}

interface Transition {
  readonly at: number
  readonly from: number
  readonly to: number
}

function transitions(zone: string, begin: number, end: number): Transition[] {
  const found: Transition[] = []
  let offset = offsetAt(zone, begin)
  for (let at = begin; at < end; at += 7 * day) {
    const next = Math.min(at + 7 * day, end)
    if (offsetAt(zone, next) === offset) continue
    let [low, high] = [at, next]
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000
      if (offsetAt(zone, middle) === offset) low = middle
      else high = middle
    }
    const to = offsetAt(zone, high)
    found.push({ at: high, from: offset, to })
    offset = to
  }
  return found
}

function offsetText(offset: number): string {
  const seconds = Math.abs(offset) / 1000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = seconds % 60 === 0 ? '' : two(seconds % 60)
  return `${offset < 0 ? '-' : '+'}${two(seconds / 3600)}${two((seconds / 60) % 60)}${rest}`
}

/** `MO`, `2MO` or `-1MO` of a month: the yearly rule that all of the transitions follow, if one does. */
function yearlyRule(moments: readonly Transition[]): string | undefined {
  const walls = moments.map(({ at, from }) => new Date(at + from))
  const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
  const of = (wall: Date, fromEnd: boolean): string => {
    const last = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate()
    const place = fromEnd ? -Math.ceil((last - wall.getUTCDate() + 1) / 7) : Math.ceil(wall.getUTCDate() / 7)
    const time = wall.toISOString().slice(11, 19)
    return `${time} FREQ=YEARLY;BYMONTH=${wall.getUTCMonth() + 1};BYDAY=${place}${names[wall.getUTCDay()]}`
  }
  for (const fromEnd of [true, false]) {
    const rules = new Set(walls.map((wall) => of(wall, fromEnd)))
    const years = new Set(walls.map((wall) => wall.getUTCFullYear()))
    if (rules.size === 1 && years.size === walls.length && walls.length > 2) return [...rules][0]?.slice(9)
  }
  return undefined
}

/**
 * The VTIMEZONE of an IANA zone, right from `begin` to `end` (milliseconds since the epoch): by a yearly rule where the zone keeps to one all
 * that time, which then goes on, else date by date.
 */
export function timeZoneComponent(zone: string, begin: number, end: number): string {
  const start = begin - 366 * day
  const found = transitions(zone, start, end)
  const lines = [
    contentLine({ name: 'BEGIN', value: 'VTIMEZONE' }),
    contentLine({ name: 'TZID', value: zone }),
  ]
  const observance = (first: number, from: number, to: number, rest: string[]) => {
    const kind = isDaylight(zone, to, first) ? 'DAYLIGHT' : 'STANDARD'
    lines.push(
      contentLine({ name: 'BEGIN', value: kind }),
      contentLine({ name: 'DTSTART', value: icsTime(first + from, undefined).slice(0, -1) }),
      contentLine({ name: 'TZOFFSETFROM', value: offsetText(from) }),
      contentLine({ name: 'TZOFFSETTO', value: offsetText(to) }),
      ...rest,
      contentLine({ name: 'END', value: kind }),
    )
  }
  // What holds before the first transition.
  const before = found[0]?.from ?? offsetAt(zone, start)
  observance(Math.floor(start / 1000) * 1000, before, before, [])
  const groups = Map.groupBy(found, ({ from, to }) => `${from} ${to}`)
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const rule = yearlyRule(group)
    const dates = group.slice(1).map(({ at, from }) => icsTime(at + from, undefined).slice(0, -1))
    observance(
      first.at,
      first.from,
      first.to,
      rule !== undefined
        ? [contentLine({ name: 'RRULE', value: rule })]
        : dates.map((value) => contentLine({ name: 'RDATE', value })),
    )
  }
  return `${lines.join('')}${contentLine({ name: 'END', value: 'VTIMEZONE' })}`
}

function isDaylight(zone: string, offset: number, at: number): boolean {
  const year = new Date(at).getUTCFullYear()
  const standard = Math.min(offsetAt(zone, Date.UTC(year, 0, 1)), offsetAt(zone, Date.UTC(year, 6, 1)))
  return offset > standard
}

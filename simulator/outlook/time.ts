import { findIana } from 'windows-iana'
import { badProperty } from '../mail/failures.ts'

/** Times of events: a wall clock and a zone, named as Windows or as IANA names it. */

export type ZonedTime = { readonly dateTime: string; readonly timeZone: string }

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  const name = zone === 'UTC' ? 'UTC' : (findIana(zone)[0] ?? zone)
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    }) // biome-ignore format: one option a field
    formats.set(zone, format)
    return format
  } catch {
    throw badProperty(
      `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zone}'.`,
    )
  }
}

/** What a clock in the zone shows, as if it were UTC. */
const wallClock = (at: number, zone: string): number => {
  const part = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const of = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0
  const wall = Date.UTC(2000, of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return new Date(wall).setUTCFullYear(of('year'), of('month') - 1, of('day'))
}

/** Milliseconds since 1970 of a wall clock; one that is skipped in spring counts as the hour after. */
export const instantOf = (local: string, zone: string): number => {
  const wall = Date.parse(`${local.slice(0, 19)}Z`)
  if (Number.isNaN(wall)) throw badProperty(`Invalid date '${local}'.`)
  const guess = wall - (wallClock(wall, zone) - wall)
  return wall - (wallClock(guess, zone) - guess)
}

export const localTime = (at: number, zone: string): string =>
  new Date(wallClock(at, zone)).toISOString().slice(0, 19)

/** The same moment as Graph writes it in another zone. */
export const inZone = (time: ZonedTime, zone: string): ZonedTime => ({
  dateTime: `${localTime(instantOf(time.dateTime, time.timeZone), zone)}.0000000`,
  timeZone: zone,
})

/** Throws Graph's 400 for what is no time in a zone. */
export const readZonedTime = (value: unknown, name: string): ZonedTime => {
  const { dateTime, timeZone } = (value ?? {}) as Partial<Record<string, unknown>>
  if (typeof dateTime !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(dateTime))
    throw badProperty(`The property '${name}' needs a dateTime.`)
  const zone = typeof timeZone === 'string' && timeZone !== '' ? timeZone : 'UTC'
  const local = dateTime.endsWith('Z') ? localTime(Date.parse(dateTime), zone) : dateTime.slice(0, 19)
  formatOf(zone)
  return { dateTime: local.length === 16 ? `${local}:00` : local, timeZone: zone }
}

/** Numbers, sizes and times as people read them, in the browser's language. */
const count = new Intl.NumberFormat()
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']

export const formatCount = (value: number): string => count.format(value)

/** Bytes with at most three significant digits: `0 B`, `1.5 KB`, `120 MB`. */
export function formatBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** exponent
  return `${exponent === 0 ? value : Number(value.toPrecision(3))} ${units[exponent]}`
}

/** Seconds as `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ''}`
  const minutes = Math.round((whole % 3600) / 60)
  return `${Math.floor(whole / 3600)} h${minutes ? ` ${minutes} min` : ''}`
}

export const formatTime = (time: string | null): string => (time ? dateTime.format(new Date(time)) : '–')
export const formatDate = (time: string | null): string => (time ? date.format(new Date(time)) : '–')

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const wallTime = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** A day that is the same everywhere, given as such or as its midnight in UTC. */
export const formatDay = (time: string | null): string => (time ? day.format(new Date(time)) : '–')

/** What a clock shows somewhere (`2026-03-27T09:00:00`), whatever the zone of the browser. */
export const formatWallTime = (local: string | null): string =>
  local ? wallTime.format(new Date(`${local}Z`)) : '–'

/** Short form for rows: the time of day for today, else the date. */
export function formatShortTime(time: string | null, now = new Date()): string {
  if (!time) return '–'
  const at = new Date(time)
  return at.toDateString() === now.toDateString() ? clockTime.format(at) : date.format(at)
}

/** Seconds between two times; null while one of them is unknown. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  return from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null
}

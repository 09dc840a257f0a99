/** Times of files between the operating system (nanoseconds) and restic's nodes (RFC 3339 in this machine's time zone, as Go writes). */

const perSecond = 1_000_000_000n
const earliest = -62_135_596_800n
const latest = 253_402_300_799n

/** Nanoseconds since the epoch as RFC 3339 with the zone of this machine. Times outside of the years 1 to 9999 are clamped. */
export function formatLocalTime(nanoseconds: bigint): string {
  let seconds = nanoseconds / perSecond
  let fraction = Number(nanoseconds % perSecond)
  if (fraction < 0) {
    fraction += 1_000_000_000
    seconds -= 1n
  }
  if (seconds < earliest) [seconds, fraction] = [earliest, 0]
  if (seconds > latest) [seconds, fraction] = [latest, 0]
  const milliseconds = Number(seconds) * 1000
  const offset = offsetMinutes(milliseconds)
  const shifted = milliseconds + offset * 60_000
  // A zone must not push a time out of the years that the format knows.
  const inRange = shifted >= Number(earliest) * 1000 && shifted <= Number(latest) * 1000
  const text = new Date(inRange ? shifted : milliseconds).toISOString().slice(0, 19)
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`
  return `${text}${digits}${zoneText(inRange ? offset : 0)}`
}

/** Nanoseconds since the epoch of an RFC 3339 text. */
export function parseTime(text: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? ''
  const whole = fraction === '' ? text : text.replace(`.${fraction}`, '')
  return BigInt(Date.parse(whole)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The same moment, whatever the zone it is written in. */
export function sameTime(one: string, other: string): boolean {
  return one === other || parseTime(one) === parseTime(other)
}

let lastQuarter = Number.NaN
let lastOffset = 0

/** Minutes east of UTC. Zones change at full quarters of an hour at most, and files come in runs of similar times. */
function offsetMinutes(milliseconds: number): number {
  const quarter = Math.floor(milliseconds / 900_000)
  if (quarter !== lastQuarter) {
    lastQuarter = quarter
    lastOffset = -Math.round(new Date(milliseconds).getTimezoneOffset())
  }
  return lastOffset
}

function zoneText(minutes: number): string {
  if (minutes === 0) return 'Z'
  const absolute = Math.abs(minutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`
}

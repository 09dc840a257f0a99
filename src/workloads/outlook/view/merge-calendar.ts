/** Many of our calendar files as one: a file with several calendars is legal (RFC 5545, section 3.4), but most programs read the first alone. */
import { contentLine } from '../content-lines.ts'
import { timeZoneComponent } from '../time-zones.ts'

export interface CalendarMerger {
  /** What comes before the first file. */
  readonly head: string
  /** The components of one file, with the zones that no file before had. */
  add(file: Uint8Array): string
  /** What comes after the last. */
  readonly end: string
}

/** @param begin @param end milliseconds since the epoch between which the zones have to be right */
export function createCalendarMerger(begin: number, end: number): CalendarMerger {
  const zones = new Set<string>()
  return {
    head: [
      { name: 'BEGIN', value: 'VCALENDAR' },
      { name: 'VERSION', value: '2.0' },
      { name: 'PRODID', value: '-//BDRCloud//BDRCloud Server//EN' },
    ]
      .map(contentLine)
      .join(''),
    add(file) {
      // Lines stay folded: none of those looked at is long.
      const lines = Buffer.from(file).toString('utf8').split('\r\n')
      const kept: string[] = []
      let inZone = false
      for (const line of lines) {
        if (line === 'BEGIN:VTIMEZONE') inZone = true
        const zone = inZone && line.startsWith('TZID:') ? line.slice('TZID:'.length) : undefined
        if (zone !== undefined && !zones.has(zone)) {
          zones.add(zone)
          kept.push(timeZoneComponent(zone, begin, end).slice(0, -2))
        }
        if (!inZone && !/^(?:(?:BEGIN|END):VCALENDAR|VERSION:.*|PRODID:.*|)$/.test(line)) kept.push(line)
        if (line === 'END:VTIMEZONE') inZone = false
      }
      return kept.length === 0 ? '' : `${kept.join('\r\n')}\r\n`
    },
    end: contentLine({ name: 'END', value: 'VCALENDAR' }),
  }
}

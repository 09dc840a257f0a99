/** Many of our calendar files as one: a file with several calendars is legal (RFC 5545, section 3.4), but most programs read the first alone. */
import { contentLine } from '../content-lines.ts'
import { timeZoneComponent } from '../time-zones.ts'

export interface CalendarMerger {
  /** What comes before the first file. */
  readonly head: string
  /** The components of one file, with the zones that no file before had; as it is read, since attachments are in it. */
  add(file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer>
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
    async *add(file) {
      let inZone = false
      // Lines stay folded: none of those looked at is long. As bytes, since a piece may end within a character.
      const take = (line: string): string[] => {
        if (line === 'BEGIN:VTIMEZONE') inZone = true
        const zone = inZone && line.startsWith('TZID:') ? line.slice('TZID:'.length) : undefined
        const isKept = !inZone && !/^(?:(?:BEGIN|END):VCALENDAR|VERSION:.*|PRODID:.*|)$/.test(line)
        if (line === 'END:VTIMEZONE') inZone = false
        if (zone === undefined || zones.has(zone)) return isKept ? [`${line}\r\n`] : []
        zones.add(zone)
        return [asBytes(timeZoneComponent(asText(zone), begin, end))]
      }
      let rest = ''
      for await (const bytes of file) {
        const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\r\n')
        rest = lines.pop() ?? ''
        yield Buffer.from(lines.flatMap(take).join(''), 'latin1')
      }
      yield Buffer.from(take(rest).join(''), 'latin1')
    },
    end: contentLine({ name: 'END', value: 'VCALENDAR' }),
  }
}

/** A character for each byte of the text as UTF-8, and back. */
const asBytes = (text: string) => Buffer.from(text).toString('latin1')
const asText = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

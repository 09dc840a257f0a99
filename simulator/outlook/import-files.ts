import ICAL from 'ical.js'
import type { CorpusFile } from '../drives/populate.ts'
import type { Fields } from './store.ts'

/**
 * Calendar files and cards of the corpus as Exchange would take them in: what it has a property for. A calendar file that says more, or
 * nothing at all, is an attachment of its event too, so that its bytes are there to be compared.
 */

const textOf = (component: ICAL.Component | undefined, name: string): string =>
  String(component?.getFirstPropertyValue(name) ?? '')

const days: Readonly<Record<string, string>> = {
  SU: 'sunday', MO: 'monday', TU: 'tuesday', WE: 'wednesday', TH: 'thursday', FR: 'friday', SA: 'saturday',
} // biome-ignore format: one line

const recurrenceOf = (rule: unknown, start: string): Fields | undefined => {
  if (!(rule instanceof ICAL.Recur) || !['DAILY', 'WEEKLY'].includes(String(rule.freq))) return undefined
  const by = (rule.parts['BYDAY'] ?? []).flatMap((day) => days[String(day).slice(-2)] ?? [])
  const weekday = Object.values(days)[new Date(`${start.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? 'monday'
  const pattern =
    rule.freq === 'DAILY'
      ? { type: 'daily', interval: rule.interval }
      : {
          type: 'weekly',
          interval: rule.interval,
          daysOfWeek: by.length > 0 ? by : [weekday],
          firstDayOfWeek: 'sunday',
        }
  const range = { startDate: start.slice(0, 10), recurrenceTimeZone: 'UTC' }
  if (rule.count) return { pattern, range: { ...range, type: 'numbered', numberOfOccurrences: rule.count } }
  if (rule.until)
    return { pattern, range: { ...range, type: 'endDate', endDate: rule.until.toString().slice(0, 10) } }
  return { pattern, range: { ...range, type: 'noEnd' } }
}

const timeOf = (value: unknown): string | undefined => {
  const text = value instanceof ICAL.Time ? value.toString() : ''
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?/.exec(text)
  return match ? `${match[1]}T${match[2] ?? '00:00:00'}` : undefined
}

const eventOf = (text: string): Fields => {
  const root = new ICAL.Component(ICAL.parse(text) as unknown[])
  const event = root.name === 'vevent' ? root : root.getFirstSubcomponent('vevent')
  const start = timeOf(event?.getFirstPropertyValue('dtstart'))
  if (!event || !start) return {}
  const end =
    timeOf(event.getFirstPropertyValue('dtend')) ??
    new Date(Date.parse(`${start}Z`) + 3_600_000).toISOString().slice(0, 19)
  const recurrence = recurrenceOf(event.getFirstPropertyValue('rrule'), start)
  return {
    subject: textOf(event, 'summary'),
    body: { contentType: 'text', content: textOf(event, 'description') },
    location: { displayName: textOf(event, 'location'), locationType: 'default' },
    start: { dateTime: start, timeZone: 'UTC' },
    end: { dateTime: end > start ? end : start, timeZone: 'UTC' },
    ...(recurrence && { recurrence }),
  }
}

/** Properties of the event that a calendar file describes; as far as it describes one. */
export const eventFromFile = (file: CorpusFile): Fields => {
  const fallback = {
    subject: file.name,
    start: { dateTime: '2024-05-06T09:00:00', timeZone: 'UTC' },
    end: { dateTime: '2024-05-06T10:00:00', timeZone: 'UTC' },
  }
  try {
    return { ...fallback, ...eventOf(file.read().toString('utf8')) }
  } catch {
    return fallback
  }
}

export type ContactFile = {
  readonly fields: Fields
  readonly photo: { readonly contentType: string; readonly bytes: Buffer } | undefined
}

/** Properties of the contact that a card describes, and its picture. */
export const contactFromFile = (file: CorpusFile): ContactFile => {
  const text = file.read().toString('utf8')
  // The whole card is kept as the note, which is what Outlook does with what it has no field for.
  const note = { displayName: file.name, personalNotes: text.slice(0, 30_000) }
  try {
    const parsed = ICAL.parse(text) as unknown[]
    const card = new ICAL.Component((Array.isArray(parsed[0]) ? parsed[0] : parsed) as unknown[])
    const values = (name: string): string[] =>
      card.getAllProperties(name).map((one) => String(one.getFirstValue()))
    const name = card.getFirstPropertyValue('n') as unknown as string[] | string | null
    const [surname, givenName, middleName, title, generation] = Array.isArray(name) ? name.map(String) : []
    const displayName = textOf(card, 'fn') || file.name
    const picture = /^data:([^;]+);base64,(.+)$/.exec(values('photo')[0] ?? '')
    return {
      fields: {
        ...note,
        displayName,
        ...(surname && { surname }),
        ...(givenName && { givenName }),
        ...(middleName && { middleName }),
        ...(title && { title }),
        ...(generation && { generation }), // biome-ignore format: one line
        ...(values('org')[0] && { companyName: values('org')[0] }),
        ...(values('title')[0] && { jobTitle: values('title')[0] }),
        emailAddresses: values('email')
          .slice(0, 3)
          .map((address) => ({ name: displayName, address })),
        businessPhones: values('tel').slice(0, 2),
      },
      photo: picture
        ? { contentType: picture[1] ?? 'image/jpeg', bytes: Buffer.from(picture[2] ?? '', 'base64') }
        : undefined,
    }
  } catch {
    return { fields: note, photo: undefined }
  }
}

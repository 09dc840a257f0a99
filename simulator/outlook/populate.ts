import { seededBytes, seededRandom } from '../content/random.ts'
import type { CorpusFile } from '../drives/populate.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { contactFromFile, eventFromFile } from './import-files.ts'
import { datesOf } from './series.ts'
import {
  type Attachment,
  addCollection,
  addItem,
  type Collection,
  createStore,
  type Fields,
  type Store,
} from './store.ts'

/** Fills calendars, contact folders and task lists: the share of the corpus first, then what the seed gives. */

export type OutlookPlan = {
  readonly mailbox: Mailbox
  readonly seed: number
  readonly events: number
  readonly contacts: number
  readonly tasks: number
  readonly calendarFiles: readonly CorpusFile[]
  readonly cards: readonly CorpusFile[]
}

const zones: readonly [string, ...string[]] = [
  'W. Europe Standard Time',
  'Pacific Standard Time',
  'UTC',
  'Tokyo Standard Time',
  'India Standard Time',
  'AUS Eastern Standard Time',
]
const topics: readonly [string, ...string[]] = [
  'Budget',
  'Tide tables',
  'Crane survey',
  'Standup',
  'Jour fixe: Größe & Maß',
  '計画会議',
  'Safety; drill, again',
  'Quay\\wall "review"',
  'اجتماع',
  'Café ☕ round',
]
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
/** The smallest picture: one dot, PNG. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const fileOf = (key: string, name: string, contentType: string, bytes: Buffer): Attachment => ({
  key, kind: 'file', name, contentType, isInline: false, contentId: null, bytes,
}) // biome-ignore format: a record

const generatedEvent = (plan: OutlookPlan, store: Store, calendar: Collection, number: number): void => {
  const random = seededRandom(`${plan.seed}/event/${plan.mailbox.userId}/${number}`)
  const zone = random.pick(zones)
  const day = new Date(Date.UTC(2024, 0, 1) + random.integer(0, 900) * 86_400_000).toISOString().slice(0, 10)
  const hour = String(random.integer(7, 17)).padStart(2, '0')
  const allDay = number % 7 === 3
  const start = allDay ? `${day}T00:00:00` : `${day}T${hour}:30:00`
  const end = allDay
    ? new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 19)
    : `${day}T${hour}:55:00`
  const weekday = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'monday'
  const patterns: readonly [Fields, ...Fields[]] = [
    { type: 'weekly', interval: 1, daysOfWeek: [weekday], firstDayOfWeek: 'monday' },
    { type: 'daily', interval: 2 },
    { type: 'absoluteMonthly', interval: 1, dayOfMonth: Number(day.slice(8)) },
    { type: 'relativeMonthly', interval: 1, daysOfWeek: [weekday], index: 'last' },
    { type: 'absoluteYearly', interval: 1, dayOfMonth: Number(day.slice(8)), month: Number(day.slice(5, 7)) },
  ]
  const isSeries = number % 3 === 1
  const ranges: readonly [Fields, ...Fields[]] = [
    { type: 'numbered', numberOfOccurrences: 12 },
    { type: 'noEnd' },
    { type: 'endDate', endDate: `${Number(day.slice(0, 4)) + 1}-12-31` },
  ]
  const isMeeting = number % 2 === 0
  const { owner, colleagues } = plan.mailbox.scene
  const subject = `${random.pick(topics)} ${number}`
  const fields: Fields = {
    subject,
    body: {
      contentType: 'html',
      content: `<html><body><p>Agenda of <b>${number}</b>: ${random.pick(topics)}</p></body></html>`,
    },
    start: { dateTime: start, timeZone: zone },
    end: { dateTime: end, timeZone: zone },
    isAllDay: allDay,
    location: { displayName: number % 4 === 0 ? 'Room 9, pier' : '', locationType: 'default' },
    organizer: { emailAddress: isMeeting && number % 4 === 2 ? colleagues.at(-1) : owner },
    isOrganizer: !(isMeeting && number % 4 === 2),
    attendees: isMeeting
      ? colleagues.slice(0, 3).map((emailAddress, place) => ({
          type: place === 2 ? 'optional' : 'required',
          status: { response: place === 0 ? 'accepted' : 'none', time: '0001-01-01T00:00:00Z' },
          emailAddress,
        }))
      : [],
    categories: number % 5 === 0 ? ['Blue category'] : [],
    ...(number % 6 === 5 && { sensitivity: 'private', showAs: 'oof' }),
    ...(isSeries && {
      recurrence: {
        pattern: patterns[number % patterns.length],
        range: { startDate: day, recurrenceTimeZone: zone, ...random.pick(ranges) },
      },
    }),
  }
  const attachments =
    number % 5 === 4
      ? [fileOf('a', 'agenda.txt', 'text/plain', seededBytes(`${plan.seed}/agenda/${number}`, 3_000, 'text'))]
      : []
  const item = addItem(store, calendar, fields, Date.parse(`${day}T00:00:00Z`) - 86_400_000 * 9, {
    key: `generated/${number}`,
    attachments,
  })
  if (!isSeries) return
  const dates = datesOf(item, '2030-01-01')
  const [moved, dropped] = [dates[2], dates[4]]
  if (moved)
    item.exceptions.set(moved, {
      fields: {
        subject: `${subject} (moved)`,
        start: { dateTime: `${moved}T18:00:00`, timeZone: zone },
        end: { dateTime: `${moved}T18:45:00`, timeZone: zone },
        isAllDay: false,
      },
      attachments: [...attachments],
    })
  if (dropped) item.cancelled.add(dropped)
}

const generatedContact = (plan: OutlookPlan, store: Store, folder: Collection, number: number): void => {
  const random = seededRandom(`${plan.seed}/contact/${plan.mailbox.userId}/${number}`)
  const givenName = random.pick(['Åsa', 'José', '花子', 'Noor', "D'Arcy", 'Zoë'])
  const surname = random.pick(['Berg; Son', 'Müller, jr.', '山田', 'O\\Neill', 'Santos'])
  const item = addItem(store, folder, {
    givenName, surname, displayName: `${givenName} ${surname}`, fileAs: `${surname}, ${givenName}`,
    companyName: 'Quay & Sons', jobTitle: 'Pilot', birthday: number % 4 === 0 ? '1980-02-29T11:59:00Z' : null,
    emailAddresses: [{ name: `${givenName} ${surname}`, address: `contact${number}@partner.example` }],
    businessPhones: [`+47 555 ${1000 + number}`], mobilePhone: number % 2 ? `+47 900 ${1000 + number}` : null,
    businessAddress: { street: `Pier ${number}`, city: 'Bergen', postalCode: '5003', countryOrRegion: 'Norway', state: '' },
    personalNotes: number % 3 ? '' : `Met at the fair.\r\nSecond line; with, signs.`, categories: number % 5 ? [] : ['Green category'],
  }, Date.UTC(2024, 3, 2) + number * 3_600_000, { key: `generated/${number}` }) // biome-ignore format: a record
  if (number % 3 === 0) item.photo = { contentType: 'image/png', bytes: dot }
}

const generatedTask = (plan: OutlookPlan, store: Store, list: Collection, number: number): void => {
  const done = number % 4 === 1
  const due = new Date(Date.UTC(2025, 0, 1) + number * 86_400_000).toISOString().slice(0, 10)
  const item = addItem(store, list, {
    title: `Check mooring ${number} – “north”`, status: done ? 'completed' : 'notStarted', importance: number % 3 ? 'normal' : 'high',
    body: { content: number % 2 ? '' : `Line one\nLine ${number}`, contentType: 'text' },
    categories: number % 5 ? [] : ['Red category'],
    ...(number % 2 === 0 && { dueDateTime: { dateTime: `${due}T00:00:00.0000000`, timeZone: 'UTC' } }),
    ...(done && { completedDateTime: { dateTime: `${due}T00:00:00.0000000`, timeZone: 'UTC' } }),
    ...(number % 6 === 0 && { recurrence: { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, range: { type: 'noEnd', startDate: due } } }),
  }, Date.UTC(2024, 8, 1) + number * 3_600_000, {
    key: `generated/${number}`,
    attachments: number % 5 === 2 ? [fileOf('a', 'list.txt', 'text/plain', seededBytes(`${plan.seed}/task/${number}`, 500, 'text'))] : [],
  }) // biome-ignore format: a record
  if (number % 3 === 0) {
    item.children.set('s1', {
      kind: 'checklistItems',
      fields: { displayName: 'Look', createdDateTime: '2024-09-01T08:00:00Z', isChecked: false },
    })
    item.children.set('s2', {
      kind: 'checklistItems',
      fields: {
        displayName: 'Tie',
        createdDateTime: '2024-09-01T08:01:00Z',
        isChecked: true,
        checkedDateTime: '2024-09-02T08:01:00Z',
      },
    })
    item.children.set('r1', {
      kind: 'linkedResources',
      fields: {
        webUrl: 'https://harbour.example/1',
        applicationName: 'Harbour',
        displayName: 'Ticket 1',
        externalId: '1',
      },
    })
  }
}

export const populateOutlook = (plan: OutlookPlan): Store => {
  const store = createStore(plan.mailbox)
  const calendars = [
    addCollection(store, 'calendars', 'Calendar', { key: 'calendar', wellKnown: 'calendar' }),
    addCollection(store, 'calendars', 'Birthdays', {
      key: 'birthdays',
      fields: { canEdit: false, isRemovable: false },
    }),
    addCollection(store, 'calendars', 'Vagtplan / Ærø', { key: 'second' }),
  ] as const
  const contacts = addCollection(store, 'contactFolders', 'Contacts', {
    key: 'contacts',
    wellKnown: 'contacts',
  })
  const partners = addCollection(store, 'contactFolders', 'Partners', { key: 'partners', parent: contacts })
  const folders = [
    contacts,
    contacts,
    partners,
    addCollection(store, 'contactFolders', 'Old: partners?', { key: 'old', parent: partners }),
  ]
  const lists = [
    addCollection(store, 'lists', 'Tasks', { key: 'tasks', wellKnown: 'defaultList' }),
    addCollection(store, 'lists', 'Flagged Emails', { key: 'flagged', wellKnown: 'flaggedEmails' }),
    addCollection(store, 'lists', 'Winter lay-up', { key: 'winter' }),
  ] as const
  for (const file of plan.calendarFiles) {
    const attachments = [
      fileOf('source', file.name.split('/').at(-1) ?? 'file.ics', 'text/calendar', file.read()),
    ]
    addItem(
      store,
      calendars[0],
      { organizer: { emailAddress: plan.mailbox.scene.owner }, ...eventFromFile(file) },
      Date.UTC(2024, 0, 1),
      { key: `corpus/${file.name}`, corpusName: file.name, attachments },
    )
  }
  for (const file of plan.cards) {
    const { fields, photo } = contactFromFile(file)
    addItem(store, contacts, fields, Date.UTC(2024, 0, 1), {
      key: `corpus/${file.name}`,
      corpusName: file.name,
    }).photo = photo
  }
  for (let number = plan.calendarFiles.length; number < plan.events; number++)
    generatedEvent(plan, store, number % 4 === 3 ? calendars[2] : calendars[0], number)
  for (let number = plan.cards.length; number < plan.contacts; number++)
    generatedContact(plan, store, folders[number % folders.length] ?? contacts, number)
  for (let number = 0; number < plan.tasks; number++)
    generatedTask(plan, store, number % 3 === 2 ? lists[2] : lists[0], number)
  return store
}

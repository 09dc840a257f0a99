import assert from 'node:assert/strict'
import { test } from 'node:test'
import ICAL from 'ical.js'
import { eventFile } from '../../src/workloads/calendar/event-file.ts'
import {
  createCalendarMerger,
  outlookDetail,
  outlookLinks,
  outlookSummary,
} from '../../src/workloads/index.ts'
import { recurrenceWords } from '../../src/workloads/outlook/view/recurrence-words.ts'

/** What people see of events, contacts and tasks, out of Graph's JSON. */

const series = {
  id: 'AAkA1',
  iCalUId: '040000',
  subject: 'Quay meeting',
  start: { dateTime: '2025-03-24T08:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2025-03-24T09:30:00.0000000', timeZone: 'UTC' },
  originalStartTimeZone: 'W. Europe Standard Time',
  location: { displayName: 'Pier 4' },
  organizer: { emailAddress: { name: 'Ada', address: 'ada@contoso.example' } },
  attendees: [
    {
      type: 'optional',
      status: { response: 'tentativelyAccepted' },
      emailAddress: { name: 'Bo', address: 'bo@contoso.example' },
    },
  ],
  recurrence: {
    pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'friday'] },
    range: { type: 'endDate', startDate: '2025-03-24', endDate: '2025-06-30' },
  },
  exceptionOccurrences: [
    {
      subject: 'Quay meeting, moved',
      originalStart: '2025-04-07T07:00:00Z',
      start: { dateTime: '2025-04-08T07:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2025-04-08T08:30:00.0000000', timeZone: 'UTC' },
    },
  ],
  cancelledOccurrences: ['OID.AAkA1.2025-04-21'],
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
}

test('an event says when by the clocks of its zone, who answered what, and how its series goes on', () => {
  const { event, contact, task } = outlookSummary('calendar', series)
  assert.deepEqual([contact, task], [null, null])
  assert.deepEqual(event, {
    start: '2025-03-24T08:00:00.000Z',
    end: '2025-03-24T09:30:00.000Z',
    isAllDay: false,
    isSeries: true,
    isCancelled: false,
    location: 'Pier 4',
    organizer: { name: 'Ada', address: 'ada@contoso.example' },
  })
  const { event: detail } = outlookDetail('calendar', series, false)
  assert.equal(detail?.localStart, '2025-03-24T09:00:00')
  assert.equal(detail.localEnd, '2025-03-24T10:30:00')
  assert.equal(detail.timeZone, 'W. Europe Standard Time')
  assert.deepEqual(detail.attendees, [
    { name: 'Bo', address: 'bo@contoso.example', type: 'optional', answer: 'tentativelyAccepted' },
  ])
  assert.equal(detail.recurrence?.words, 'every 2 weeks on Monday and Friday until 2025-06-30')
  assert.match(detail.recurrence.rule ?? '', /^FREQ=WEEKLY;BYDAY=MO,FR;.*INTERVAL=2;UNTIL=20250630T215959Z$/)
  assert.deepEqual(detail.exceptions, [
    {
      originalStart: '2025-04-07T07:00:00.000Z',
      start: '2025-04-08T07:00:00.000Z',
      end: '2025-04-08T08:30:00.000Z',
      subject: 'Quay meeting, moved',
      location: '',
    },
  ])
  assert.deepEqual(detail.cancelled, ['2025-04-21'])
  assert.equal(detail.reminderMinutes, 15)
})

test('every recurrence of Graph has its words', () => {
  const said = (pattern: object, range: object = {}) => recurrenceWords({ pattern, range })
  assert.equal(
    said({ type: 'daily', interval: 1 }, { type: 'numbered', numberOfOccurrences: 5 }),
    'every day, 5 times',
  )
  assert.equal(said({ type: 'absoluteMonthly', interval: 3, dayOfMonth: 15 }), 'every 3 months on day 15')
  assert.equal(
    said({ type: 'relativeMonthly', interval: 1, index: 'last', daysOfWeek: ['friday'] }),
    'every month on the last Friday',
  )
  assert.equal(
    said({ type: 'absoluteYearly', interval: 1, dayOfMonth: 24, month: 12 }),
    'every year on 24 December',
  )
  assert.equal(
    said({ type: 'relativeYearly', interval: 1, index: 'second', daysOfWeek: ['sunday'], month: 5 }),
    'every year on the second Sunday of May',
  )
  assert.equal(said({ type: 'constructor' }), 'repeatedly')
})

test('a contact has names, numbers and addresses in one form; a task its steps and links', () => {
  const contact = {
    displayName: 'Grete Quay',
    surname: 'Quay',
    companyName: 'Harbour',
    emailAddresses: [{ name: 'G', address: 'g@harbour.example' }],
    businessPhones: ['+49 1'],
    mobilePhone: '+49 2',
    homeAddress: { street: 'Kai 1', city: 'Hamburg', postalCode: '20457', countryOrRegion: 'Germany' },
    birthday: '1980-02-29T11:59:00Z',
  }
  assert.deepEqual(outlookSummary('contacts', contact).contact, {
    company: 'Harbour',
    jobTitle: '',
    email: 'g@harbour.example',
    phone: '+49 1',
  })
  const detail = outlookDetail('contacts', contact, true).contact
  assert.deepEqual(detail?.phones, [
    { name: 'business', value: '+49 1' },
    { name: 'mobile', value: '+49 2' },
  ])
  assert.deepEqual(detail.addresses, [{ name: 'home', value: 'Kai 1\n20457 Hamburg\nGermany' }])
  assert.equal(detail.birthday, '1980-02-29')
  assert.equal(detail.hasPhoto, true)

  const task = {
    title: 'Paint',
    status: 'inProgress',
    dueDateTime: { dateTime: '2025-05-01T00:00:00.0000000', timeZone: 'UTC' },
    checklistItems: [{ displayName: 'Buy paint', isChecked: true }, { displayName: 'Paint' }],
    linkedResources: [{ displayName: 'Order', webUrl: 'https://shop.example/1' }, { displayName: 'none' }],
  }
  assert.deepEqual(outlookSummary('todo', task).task, {
    status: 'inProgress',
    due: '2025-05-01',
    importance: 'normal',
    steps: 2,
  })
  assert.deepEqual(outlookDetail('todo', task, false).task?.steps, [
    { title: 'Buy paint', done: true },
    { title: 'Paint', done: false },
  ])
  assert.deepEqual(outlookLinks(task), [{ name: 'Order', address: 'https://shop.example/1' }])
})

test('an item that says nothing is shown all the same', () => {
  for (const top of ['calendar', 'contacts', 'todo'] as const) {
    outlookSummary(top, {})
    outlookDetail(top, {}, false)
  }
  assert.equal(outlookSummary('calendar', { start: { dateTime: '0001-01-01T00:00:00' } }).event?.start, null)
})

test('several calendar files become one, with each zone once and every series where it was', async () => {
  const file = async (json: object) =>
    Buffer.concat(
      (await Array.fromAsync(eventFile(json as never, async function* () {}))).map((one) => Buffer.from(one)),
    )
  const later = {
    ...series,
    id: 'AAkA2',
    iCalUId: '040001',
    start: { dateTime: '2026-11-02T09:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-11-02T10:00:00.0000000', timeZone: 'UTC' },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'noEnd', startDate: '2026-11-02' },
    },
    exceptionOccurrences: [],
    cancelledOccurrences: [],
  }
  const files = [await file({ ...later, subject: 'Hafenrundgang für Zoë 😀' }), await file(series)]
  const merged = async (pieceLength: number) => {
    const merger = createCalendarMerger(
      Date.parse('2025-03-24T08:00:00Z'),
      Date.parse('2040-01-01T00:00:00Z'),
    )
    const parts: Uint8Array[] = [Buffer.from(merger.head)]
    for (const one of files) parts.push(...(await Array.fromAsync(merger.add(inPieces(one, pieceLength)))))
    return Buffer.concat([...parts, Buffer.from(merger.end)]).toString('utf8')
  }
  const text = await merged(Number.MAX_SAFE_INTEGER)
  // Also where a piece ends within a line, its end or a character.
  assert.equal(await merged(1), text)
  assert.ok(text.includes('Hafenrundgang für Zoë 😀'))
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
  assert.equal(calendar.getAllSubcomponents('vtimezone').length, 1)
  assert.equal(calendar.getAllProperties('version').length, 1)
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone') as ICAL.Component)
  const starts = calendar.getAllSubcomponents('vevent').map((one) => {
    const start = one.getFirstPropertyValue('dtstart') as ICAL.Time
    start.zone = zone
    return start.toJSDate().toISOString()
  })
  assert.deepEqual(starts, [
    '2026-11-02T09:00:00.000Z',
    '2025-03-24T08:00:00.000Z',
    '2025-04-08T07:00:00.000Z',
  ])
})

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

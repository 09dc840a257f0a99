import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import ICAL from 'ical.js'
import { eventFile } from '../../src/workloads/calendar/event-file.ts'
import { contactFile } from '../../src/workloads/contacts/contact-file.ts'
import { wholeOf } from '../../src/workloads/content/content.ts'
import { binaryLine, contentLine, escapeText } from '../../src/workloads/outlook/content-lines.ts'
import { openStoredItem } from '../../src/workloads/outlook/open-item.ts'
import { recurrenceRule } from '../../src/workloads/outlook/recurrence.ts'
import { ianaZone, icsTime, offsetAt, timeZoneComponent } from '../../src/workloads/outlook/time-zones.ts'
import { taskFile } from '../../src/workloads/todo/task-file.ts'
import { storedInChunks } from './opened-mail.ts'
import { readContentLines, readStoredItem } from './whole-item.ts'

/** Files of calendars, contacts and tasks, judged by ical.js, which the product does not write them with. */

type Json = Readonly<Record<string, unknown>>

const none = async function* (): AsyncGenerator<string> {}
const textOf = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString('utf8')
}
const parse = (text: string): ICAL.Component => new ICAL.Component(ICAL.parse(text) as unknown[])
const linesFit = (text: string) =>
  text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line))
const anyText = fc.string({ unit: 'binary', maxLength: 300 })
/** What a text may hold in a file: no control characters, whole characters, one kind of line break. */
const asKept = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
    .replaceAll(/\r\n|\r/g, '\n')
const weekday = fc.constantFrom('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')

const meeting = (more: Json = {}): Json => ({
  id: 'AAkA1',
  iCalUId: '040000',
  type: 'singleInstance',
  subject: 'Quay; wall, "north"\\',
  body: { contentType: 'html', content: '<p>First</p><p>Second &amp; last</p>' },
  start: { dateTime: '2025-03-28T08:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2025-03-28T09:00:00.0000000', timeZone: 'UTC' },
  originalStartTimeZone: 'W. Europe Standard Time',
  createdDateTime: '2025-01-01T00:00:00Z',
  lastModifiedDateTime: '2025-01-02T00:00:00Z',
  ...more,
})

describe('files of calendars, contacts and tasks', () => {
  test('any text is folded at 75 bytes between characters and read back whole', () => {
    fc.assert(
      fc.property(anyText, anyText, (value, parameter) => {
        const text = contentLine({ name: 'X-TEXT', parameters: { CN: parameter }, value: escapeText(value) })
        assert.ok(text.endsWith('\r\n') && linesFit(text))
        const read = parse(`BEGIN:VCALENDAR\r\n${text}END:VCALENDAR\r\n`).getFirstProperty('x-text')
        assert.ok(read)
        const kept = asKept(value)
        // To ical.js a line of an unknown name is of no type: it is left as it stands in the file.
        assert.equal(String(read.getFirstValue()), escapeText(kept))
        assert.equal(readContentLines(text)[0]?.parameters['CN'], asKept(parameter))
        assert.equal(
          parse(
            `BEGIN:VCALENDAR\r\n${contentLine({ name: 'SUMMARY', value: escapeText(value) })}END:VCALENDAR\r\n`,
          ).getFirstPropertyValue('summary'),
          kept,
        )
      }),
      { numRuns: 150 },
    )
  })

  test('bytes come back as they were, however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), async (chunks) => {
        let text = ''
        for await (const piece of binaryLine(
          'ATTACH',
          { FILENAME: 'a:b;"c".bin' },
          (async function* () {
            yield* chunks
          })(),
        ))
          text += piece
        assert.ok(linesFit(text))
        const [line] = readContentLines(text)
        assert.deepEqual(Buffer.from(line?.value ?? '', 'base64'), Buffer.concat(chunks))
        assert.equal(line?.parameters['FILENAME'], 'a:b;"c".bin')
      }),
      { numRuns: 80 },
    )
  })

  test('a VTIMEZONE converts every moment of its years as the zone does', () => {
    for (const name of [
      'W. Europe Standard Time',
      'Pacific Standard Time',
      'AUS Eastern Standard Time',
      'India Standard Time',
      'America/Sao_Paulo',
      'Africa/Casablanca',
      'Tokyo Standard Time',
    ]) {
      const zone = ianaZone(name)
      assert.ok(zone)
      const [begin, end] = [Date.UTC(2022, 0, 1), Date.UTC(2031, 0, 1)]
      const file = timeZoneComponent(zone, begin, end)
      assert.ok(linesFit(file))
      const read = new ICAL.Timezone(
        parse(`BEGIN:VCALENDAR\r\n${file}END:VCALENDAR\r\n`).getFirstSubcomponent(
          'vtimezone',
        ) as ICAL.Component,
      )
      fc.assert(
        fc.property(fc.integer({ min: begin / 60_000, max: end / 60_000 - 1 }), (minutes) => {
          const at = minutes * 60_000
          const wall = ICAL.Time.fromString(
            new Date(at + offsetAt(zone, at)).toISOString().slice(0, 19),
            undefined as never,
          )
          // An hour that comes twice may be either.
          const isTwice =
            offsetAt(zone, at) !== offsetAt(zone, at + 3_700_000) ||
            offsetAt(zone, at) !== offsetAt(zone, at - 3_700_000)
          if (!isTwice)
            assert.equal(
              read.utcOffset(wall) * 1000,
              offsetAt(zone, at),
              `${zone} ${new Date(at).toISOString()}`,
            )
        }),
        { numRuns: 60 },
      )
    }
    assert.equal(ianaZone('UTC'), undefined)
    assert.equal(ianaZone('tzone://Microsoft/Custom'), undefined)
  })

  test('every recurrence of Graph is a rule that a reader understands', () => {
    const pattern = fc.record({
      type: fc.constantFrom('daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'),
      interval: fc.integer({ min: 1, max: 99 }), month: fc.integer({ min: 1, max: 12 }), dayOfMonth: fc.integer({ min: 1, max: 31 }),
      daysOfWeek: fc.uniqueArray(weekday, { minLength: 1 }), firstDayOfWeek: weekday, index: fc.constantFrom('first', 'second', 'third', 'fourth', 'last'),
    }) // biome-ignore format: a record
    const range = fc.oneof(
      fc.record({ type: fc.constant('numbered'), numberOfOccurrences: fc.integer({ min: 1, max: 999 }) }),
      fc.record({ type: fc.constant('endDate'), endDate: fc.constantFrom('2025-07-31', '2030-01-01') }),
      fc.constant({ type: 'noEnd' }),
    )
    fc.assert(
      fc.property(pattern, range, (one, other) => {
        const rule = recurrenceRule({ pattern: one, range: other }, 'Europe/Berlin', false)
        const read = ICAL.Recur.fromString(rule ?? '')
        assert.equal(read.interval, one.interval)
        assert.equal(read.isFinite(), other.type !== 'noEnd')
        if (other.type === 'endDate') assert.match(rule ?? '', /UNTIL=\d{8}T2[12]5959Z/)
      }),
    )
    assert.equal(
      recurrenceRule({ pattern: { type: 'lunar', interval: 1 }, range: { type: 'noEnd' } }, undefined, false),
      undefined,
    )
  })

  test('a series keeps its clock across a change of the clocks, its moved and its cancelled occurrence', async () => {
    const series = meeting({
      type: 'seriesMaster',
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['friday'] },
        range: {
          type: 'numbered',
          startDate: '2025-03-28',
          numberOfOccurrences: 4,
          recurrenceTimeZone: 'W. Europe Standard Time',
        },
      },
      cancelledOccurrences: ['OID.AAkA1.2025-04-11'],
      exceptionOccurrences: [
        meeting({
          type: 'exception',
          subject: 'Moved',
          originalStart: '2025-04-04T07:00:00Z',
          start: { dateTime: '2025-04-04T12:00:00', timeZone: 'UTC' },
          end: { dateTime: '2025-04-04T13:00:00', timeZone: 'UTC' },
        }),
      ],
    })
    const text = await textOf(eventFile(series, none))
    assert.ok(linesFit(text))
    const root = parse(text)
    const [master, exception] = root.getAllSubcomponents('vevent')
    assert.ok(master && exception)
    for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
    const event = new ICAL.Event(master)
    event.relateException(exception)
    const steps = event.iterator()
    const starts: string[] = []
    for (let next = steps.next(); next; next = steps.next()) {
      const { startDate, item } = event.getOccurrenceDetails(next)
      starts.push(`${startDate.toJSDate().toISOString().slice(0, 16)} ${item.summary.slice(0, 5)}`)
    }
    assert.deepEqual(starts, ['2025-03-28T08:00 Quay;', '2025-04-04T12:00 Moved', '2025-04-18T07:00 Quay;'])
    assert.deepEqual(readStoredItem(Buffer.from(text)).json, JSON.parse(JSON.stringify(series)))
  })

  test('the day of a moved all-day occurrence is that of the zone of its series', async () => {
    const day = (date: string) => ({
      isAllDay: true,
      originalStartTimeZone: 'Tokyo Standard Time',
      start: { dateTime: `${date}T00:00:00`, timeZone: 'UTC' },
      end: { dateTime: `${date}T23:00:00`, timeZone: 'UTC' },
    })
    const moved = meeting({ ...day('2025-04-06'), originalStart: '2025-04-03T15:00:00Z' })
    const recurrence = {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['friday'] },
      range: { type: 'noEnd', startDate: '2025-03-28' },
    }
    const text = await textOf(
      eventFile(meeting({ ...day('2025-03-28'), recurrence, exceptionOccurrences: [moved] }), none),
    )
    assert.match(text, /RECURRENCE-ID;VALUE=DATE:20250404\r\n/)
  })

  test('attendees, days, privacy and attachments are told; the text is there as text and as HTML', async () => {
    const attachment = {
      '@odata.type': '#microsoft.graph.fileAttachment',
      id: 'AAkA1x=',
      name: 'plan ä.bin',
      contentType: 'application/pdf',
    }
    const event = meeting({
      isAllDay: true, start: { dateTime: '2025-03-28T00:00:00.0000000', timeZone: 'UTC' }, end: { dateTime: '2025-03-29T00:00:00.0000000', timeZone: 'UTC' },
      organizer: { emailAddress: { name: 'Boss, the', address: 'boss@harbour.example' } }, sensitivity: 'private', showAs: 'free', attachments: [attachment],
      attendees: [{ type: 'optional', status: { response: 'declined' }, emailAddress: { name: 'Å "B"', address: 'a@harbour.example' } }],
    }) // biome-ignore format: a record
    const bytes = Buffer.from([0, 1, 2, 250, 251, 252])
    const text = await textOf(
      eventFile(event, () =>
        binaryLine(
          'ATTACH',
          { FILENAME: 'plan ä.bin', 'X-BDRCLOUD-ATTACHMENT': 'AAkA1x=' },
          (async function* () {
            yield bytes
          })(),
        ),
      ),
    )
    const read = parse(text).getFirstSubcomponent('vevent')
    assert.ok(read)
    assert.equal(String(read.getFirstPropertyValue('dtstart')), '2025-03-28')
    assert.equal(read.getFirstPropertyValue('description'), 'First\nSecond & last')
    assert.equal(read.getFirstPropertyValue('summary'), 'Quay; wall, "north"\\')
    assert.equal(read.getFirstProperty('attendee')?.getParameter('partstat'), 'DECLINED')
    assert.equal(read.getFirstPropertyValue('class'), 'PRIVATE')
    assert.equal(read.getFirstPropertyValue('transp'), 'TRANSPARENT')
    const stored = readStoredItem(Buffer.from(text))
    assert.deepEqual(
      stored.attachments.map(({ id, bytes: kept }) => [id, kept]),
      [['AAkA1x=', bytes]],
    )
  })

  test('any event, contact and task is a file that a reader takes and gives its JSON back', async () => {
    const recipient = fc.record({ emailAddress: fc.record({ name: anyText, address: anyText }) })
    const event = fc.record({
      subject: anyText,
      body: fc.record({ contentType: fc.constantFrom('html', 'text'), content: anyText }),
      attendees: fc.array(recipient, { maxLength: 3 }),
      organizer: recipient,
      categories: fc.array(anyText, { maxLength: 3 }),
      location: fc.record({ displayName: anyText }),
    })
    const contact = fc.record({
      displayName: anyText,
      surname: anyText,
      givenName: anyText,
      companyName: anyText,
      personalNotes: anyText,
      emailAddresses: fc.array(fc.record({ name: anyText, address: anyText }), { maxLength: 3 }),
      businessPhones: fc.array(anyText, { maxLength: 2 }),
      homeAddress: fc.record({ street: anyText, city: anyText }),
    })
    const task = fc.record({
      id: fc.constant('t'),
      title: anyText,
      body: fc.record({ content: anyText, contentType: fc.constant('text') }),
      checklistItems: fc.array(fc.record({ displayName: anyText, isChecked: fc.boolean() }), {
        maxLength: 3,
      }),
    })
    const asJson = (value: unknown): unknown => JSON.parse(Buffer.from(JSON.stringify(value)).toString())
    await fc.assert(
      fc.asyncProperty(event, contact, task, async (one, two, three) => {
        const ics = await textOf(eventFile(meeting(one), none))
        assert.equal(
          parse(ics).getFirstSubcomponent('vevent')?.getFirstPropertyValue('summary') ?? '',
          asKept(one.subject),
        )
        const vcf = await textOf(
          contactFile(two, { contentType: 'image/png', bytes: Buffer.from([1, 2, 3]) }),
        )
        assert.equal(parse(vcf).getFirstPropertyValue('note') ?? '', asKept(two.personalNotes))
        const vtodo = await textOf(taskFile(three, none))
        assert.equal(
          parse(vtodo).getFirstSubcomponent('vtodo')?.getFirstPropertyValue('summary') ?? '',
          asKept(three.title),
        )
        for (const text of [ics, vcf, vtodo]) assert.ok(linesFit(text))
        assert.deepEqual(
          [
            readStoredItem(Buffer.from(ics)).json,
            readStoredItem(Buffer.from(vcf)).json,
            readStoredItem(Buffer.from(vtodo)).json,
          ],
          [asJson(meeting(one)), asJson(two), asJson(three)],
        )
      }),
      { numRuns: 60 },
    )
  })

  test('attachments opened for a restore are those of the file, however it is folded and in whatever pieces it comes', async () => {
    const attachment = fc.record({
      name: anyText,
      bytes: fc.uint8Array({ maxLength: 400 }),
      kept: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(attachment, { maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        async (list, chunk) => {
          const json = {
            ...meeting({ subject: 'ATTACH:' }),
            attachments: list.map(({ name }, index) => ({ id: `AA${index}=`, name })),
          }
          const text = await textOf(
            eventFile(json, async function* () {
              for (const [index, { name, bytes, kept }] of list.entries())
                yield* binaryLine(
                  'ATTACH',
                  { FILENAME: name, ...(kept ? { 'X-BDRCLOUD-ATTACHMENT': `AA${index}=` } : {}) },
                  (async function* () {
                    yield bytes
                  })(),
                )
            }),
          )
          const whole = readStoredItem(Buffer.from(text))
          const opened = await openStoredItem(storedInChunks(Buffer.from(text), chunk))
          assert.deepEqual(opened.json, whole.json)
          assert.deepEqual(
            await Promise.all(
              opened.attachments.map(async ({ content, ...about }) => {
                const bytes = await wholeOf(content)
                assert.equal(content.size, bytes.length)
                return { ...about, bytes }
              }),
            ),
            whole.attachments,
          )
          assert.equal(whole.attachments.length, list.filter(({ kept }) => kept).length)
        },
      ),
      { numRuns: 60 },
    )
    const card = await textOf(
      contactFile({ displayName: 'A' }, { contentType: 'image/png', bytes: Buffer.alloc(300, 7) }),
    )
    const { photo } = await openStoredItem(storedInChunks(Buffer.from(card), 40))
    assert.deepEqual(photo, { contentType: 'image/png', bytes: Buffer.alloc(300, 7) })
    await assert.rejects(
      openStoredItem(storedInChunks(Buffer.from('BEGIN:VCALENDAR\r\n'))),
      /lacks what Microsoft said/,
    )
  })

  test('a file that is none of ours says so', () => {
    assert.throws(
      () => readStoredItem(Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')),
      /lacks what Microsoft said/,
    )
    assert.equal(icsTime(Date.UTC(2025, 0, 1), undefined), '20250101T000000Z')
  })
})

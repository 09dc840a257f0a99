import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Json, type MailClient, openMail, sha256 } from './mail-client.ts'

type Listed = {
  items: readonly {
    id: string
    collection: string
    fields: Json
    cancelled: string[]
    exceptions: { date: string }[]
  }[]
}
type Entry = Json & { readonly id: string }
const immutable = { prefer: 'IdType="ImmutableId"' }

describe('calendars, contacts and To Do of the simulated tenant', () => {
  let client: MailClient
  let user: string
  let path: string
  before(async () => {
    client = await openMail({ users: 2, events: 14, contacts: 9, tasks: 8, seed: 4 })
    user = client.mailboxes[0] ?? ''
    path = `/users/${user}`
  })
  after(() => client.close())
  const truth = (kind: string) => client.controlOutlook<Listed>('list', { mailbox: user, kind })
  const status = async (address: string, init?: Parameters<MailClient['call']>[1]) => {
    const answer = await client.call(address, init)
    return { status: answer.status, text: await answer.text() }
  }

  test('a list of events has single ones and masters of all times; a view has occurrences of a window and no masters', async () => {
    const calendars = await client.pages(`${path}/calendars?$top=50`)
    assert.deepEqual(
      calendars.items.map(({ name }) => name),
      ['Calendar', 'Birthdays', 'Vagtplan / Ærø'],
    )
    const listed = (
      await Promise.all(
        calendars.items.map(({ id }) => client.pages(`${path}/calendars/${id}/events?$top=3`)),
      )
    ).flatMap(({ items }) => items)
    assert.deepEqual(
      listed.map(({ id }) => id).sort(),
      (await truth('calendars')).items.map(({ id }) => id).sort(),
    )
    assert.ok(listed.every(({ type }) => type === 'singleInstance' || type === 'seriesMaster'))
    const view = await client.pages(
      `${path}/calendarView?startDateTime=2024-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z&$top=1000`,
    )
    assert.ok(
      view.items.some(({ type }) => type === 'occurrence') &&
        view.items.some(({ type }) => type === 'exception'),
    )
    assert.ok(view.items.every(({ type }) => type !== 'seriesMaster'))
    assert.equal((await status(`${path}/calendarView`)).status, 400)
  })

  test('exceptions and cancelled occurrences are told for one master, by name, and in no list', async () => {
    const master = (await truth('calendars')).items.find(({ cancelled }) => cancelled.length > 0)
    assert.ok(master)
    const series = '$select=subject,cancelledOccurrences&$expand=exceptionOccurrences'
    const whole = await client.json<{ cancelledOccurrences: string[]; exceptionOccurrences: Entry[] }>(
      `${path}/events/${master.id}?${series}`,
      { headers: immutable },
    )
    assert.deepEqual(
      whole.cancelledOccurrences,
      master.cancelled.map((date) => `OID.${master.id}.${date}`),
    )
    assert.equal(whole.exceptionOccurrences[0]?.['seriesMasterId'], master.id)
    const exception = await client.json<Entry>(`${path}/events/${whole.exceptionOccurrences[0]?.id}`, {
      headers: immutable,
    })
    assert.equal(exception['type'], 'exception')
    assert.equal((await status(`${path}/events?${series}`)).status, 400)
    assert.equal(
      'cancelledOccurrences' in
        (await client.json<Entry>(`${path}/events/${master.id}`, { headers: immutable })),
      false,
    )
  })

  test('times come in UTC unless a zone is asked for, by Windows name or IANA name, across a change of the clocks', async () => {
    const body = {
      subject: 'Clocks', start: { dateTime: '2025-03-28T09:00:00', timeZone: 'W. Europe Standard Time' }, end: { dateTime: '2025-03-28T10:00:00', timeZone: 'W. Europe Standard Time' },
      recurrence: { pattern: { type: 'weekly', interval: 1, daysOfWeek: ['friday'] }, range: { type: 'numbered', startDate: '2025-03-28', numberOfOccurrences: 2 } },
    } // biome-ignore format: one line an argument
    const made = await client.json<Entry>(`${path}/events`, { method: 'POST', body, headers: immutable })
    const window = 'startDateTime=2025-03-01T00:00:00Z&endDateTime=2025-05-01T00:00:00Z'
    const starts = async (prefer: string) =>
      (await client.pages(`${path}/events/${made.id}/instances?${window}`, { prefer })).items.map(
        ({ start }) => (start as { dateTime: string }).dateTime.slice(0, 16),
      )
    assert.deepEqual(await starts('IdType="ImmutableId"'), ['2025-03-28T08:00', '2025-04-04T07:00'])
    assert.deepEqual(await starts('IdType="ImmutableId", outlook.timezone="Europe/Berlin"'), [
      '2025-03-28T09:00',
      '2025-04-04T09:00',
    ])
    assert.equal(
      (await client.json<Entry>(`${path}/events/${made.id}`, { headers: immutable }))[
        'originalStartTimeZone'
      ],
      'W. Europe Standard Time',
    )
    await client.controlOutlook('delete', { mailbox: user, id: made.id })
  })

  test('a round over a view tells changes in its window only, and expires', async () => {
    const window = 'startDateTime=2031-01-01T00:00:00Z&endDateTime=2031-02-01T00:00:00Z'
    const at = (day: string) => ({
      start: { dateTime: `${day}T08:00:00`, timeZone: 'UTC' },
      end: { dateTime: `${day}T09:00:00`, timeZone: 'UTC' },
    })
    const first = await client.pages(`${path}/calendarView/delta?${window}`)
    const inside = await client.controlOutlook<{ ids: string[] }>('create', {
      mailbox: user,
      kind: 'calendars',
      fields: at('2031-01-05'),
    })
    const outside = await client.controlOutlook<{ ids: string[] }>('create', {
      mailbox: user,
      kind: 'calendars',
      fields: at('2032-01-05'),
    })
    const second = await client.pages(first.deltaLink ?? '')
    assert.ok(
      second.items.some(({ id }) => id === inside.ids[0]) &&
        !second.items.some(({ id }) => id === outside.ids[0]),
    )
    for (const id of [...inside.ids, ...outside.ids])
      await client.controlOutlook('delete', { mailbox: user, id })
    assert.ok(
      (await client.pages(second.deltaLink ?? '')).items.some(
        (one) => one.id === inside.ids[0] && one['@removed'] !== undefined,
      ),
    )
    assert.equal((await status(`${path}/calendars/calendar/events/delta`)).status, 400)
    await client.control('expireDelta', { mailbox: user })
    assert.equal((await status(second.deltaLink ?? '')).status, 410)
  })

  test('attendees of a created, changed or deleted meeting are written to, whoever asks', async () => {
    const sent = async () =>
      (await client.controlOutlook<{ sent: { kind: string }[] }>('sent', { mailbox: user })).sent.map(
        ({ kind }) => kind,
      )
    const before = (await sent()).length
    const at = { dateTime: '2025-06-01T08:00:00', timeZone: 'UTC' }
    const meeting = {
      subject: 'M',
      start: at,
      end: at,
      attendees: [{ type: 'required', emailAddress: { address: 'a@partner.example', name: 'A' } }],
    }
    const quiet = await client.json<Entry>(`${path}/events`, {
      method: 'POST',
      body: { subject: 'Q', start: at, end: at },
      headers: immutable,
    })
    assert.equal((await sent()).length, before)
    const made = await client.json<Entry>(`${path}/events`, {
      method: 'POST',
      body: meeting,
      headers: immutable,
    })
    await client.call(`${path}/events/${made.id}`, {
      method: 'PATCH',
      body: { subject: 'N' },
      headers: immutable,
    })
    for (const { id } of [made, quiet])
      await client.call(`${path}/events/${id}`, { method: 'DELETE', headers: immutable })
    assert.deepEqual((await sent()).slice(before), ['invitation', 'update', 'cancellation'])
  })

  test('contacts: the default folder stands in no list, rounds tell changes and removals, photos are bytes', async () => {
    const folders = await client.pages(`${path}/contactFolders/delta`)
    assert.deepEqual(
      folders.items.map(({ displayName }) => displayName),
      ['Partners', 'Old: partners?'],
    )
    const home = await client.json<Entry>(`${path}/contactFolders/contacts`)
    const first = await client.pages(`${path}/contactFolders/${home.id}/contacts/delta?$select=displayName`, {
      prefer: 'IdType="ImmutableId", odata.maxpagesize=2',
    })
    assert.ok(first.pages > 1 && first.items.every((one) => !('emailAddresses' in one)))
    const [changed, gone] = first.items
    assert.ok(changed && gone)
    await client.controlOutlook('update', { mailbox: user, id: changed.id, fields: { displayName: 'New' } })
    await client.controlOutlook('delete', { mailbox: user, id: gone.id })
    const { items } = await client.pages(first.deltaLink ?? '')
    assert.deepEqual(
      new Map(items.map((one) => [one.id, one['displayName'] ?? 'removed'])),
      new Map<string, unknown>([
        [changed.id, 'New'],
        [gone.id, 'removed'],
      ]),
    )
    const bytes = Buffer.from('not quite a picture')
    const put = await client.call(`${path}/contacts/${changed.id}/photo/$value`, {
      method: 'PUT',
      raw: bytes,
      headers: { ...immutable, 'content-type': 'image/jpeg' },
    })
    assert.equal(put.status, 200)
    const got = await client.call(`${path}/contacts/${changed.id}/photo/$value`, { headers: immutable })
    assert.equal(sha256(Buffer.from(await got.arrayBuffer())), sha256(bytes))
  })

  test('To Do: lists, tasks with steps, links and attachments, and rounds over both', async () => {
    const lists = await client.pages(`${path}/todo/lists/delta`)
    assert.deepEqual(
      lists.items.map(({ wellknownListName }) => wellknownListName),
      ['defaultList', 'flaggedEmails', 'none'],
    )
    const id = lists.items[2]?.id
    const made = await client.json<Entry>(`${path}/todo/lists/${id}/tasks`, {
      method: 'POST',
      body: { title: 'Paint', checklistItems: [{ displayName: 'Scrape', isChecked: true }] },
    })
    const attachment = {
      '@odata.type': '#microsoft.graph.taskFileAttachment',
      name: 'a.txt',
      contentBytes: 'YQ==',
    }
    await client.json(`${path}/todo/lists/${id}/tasks/${made.id}/attachments`, {
      method: 'POST',
      body: attachment,
    })
    const round = await client.pages(
      `${path}/todo/lists/${id}/tasks/delta?$expand=checklistItems,linkedResources`,
    )
    const task = round.items.find((one) => one.id === made.id)
    assert.equal(task?.['hasAttachments'], true)
    assert.deepEqual(
      ((task?.['checklistItems'] ?? []) as Json[]).map(({ displayName, isChecked }) => [
        displayName,
        isChecked,
      ]),
      [['Scrape', true]],
    )
    await client.call(`${path}/todo/lists/${id}`, { method: 'DELETE' })
    assert.deepEqual(
      (await client.pages(lists.deltaLink ?? '')).items.map((one) => [one.id, '@removed' in one]),
      [[id, true]],
    )
  })

  test('each of them needs its own permission and counts for the limits of the mailbox', async () => {
    const poor = await openMail({ users: 1 }, [
      'Calendars.Read',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
      'Tasks.ReadWrite.All',
    ])
    const of = async (address: string, init?: Parameters<MailClient['call']>[1]) =>
      (await poor.call(`/users/${poor.mailboxes[0]}${address}`, init)).status
    assert.deepEqual(
      [await of('/calendars'), await of('/contacts'), await of('/todo/lists')],
      [403, 200, 200],
    )
    assert.deepEqual(
      [
        await of('/contacts', { method: 'POST', body: {} }),
        await of('/todo/lists', { method: 'POST', body: {} }),
      ],
      [403, 403],
    )
    await poor.control('throttle', { mailbox: poor.mailboxes[0] ?? '', seconds: 3 })
    assert.equal(await of('/contacts'), 429)
    await poor.close()
  })
})

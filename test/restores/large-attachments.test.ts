/** Attachments of events and tasks beyond what one request takes: upload sessions, lost answers, and what cannot be put back. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { listMailboxes } from '../../src/catalog/index.ts'
import { heldContent } from '../../src/workloads/content/content.ts'
import {
  addAttachments,
  eventAttachments,
  taskAttachments,
} from '../../src/workloads/outlook/restore/attachments.ts'
import { openRestoreLab, type RestoreLab, type RestoreLife } from './restore-lab.ts'

interface Listed {
  readonly id: string
  readonly collection: string
  readonly attachments: readonly {
    name: string
    sha256: string
    kind: string
    item?: Record<string, unknown>
  }[]
}

let lab: RestoreLab
let life: RestoreLife
let mailbox = ''
let event = ''
let items = ''
let task = ''

const control = async <T>(verb: string, body: object): Promise<T> => {
  const answer = await fetch(`${lab.simulator.ready.clouds.global.pages}/_control/outlook/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mailbox, ...body }),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as T
}
const listed = async (kind: string, collection: string) =>
  (await control<{ items: Listed[] }>('list', { kind })).items.filter((one) => one.collection === collection)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const pattern = (size: number) => sha256(Buffer.alloc(size, 'a pattern of some length; '))
const note = Buffer.from('Subject: attached\r\nFrom: a@contoso.example\r\n\r\nText\r\n')
const attachedEvent = {
  '@odata.type': '#microsoft.graph.event',
  id: '',
  subject: 'Gifts',
  hasAttachments: false,
  attendees: [],
  start: { dateTime: '2026-12-02T18:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-12-02T19:00:00.0000000', timeZone: 'UTC' },
}
const eventSize = 5_000_000
const taskSize = 4_500_000

async function restore(workload: 'calendar' | 'todo', name: string) {
  const { items } = await listMailboxes(lab.database.db, lab.organizationId, { workload })
  const view = await life.restore({
    selection: { mailbox: items.find((one) => one.userPrincipalName === mailbox)?.id ?? '' },
    folder: { kind: 'named', name },
  })
  return { view, results: await life.results(view.id) }
}

before(async () => {
  lab = await openRestoreLab({ users: 1, mails: 1, events: 1, contacts: 0, tasks: 1 })
  life = lab.startRestores()
  await lab.database.db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(['calendar', 'todo']) })
    .execute()
  mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  const create = async (kind: string, fields: object) =>
    (await control<{ ids: string[] }>('create', { kind, fields })).ids[0] ?? ''
  event = await create('calendars', { subject: 'With much' })
  task = await create('lists', { title: 'With much' })
  await control('attach', { id: event, name: 'large.bin', size: eventSize })
  await control('attach', { id: event, name: 'Attached mail', kind: 'item', base64: note.toString('base64') })
  await control('attach', { id: event, name: 'In the cloud.docx', kind: 'reference' })
  items = await create('calendars', { subject: 'With items' })
  const attach = (name: string, item: object) =>
    control('attach', { id: items, name, kind: 'item', base64: note.toString('base64'), item })
  await attach('A meeting', attachedEvent)
  await attach('With people', { ...attachedEvent, attendees: [{ emailAddress: { address: 'a@b.example' } }] })
  await attach('With a file', {
    '@odata.type': '#microsoft.graph.message',
    subject: 'x',
    hasAttachments: true,
  })
  await attach('A person', { '@odata.type': '#microsoft.graph.contact', id: '', displayName: 'Ada' })
  await control('attach', { id: task, name: 'large.bin', size: taskSize })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded', JSON.stringify(await lab.service.runs.failures(run.id, {})))
})
after(() => lab.stop())

test('an event gets a large file back in pieces, though an answer is lost; what is no file is said', async () => {
  await lab.faults([
    { match: { method: 'PUT', path: 'outlookUploads' }, nth: 1, loseAnswer: true },
    { match: { method: 'PUT', path: 'outlookUploads' }, nth: 4, reset: true },
  ])
  const { view, results } = await restore('calendar', 'Given back')
  assert.deepEqual([view.state, view.counts.failed], ['succeeded', 0])
  const found = (await listed('calendars', 'Given back')).find(({ attachments }) => attachments.length === 2)
  const attached = found?.attachments.find(({ kind }) => kind === 'item')
  assert.deepEqual(
    [attached?.name, attached?.item?.['subject'], attached?.item?.['from']],
    [
      'Attached mail',
      'attached',
      { emailAddress: { name: 'a@contoso.example', address: 'a@contoso.example' } },
    ],
  )
  assert.deepEqual(
    found?.attachments.filter(({ kind }) => kind !== 'item').map((one) => [one.name, one.sha256]),
    [['large.bin', pattern(eventSize)]],
  )
  const reasons = results
    .map(({ reason }) => reason)
    .filter(Boolean)
    .join()
  assert.doesNotMatch(reasons, /"Attached mail"/)
  assert.match(reasons, /"In the cloud\.docx" is a link to a file in the cloud/)
  const again = await restore('calendar', 'Given back')
  assert.equal(again.view.counts.restored, 0)
  const there = await listed('calendars', 'Given back')
  assert.deepEqual(
    there.map(({ attachments }) => attachments.length).toSorted((a, b) => a - b),
    [0, 2, 4],
    'none of them twice',
  )
})

test('attached items come back as items; what such an item cannot say comes back as the file, and that is said', async () => {
  const { results } = await restore('calendar', 'Items')
  const found = (await listed('calendars', 'Items')).find(({ attachments }) => attachments.length === 4)
  const { hasAttachments: _has, attendees: _people, id: _id, ...kept } = attachedEvent
  assert.deepEqual(
    found?.attachments.map(({ kind, name, item }) => [kind, name, item ?? null]),
    [
      ['item', 'A meeting', kept],
      ['file', 'With people.eml', null],
      ['file', 'With a file.eml', null],
      ['item', 'A person', { '@odata.type': '#microsoft.graph.contact', displayName: 'Ada' }],
    ],
  )
  for (const { name, sha256: sum } of found?.attachments ?? [])
    if (name.endsWith('.eml')) assert.equal(sum, sha256(note))
  const reasons = results.map(({ reason }) => reason).join()
  assert.match(reasons, /attached item "With people" came back as the file "With people\.eml"/)
  assert.match(reasons, /attached item "With a file" came back as the file "With a file\.eml"/)
  assert.doesNotMatch(reasons, /"A meeting"|"A person"/)
})

test('an item that is refused as such comes back as the file', async () => {
  await lab.faults([
    {
      match: { method: 'POST', path: '/attachments' },
      respond: { status: 400, body: { error: { code: 'ErrorInvalidRequest', message: 'Not here.' } } },
      nth: 1,
    },
  ])
  const { graph } = await lab.service.organizations.access(lab.organizationId)
  const { ids } = await control<{ ids: string[] }>('create', {
    kind: 'calendars',
    fields: { subject: 'Refusing' },
  })
  const target = { graph, userId: mailbox, collectionId: '', marker: '', signal: undefined }
  const json = { '@odata.type': '#microsoft.graph.itemAttachment', name: 'A meeting', item: attachedEvent }
  const one = { id: '1', json, content: heldContent(note) }
  const notes = await addAttachments(target, `/users/${mailbox}/events/${ids[0]}`, eventAttachments, [one])
  await lab.faults([])
  assert.deepEqual(notes, ['The attached item "A meeting" came back as the file "A meeting.eml".'])
  const found = (await control<{ items: Listed[] }>('list', { kind: 'calendars' })).items
  assert.deepEqual(
    found.find(({ id }) => id === ids[0])?.attachments.map(({ kind, name }) => [kind, name]),
    [['file', 'A meeting.eml']],
  )
})

test('a task gets a large file back through a session of To Do', async () => {
  await lab.faults([{ match: { method: 'PUT', path: 'attachmentSessions' }, nth: 2, loseAnswer: true }])
  const { view } = await restore('todo', 'Given back')
  assert.deepEqual([view.state, view.counts.failed], ['succeeded', 0])
  const found = (await listed('lists', 'Given back')).flatMap(({ attachments }) => attachments)
  assert.deepEqual(
    found.filter(({ name }) => name === 'large.bin').map((one) => one.sha256),
    [pattern(taskSize)],
  )
})

test('where sessions of tasks are refused, the task comes back without the file, and it is said', async () => {
  await lab.faults([
    {
      match: { method: 'POST', path: 'createUploadSession' },
      respond: { status: 403, body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } } },
    },
  ])
  const { view, results } = await restore('todo', 'Without')
  assert.equal(view.state, 'succeeded')
  assert.match(
    results.map(({ reason }) => reason).join(),
    /"large\.bin" of 4500000 bytes could not be put back/,
  )
  await lab.faults([])
})

test('what is larger than Microsoft takes is not sent, and is said', async () => {
  const { graph } = await lab.service.organizations.access(lab.organizationId)
  const tasks = await control<{ items: (Listed & { collectionId: string })[] }>('list', { kind: 'lists' })
  const one = tasks.items.find(({ id }) => id === task)
  const target = { graph, userId: mailbox, collectionId: '', marker: '', signal: undefined }
  const path = `/users/${mailbox}/todo/lists/${one?.collectionId}/tasks/${task}`
  const file = { id: '1', json: { name: 'enormous.bin' }, content: heldContent(Buffer.alloc(25_000_001)) }
  const notes = await addAttachments(target, path, taskAttachments, [file])
  assert.equal(notes.length, 1)
  assert.match(
    notes[0] ?? '',
    /"enormous\.bin" of 25000001 bytes is larger than Microsoft takes here \(25 MB\)/,
  )
})

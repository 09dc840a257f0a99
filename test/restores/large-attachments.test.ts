/** Attachments of events and tasks beyond what one request takes: upload sessions, lost answers, and what cannot be put back. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { listMailboxes } from '../../src/catalog/index.ts'
import { heldContent } from '../../src/workloads/content/content.ts'
import { addAttachments, taskAttachments } from '../../src/workloads/outlook/restore/attachments.ts'
import { openRestoreLab, type RestoreLab, type RestoreLife } from './restore-lab.ts'

interface Listed {
  readonly id: string
  readonly collection: string
  readonly attachments: readonly { name: string; sha256: string; kind: string }[]
}

let lab: RestoreLab
let life: RestoreLife
let mailbox = ''
let event = ''
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
  const found = (await listed('calendars', 'Given back')).find(({ attachments }) => attachments.length > 1)
  assert.deepEqual(found?.attachments.map((one) => `${one.kind} ${one.name} ${one.sha256}`).sort(), [
    `file Attached mail.eml ${sha256(note)}`,
    `file large.bin ${pattern(eventSize)}`,
  ])
  const reasons = results
    .map(({ reason }) => reason)
    .filter(Boolean)
    .join()
  assert.match(reasons, /attached item "Attached mail" came back as the file "Attached mail\.eml"/)
  assert.match(reasons, /"In the cloud\.docx" is a link to a file in the cloud/)
  const again = await restore('calendar', 'Given back')
  assert.equal(again.view.counts.restored, 0)
  const there = await listed('calendars', 'Given back')
  assert.deepEqual(
    there.map(({ attachments }) => attachments.length).toSorted((a, b) => a - b),
    [0, 2],
    'none of them twice',
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

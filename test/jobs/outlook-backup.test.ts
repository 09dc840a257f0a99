import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import ICAL from 'ical.js'
import { corpusDirectory, noCorpus } from '../corpus.ts'
import { readStoredItem } from '../workloads/whole-item.ts'
import { findings, openBackupLab } from './backup-lab.ts'

/**
 * Calendars, contacts and To Do through a run: what stock restic brings back is held against what the tenant says that it holds.
 */

interface Truth {
  readonly collections: readonly { id: string; name: string; parent: string | null }[]
  readonly items: readonly {
    id: string
    collection: string
    fields: Record<string, unknown>
    attachments: readonly { name: string; sha256: string }[]
    exceptions: readonly { date: string; fields: Record<string, unknown> }[]
    cancelled: readonly string[]
    children: readonly { kind: string; fields: Record<string, unknown> }[]
    photo: string | null
  }[]
}
type Json = Record<string, unknown>

const users = 2
const lab = await openBackupLab({
  users,
  mails: 2,
  events: 24,
  contacts: 12,
  tasks: 9,
  ...(noCorpus === false && { corpus: corpusDirectory }),
})
after(() => lab.stop())
await lab.database.db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['calendar', 'contacts', 'todo']) })
  .execute()
const { pages } = lab.simulator.ready.clouds.global
const control = async <T>(verb: string, body: object): Promise<T> => {
  const answer = await fetch(`${pages}/_control/outlook/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(answer.ok, await answer.clone().text())
  return (await answer.json()) as T
}
const mailboxes = lab.simulator.tenant.users.filter((user) => user.hasMailbox)
const [first] = mailboxes
assert.ok(first)
const mailbox = first.userPrincipalName
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const kinds = { calendar: 'calendars', contacts: 'contactFolders', todo: 'lists' } as const
const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()

/** All files of a workload as stock restic restores them, by Microsoft's id. */
async function restored(): Promise<Map<string, { path: string; bytes: Buffer }>> {
  const target = join(lab.vault, '..', `restored-${Date.now()}`)
  await lab.restic('restore', 'latest', '--target', target)
  const files = new Map<string, { path: string; bytes: Buffer }>()
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (!/\.(ics|vcf)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    files.set(String(readStoredItem(bytes).json['id']), { path: path.slice(target.length), bytes })
  }
  rmSync(target, { recursive: true, force: true })
  return files
}

async function assertSame(): Promise<number> {
  const files = await restored()
  let items = 0
  for (const [top, kind] of Object.entries(kinds)) {
    for (const { userPrincipalName } of mailboxes) {
      const truth = await control<Truth>('list', { mailbox: userPrincipalName, kind })
      for (const item of truth.items) {
        items += 1
        const file = files.get(item.id)
        assert.ok(file, `${item.id} is missing`)
        files.delete(item.id)
        assert.match(file.path, new RegExp(`^/${top}/[0-9a-f]{2}/`))
        assert.doesNotThrow(() => ICAL.parse(file.bytes.toString('utf8')), file.path)
        const { json, attachments } = readStoredItem(file.bytes)
        for (const name of [
          'subject',
          'attendees',
          'isAllDay',
          'recurrence',
          'location',
          'displayName',
          'personalNotes',
          'emailAddresses',
          'title',
          'status',
        ])
          if (item.fields[name] !== undefined)
            assert.deepEqual(json[name], item.fields[name], `${name} of ${file.path}`)
        const own = attachments.filter((one) =>
          (json['attachments'] as Json[] | undefined)?.some(({ id }) => id === one.id),
        )
        assert.deepEqual(
          sorted(own.map(({ json: { name }, bytes }) => ({ name, sha256: sha256(bytes) }))),
          sorted(item.attachments.map(({ name, sha256: hash }) => ({ name, sha256: hash }))),
        )
        const cancelled = (json['cancelledOccurrences'] ?? []) as string[]
        assert.deepEqual(
          cancelled.map((id) => id.slice(-10)),
          item.cancelled,
        )
        const exceptions = (json['exceptionOccurrences'] ?? []) as Json[]
        assert.deepEqual(
          sorted(exceptions.map(({ subject }) => subject)),
          sorted(item.exceptions.map(({ fields }) => fields['subject'] ?? item.fields['subject'])),
        )
        for (const step of item.children)
          assert.ok(
            ((json[step.kind] ?? []) as Json[]).some(
              (one) => JSON.stringify({ ...one, id: undefined }) === JSON.stringify(step.fields),
            ),
          )
        const photo = /\r\nPHOTO:data:[^,]+,(.*?)\r\n[A-Z]/s.exec(
          file.bytes.toString('latin1').replaceAll(/\r\n /g, ''),
        )?.[1]
        assert.equal(photo === undefined ? null : sha256(Buffer.from(photo, 'base64')), item.photo)
      }
    }
  }
  assert.deepEqual(
    [...files.values()].map(({ path }) => path),
    [],
    'files of nothing in the tenant',
  )
  return items
}

test('the first run stores every event, contact and task, as stock restic shows', async () => {
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  const items = await assertSame()
  assert.equal(run.counts.itemsStored, items)
  assert.equal(run.counts.resourcesDone, 3 * users)
  assert.ok(run.counts.resourcesSkipped > 0, 'administrators have no mailbox')
  assert.deepEqual(await findings(await lab.repository()), [])
  if (noCorpus === false) {
    const names = [
      ...readdirSync(join(corpusDirectory, 'calendar')),
      ...readdirSync(join(corpusDirectory, 'contacts')),
    ]
    const found = await Promise.all(
      mailboxes.flatMap(({ userPrincipalName }) =>
        ['calendars', 'contactFolders'].map((kind) =>
          control<{ items: { corpus: string | null }[] }>('list', { mailbox: userPrincipalName, kind }),
        ),
      ),
    )
    assert.deepEqual(
      found.flatMap((one) => one.items.flatMap(({ corpus }) => corpus ?? [])).sort(),
      names.sort(),
    )
  }
})

test('an unchanged run stores nothing, writes no tree but the root, and asks once for each collection beside the list of them', async () => {
  const trees = async () => {
    const home = await lab.database.db
      .selectFrom('repositories')
      .select('head_root')
      .executeTakeFirstOrThrow()
    const root = await (await lab.repository()).loadTree(home.head_root ?? '')
    return root.filter(({ name }) => name in kinds).map(({ name, subtree }) => [name, subtree])
  }
  const before = await trees()
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.deepEqual(
    [run.counts.itemsStored, run.counts.itemsUpdated, run.counts.itemsRemoved, run.counts.itemsFailed],
    [0, 0, 0, 0],
  )
  assert.deepEqual(await trees(), before)
  assert.equal(lab.requests(/\/events$/), 3 * users)
  assert.equal(lab.requests(/\/contacts\/delta$/), 3 * users)
  assert.equal(lab.requests(/\/tasks\/delta$/), 3 * users)
  assert.equal(lab.requests(/\/(events\/:event|contacts\/:contact|tasks\/:task)$/), 0)
})

test('changes, removals, moved and cancelled occurrences, new and lost collections arrive; nothing else is fetched', async () => {
  const list = (kind: string) => control<Truth>('list', { mailbox, kind })
  const [events, contacts, tasks] = [
    await list('calendars'),
    await list('contactFolders'),
    await list('lists'),
  ]
  const series = events.items.find(
    ({ cancelled, exceptions }) => cancelled.length > 0 && exceptions.length > 0,
  )
  const single = events.items.filter(({ fields }) => !fields['recurrence'])
  const [changed, gone] = [contacts.items[0], contacts.items[1]]
  const [done, dropped] = [tasks.items[0], tasks.items[1]]
  assert.ok(series && single[0] && single[1] && changed && gone && done && dropped)
  await control('exception', {
    mailbox,
    id: series.id,
    date: series.exceptions[0]?.date,
    fields: { subject: 'Moved again; and again' },
  })
  await control('update', { mailbox, id: single[0].id, fields: { subject: 'Renamed' } })
  await control('update', {
    mailbox,
    id: changed.id,
    fields: { displayName: 'Somebody else', companyName: 'Elsewhere' },
  })
  await control('update', { mailbox, id: done.id, fields: { status: 'completed', title: 'Done' } })
  for (const id of [single[1].id, gone.id, dropped.id]) await control('delete', { mailbox, id })
  await control('createCollection', { mailbox, kind: 'calendars', name: 'Third: ☀' })
  const late = await control<{ ids: string[] }>('create', {
    mailbox,
    kind: 'calendars',
    collection: 'Third: ☀',
    fields: { subject: 'In it' },
    count: 2,
  })
  await control('renameCollection', {
    mailbox,
    kind: 'contactFolders',
    collection: 'Partners',
    name: 'Friends',
  })
  await control('deleteCollection', { mailbox, kind: 'lists', collection: 'Winter lay-up' })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  await assertSame()
  assert.equal(run.counts.itemsStored, 4 + late.ids.length)
  // One of the new events each, the three changed or removed ones, and one whose removal is confirmed.
  const fetched = lab.requests(/\/events\/:event$/)
  assert.ok(
    fetched >= 2 + late.ids.length && fetched <= 4 + late.ids.length,
    `${fetched} events were asked for`,
  )
  assert.match(await lab.restic('ls', 'latest'), /Friends~[0-9a-f]{8}/)
})

test('expired positions, repeated, reordered and empty pages lose nothing; what vanished meanwhile is removed', async () => {
  await lab.control('behaviour', { emptyPages: true, duplicates: true, shuffle: true, replay: true })
  await lab.control('expireDelta', {})
  const contacts = await control<Truth>('list', { mailbox, kind: 'contactFolders' })
  await control('delete', { mailbox, id: contacts.items[0]?.id })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 0)
  await lab.control('behaviour', { emptyPages: false, duplicates: false, shuffle: false, replay: false })
  await assertSame()
})

test('what the protection settings leave out by name and collection is named, and comes when they let it in again', async () => {
  const none = {
    userIds: [],
    groupIds: [],
    siteIds: [],
    folders: [],
    patterns: [],
    largerThanMegabytes: null,
    olderThanDays: null,
  }
  const save = (changed: object) =>
    lab.service.protection.save(
      lab.organizationId,
      { exclusions: { ...none, ...changed } },
      'a4b4e3a0-0000-4000-8000-000000000001',
      new AbortController().signal,
    )
  // An age leaves out nothing here: a series that began long ago may go on.
  await save({ folders: ['Fourth'], patterns: ['private*'], olderThanDays: 1 })
  const create = (collection: string, subject: string) =>
    control('create', { mailbox, kind: 'calendars', collection, fields: { subject }, count: 1 })
  await control('createCollection', { mailbox, kind: 'calendars', name: 'Fourth' })
  await create('Fourth', 'In what is left out')
  await create('Third: ☀', 'Private matter')
  await create('Third: ☀', 'Wanted')
  const run = await lab.backUp()
  assert.equal(run.counts.itemsStored, 1)
  const { items } = await lab.service.runs.failures(run.id, {})
  assert.deepEqual(items.map(({ subject }) => subject).sort(), ['In what is left out', 'Private matter'])
  await save({})
  assert.equal((await lab.backUp()).counts.itemsStored, 2)
  await assertSame()
})

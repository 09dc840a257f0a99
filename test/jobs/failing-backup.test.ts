import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ended, findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant, readMailbox } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 3, mails: 30, mimeUnstable: true })
after(() => lab.stop())
const mailboxes = await lab.mailboxes()
const [one = '', two = '', three = ''] = mailboxes.map((mailbox) => mailbox.id)
const mime = /^GET .*\/\$value$/

test('a mail that cannot be read is listed with its reason, and the rest is a restore point', async () => {
  const { ids } = await lab.control<{ ids: string[] }>('corrupt', { mailbox: one, folder: 'inbox', count: 2 })
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'partial')
  assert.equal(run.counts.itemsFailed, 2)
  const failures = await lab.service.runs.failures(run.id, {})
  assert.deepEqual(failures.items.map((failure) => failure.itemId).sort(), ids.toSorted())
  for (const failure of failures.items) {
    assert.equal(failure.outcome, 'retry')
    assert.match(failure.reason, /ErrorCorruptData/)
    assert.equal(failure.folderPath, 'Inbox')
  }
  await assertSameAsTenant(lab, { missing: ids, unstable: true })
})

test('the next run fetches it by itself first', async () => {
  await lab.control('corrupt', { mailbox: one, folder: 'inbox', count: 1_000, kind: 'none' })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 2)
  assert.equal(lab.requests(mime), 2)
  await assertSameAsTenant(lab, { unstable: true })
  assert.deepEqual((await lab.service.runs.failures(run.id, {})).items, [])
})

test('a mailbox that fails keeps its last good state and does not stop the others', async () => {
  const before = await readMailbox(lab, two)
  await lab.control('deliver', { mailbox: one, count: 1 })
  await lab.control('deliver', { mailbox: two, count: 2 })
  await lab.control('failMailbox', { mailbox: two, status: 403 })
  const run = await lab.backUp()
  assert.equal(run.state, 'partial')
  assert.equal(run.counts.mailboxesFailed, 1)
  const resources = await lab.service.runs.resources(run.id, { limit: 100 })
  const failed = resources.items.filter((resource) => resource.state === 'failed')
  assert.deepEqual(
    failed.map((resource) => resource.userPrincipalName),
    mailboxes.filter(({ id }) => id === two).map((mailbox) => mailbox.userPrincipalName),
  )
  assert.equal(failed[0]?.error?.microsoft?.code, 'ErrorAccessDenied')
  assert.deepEqual(await readMailbox(lab, two), before)
  await assertSameAsTenant(lab, { without: [two], unstable: true })
})

test('a mailbox that is gone is not taken for an empty one', async () => {
  const before = await readMailbox(lab, two)
  await lab.control('failMailbox', { mailbox: two, status: 404 })
  const run = await lab.backUp()
  assert.equal(run.state, 'partial')
  assert.deepEqual(await readMailbox(lab, two), before)
})

test('it catches up once it can be read again', async () => {
  await lab.control('failMailbox', { mailbox: two, status: 0 })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 2)
  await assertSameAsTenant(lab, { unstable: true })
})

test('a throttled mailbox is waited for', async () => {
  await lab.control('deliver', { mailbox: three, count: 3 })
  await lab.control('throttle', { mailbox: three, seconds: 2 })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.ok(run.counts.throttled > 0)
  await assertSameAsTenant(lab, { unstable: true })
})

test('a full enumeration that misses more than a fifth of a folder removes nothing until a second one agrees', async () => {
  await lab.control('delete', { mailbox: one, folder: 'inbox', count: 8 })
  await lab.control('deliver', { mailbox: one, count: 1 })
  await lab.control('expireDelta', { mailbox: one })
  const before = await readMailbox(lab, one)
  const run = await lab.backUp()
  assert.equal(run.state, 'partial')
  assert.equal(run.counts.itemsRemoved, 0)
  assert.equal(run.counts.itemsStored, 1)
  assert.equal((await readMailbox(lab, one)).length, before.length + 1)
  const resources = await lab.service.runs.resources(run.id, { limit: 100 })
  assert.ok(resources.items.some((resource) => /no longer there/.test(resource.notice ?? '')))
  const next = await lab.backUp()
  assert.equal(next.state, 'succeeded')
  assert.equal(next.counts.itemsRemoved, 8)
  assert.equal(next.counts.itemsStored, 0)
  await assertSameAsTenant(lab, { unstable: true })
})

test('a cancelled run makes no restore point, and a second run at the same time is refused', async () => {
  await lab.control('deliver', { mailbox: one, count: 30 })
  for (const { id } of mailboxes) await lab.control('delay', { mailbox: id, milliseconds: 300 })
  const started = await lab.service.runs.start(lab.organizationId, null)
  await assert.rejects(lab.service.runs.start(lab.organizationId, null), { code: 'JOB_RUN_ACTIVE' })
  await lab.service.runs.cancel(started.id)
  const run = await ended(lab.service, started.id)
  assert.equal(run.state, 'cancelled')
  assert.equal(run.snapshotId, null)
  for (const { id } of mailboxes) await lab.control('delay', { mailbox: id, milliseconds: 0 })
  assert.equal((await lab.backUp()).state, 'succeeded')
  await assertSameAsTenant(lab, { unstable: true })
})

test('an item that never can be read is left alone after some runs, and the runs succeed again', async () => {
  const { ids } = await lab.control<{ ids: string[] }>('deliver', { mailbox: three, count: 1 })
  await lab.control('corrupt', { mailbox: three, ids })
  const states: string[] = []
  for (let count = 0; count < 6; count++) states.push((await lab.backUp()).state)
  assert.deepEqual(states, ['partial', 'partial', 'partial', 'partial', 'partial', 'succeeded'])
  const { items } = await lab.service.runs.list(lab.organizationId, { limit: 1 })
  const failures = await lab.service.runs.failures(items[0]?.id ?? '', {})
  assert.deepEqual(
    failures.items.map(({ outcome, attempts }) => ({ outcome, attempts })),
    [{ outcome: 'permanent', attempts: 5 }],
  )
})

test('an entry that breaks its page keeps its folder as it was, and the other folders go on', async () => {
  const { ids } = await lab.control<{ ids: string[] }>('deliver', {
    mailbox: two,
    folder: 'archive',
    count: 1,
  })
  await lab.control('corrupt', { mailbox: two, ids, kind: 'page' })
  await lab.control('deliver', { mailbox: two, folder: 'inbox', count: 2 })
  const run = await lab.backUp()
  assert.equal(run.state, 'partial')
  assert.equal(run.counts.mailboxesFailed, 0)
  assert.equal(run.counts.itemsStored, 2)
  await assertSameAsTenant(lab, { without: [three], missing: ids, unstable: true })
  await lab.control('corrupt', { mailbox: two, ids, kind: 'none' })
  assert.equal((await lab.backUp()).counts.itemsStored, 1)
})

test('delta pages that repeat, mix and empty their entries lead to the same state', async () => {
  await lab.control('behaviour', { emptyPages: true, duplicates: true, replay: true, shuffle: true })
  await lab.control('deliver', { mailbox: one, count: 4 })
  await lab.control('move', { mailbox: one, folder: 'inbox', count: 5, to: 'archive' })
  await lab.control('delete', { mailbox: one, folder: 'archive', count: 2 })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  await assertSameAsTenant(lab, { without: [three], unstable: true })
  await lab.control('expireDelta', { mailbox: one })
  lab.resetRequests()
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.equal(lab.requests(mime), 0)
  await assertSameAsTenant(lab, { without: [three], unstable: true })
})

test('stock restic and the strict validator find nothing wrong', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
})

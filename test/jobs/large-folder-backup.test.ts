import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant, readMailbox } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 1, mails: 5 })
after(() => lab.stop())
const [first] = await lab.mailboxes()
const mailbox = first?.id ?? ''
const mime = /^GET .*\/\$value$/
const delivered = 1_100

test('a month of more than a thousand mails is split into directories of at most a thousand entries', async () => {
  await lab.control('deliver', { mailbox, count: delivered })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  const stored = await readMailbox(lab, mailbox)
  assert.equal(stored.length, first ? first.messages + delivered : 0)
  const sizes = Map.groupBy(stored, (mail) => `${mail.folder}/${mail.bucket}`)
  assert.ok([...sizes.values()].some((mails) => mails.length === 999))
  assert.ok([...sizes.values()].every((mails) => mails.length <= 999))
})

test('marking a thousand mails as read fetches no content', async () => {
  await lab.control('markRead', { mailbox, folder: 'inbox', count: 1_000 })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.ok(run.counts.itemsUpdated >= 1_000)
  assert.equal(lab.requests(mime), 0)
  assert.ok(lab.requests(/^GET/) < 60, `${lab.requests(/^GET/)} requests`)
  await assertSameAsTenant(lab)
})

test('one new mail writes one bucket and the directories above it', async () => {
  const { ids } = await lab.control<{ ids: string[] }>('deliver', { mailbox, count: 1 })
  const before = (await (await lab.repository()).listSnapshots()).length
  const run = await lab.backUp()
  assert.equal(run.counts.itemsStored, ids.length)
  // The mail, `_items.jsonl` and `_resource.json`, `_run.json`, and the directories from the bucket to the root.
  assert.ok(run.counts.bytesStored < 400_000, `${run.counts.bytesStored} bytes stored`)
  assert.equal((await (await lab.repository()).listSnapshots()).length, before + 1)
})

test('stock restic and the strict validator find nothing wrong', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
})

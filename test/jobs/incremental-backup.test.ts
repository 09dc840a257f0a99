import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { lookup } from '../../src/repository/index.ts'
import { type BackupLab, findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 2, mails: 60 })
after(() => lab.stop())
const [first, second] = await lab.mailboxes()
const mailbox = first?.id ?? ''
const other = second?.id ?? ''
const mime = /^GET .*\/\$value$/

async function heads(of: BackupLab) {
  const { head_root } = await of.database.db
    .selectFrom('repositories')
    .select('head_root')
    .executeTakeFirstOrThrow()
  const node = await lookup(await of.repository(), head_root ?? '', ['mail'])
  return { root: head_root, mail: node?.subtree }
}

test('a run without changes fetches nothing and writes no directory but the root', async () => {
  assert.equal((await lab.backUp()).state, 'succeeded')
  const before = await heads(lab)
  const blobs = await lab.database.db.selectFrom('items').select('id').execute()
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored + run.counts.itemsUpdated + run.counts.itemsRemoved, 0)
  assert.equal(lab.requests(mime), 0)
  const after = await heads(lab)
  assert.equal(after.mail, before.mail)
  assert.notEqual(after.root, before.root)
  assert.deepEqual(await lab.database.db.selectFrom('items').select('id').execute(), blobs)
})

test('mails marked as read are updated without fetching their content', async () => {
  await lab.control('markRead', { mailbox })
  await lab.control('markRead', { mailbox: other, isRead: false })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.ok(run.counts.itemsUpdated > 20)
  // Drafts may have other content with every change.
  assert.ok(lab.requests(mime) <= 5, `${lab.requests(mime)} contents fetched`)
  await assertSameAsTenant(lab)
})

test('a move between folders fetches nothing', async () => {
  await lab.control('move', { mailbox, folder: 'inbox', count: 7, to: 'archive' })
  await lab.control('move', { mailbox: other, folder: 'archive', count: 3, to: 'inbox' })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(lab.requests(mime), 0)
  assert.equal(run.counts.itemsRemoved, 0)
  assert.equal(run.counts.itemsUpdated, 10)
  await assertSameAsTenant(lab)
})

test('deletions, new mails and changed folders are taken over', async () => {
  await lab.control('delete', { mailbox, folder: 'inbox', count: 4 })
  await lab.control('deliver', { mailbox, count: 5 })
  await lab.control('createFolder', { mailbox, name: 'Später', parent: 'inbox' })
  await lab.control('deliver', { mailbox, folder: ['Inbox', 'Später'], count: 2 })
  await lab.control('renameFolder', { mailbox, folder: ['Inbox', 'Customers'], name: 'Clients' })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 7)
  assert.equal(run.counts.itemsRemoved, 4)
  assert.equal(lab.requests(mime), 7)
  await assertSameAsTenant(lab)
})

test('a folder that moves with all its mails costs no content and no bucket', async () => {
  await lab.control('moveFolder', { mailbox, folder: ['Inbox', 'Clients'], to: 'archive' })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored + run.counts.itemsUpdated + run.counts.itemsRemoved, 0)
  await assertSameAsTenant(lab)
})

test('a deleted folder goes with its mails, and mails moved out of it stay', async () => {
  await lab.control('move', { mailbox, folder: ['Archive', 'Clients'], count: 1, to: 'inbox' })
  await lab.control('deleteFolder', { mailbox, folder: ['Archive', 'Clients'] })
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(lab.requests(mime), 0)
  await assertSameAsTenant(lab)
})

test('a lost delta position leads to a full enumeration that fetches only what is new', async () => {
  await lab.control('delete', { mailbox, folder: 'inbox', count: 1 })
  await lab.control('deliver', { mailbox, count: 1 })
  await lab.control('expireDelta', {})
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  assert.equal(lab.requests(mime), 1)
  assert.equal(run.counts.itemsRemoved, 1)
  await assertSameAsTenant(lab)
})

test('older restore points still see what they held', async () => {
  const { items } = await lab.service.runs.restorePoints(lab.organizationId, {})
  assert.equal(items.length, 8)
  const rows = await lab.database.db
    .selectFrom('items')
    .select('external_id')
    .where('valid_from', '<=', 1)
    .where((where) => where.or([where('valid_to', 'is', null), where('valid_to', '>', 1)]))
    .execute()
  assert.equal(rows.length, items.at(-1)?.counts.itemsTotal)
})

test('stock restic and the strict validator find nothing wrong', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
})

/** What the retention deletes and what it never does, with stock restic as the judge; and its place between runs. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findItem } from '../../src/catalog/index.ts'
import type { Retention } from '../../src/contract/index.ts'
import { createRetentionService } from '../../src/jobs/index.ts'
import { silentLogger, systemClock } from '../../src/shared/index.ts'
import { ended, findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant, readMailbox } from './same-as-tenant.ts'

const lab = await openBackupLab({ users: 2, mails: 6 })
after(() => lab.stop())
const { db } = lab.database
const { protection, repositories, runs } = lab.service
const id = lab.organizationId
const operator = 'a4b4e3a0-0000-4000-8000-000000000001'
const { signal } = new AbortController()
const mailboxes = await lab.mailboxes()
const [one = '', two = ''] = mailboxes.map((mailbox) => mailbox.id)
/** The clock of the retention alone is moved: its pause between passes. */
let ahead = 0
const clock = { ...systemClock, now: () => Date.now() + ahead }
const service = () => createRetentionService({ db, repositories, clock, logger: silentLogger })
const versions = (count: number): Retention => ({
  rule: { kind: 'versions', versions: count },
  deletedUsersDays: null,
})
const restorePoints = async () =>
  (await runs.restorePoints(id, { limit: 100 })).items.map(({ sequence }) => sequence)
const snapshots = async () => (JSON.parse(await lab.restic('snapshots', '--json')) as object[]).length

test('without a choice everything is kept; a preview deletes nothing and tells what would go', async () => {
  for (let count = 0; count < 4; count++) {
    await lab.control('deliver', { mailbox: one, count: 2 })
    if (count === 2) await lab.control('delete', { mailbox: one, folder: 'inbox', count: 3 })
    assert.equal((await lab.backUp()).state, 'succeeded')
  }
  await service().tick()
  assert.deepEqual(await restorePoints(), [4, 3, 2, 1])
  const preview = await service().preview(id, versions(2), signal)
  assert.deepEqual(
    [preview.removes, preview.keeps, preview.points.map(({ sequence }) => sequence)],
    [2, 2, [1, 2]],
  )
  assert.equal(await snapshots(), 4)
})

test('what keeps less has to be asked for as a shortening, and is applied at once', async () => {
  await assert.rejects(protection.setRetention(id, versions(2), operator, false), {
    code: 'ORG_RETENTION_SHORTENS',
  })
  await protection.setRetention(id, versions(2), operator, true)
  const items = await db.selectFrom('items').select('id').execute()
  await service().tick()
  assert.deepEqual(await restorePoints(), [4, 3])
  assert.equal(await snapshots(), 2)
  const { lastRetention } = await protection.read(id)
  assert.deepEqual([lastRetention?.removed, lastRetention?.error], [2, null])
  // Versions that only the deleted restore points showed.
  assert.ok((await db.selectFrom('items').select('id').execute()).length < items.length)
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
  await assertSameAsTenant(lab)
  // More is no shortening.
  await protection.setRetention(id, versions(3), operator, false)
})

test('it comes again a night after new restore points, and not after each of many runs', async () => {
  await service().tick()
  for (let count = 0; count < 3; count++) {
    await lab.control('deliver', { mailbox: two, count: 1 })
    await lab.backUp()
  }
  await service().tick()
  assert.equal((await restorePoints()).length, 5)
  ahead += 86_400_000
  await service().tick()
  assert.deepEqual(await restorePoints(), [7, 6, 5])
})

test('the last restore point without a failure stays, whatever the rule says', async () => {
  await lab.control('failMailbox', { mailbox: two, status: 403 })
  for (let count = 0; count < 3; count++) {
    await lab.control('deliver', { mailbox: one, count: 1 })
    assert.equal((await lab.backUp()).state, 'partial')
  }
  await protection.setRetention(id, versions(1), operator, true)
  await service().tick()
  assert.deepEqual(await restorePoints(), [10, 7])
  await lab.control('failMailbox', { mailbox: two, status: 0 })
})

test('while a run is under way nothing is deleted, and a run waits while something is', async () => {
  assert.equal((await lab.backUp()).state, 'succeeded')
  const { id: run } = await db
    .updateTable('runs')
    .set({ state: 'running' })
    .where('sequence', '=', 11)
    .returning('id')
    .executeTakeFirstOrThrow()
  await protection.setRetention(id, versions(1), operator, true)
  assert.equal(await service().apply(id, signal), null)
  await db.updateTable('runs').set({ state: 'succeeded' }).where('id', '=', run).execute()

  await db
    .updateTable('repositories')
    .set({ maintenance_until: new Date(Date.now() + 60_000) })
    .execute()
  const { id: waiting } = await runs.start(id, null)
  const deadline = Date.now() + 30_000
  while ((await runs.get(waiting)).state === 'queued' && Date.now() < deadline) await systemClock.sleep(50)
  await systemClock.sleep(1_500)
  const held = await runs.get(waiting)
  assert.deepEqual([held.state, held.counts.requests], ['running', 0])
  await db.updateTable('repositories').set({ maintenance_until: null }).execute()
  assert.equal((await ended(lab.service, waiting)).state, 'succeeded')
  await service().tick()
  assert.deepEqual(await restorePoints(), [12])
})

test('what a run that broke off has stored is kept by a prune until a run publishes it', async () => {
  const repository = await lab.repository()
  const writer = repository.writer()
  const { id: blob } = await writer.saveData(Buffer.from('stored, and in no tree yet'))
  await writer.flush()
  const isStored = async (id: string) => (await lab.repository()).hasBlob('data', id)
  const prune = async () => {
    await lab.control('deliver', { mailbox: one, count: 1 })
    await lab.backUp()
    ahead += 86_400_000
    await service().tick()
    assert.equal((await restorePoints()).length, 1)
  }
  const { id: item, ...published } = await db
    .selectFrom('items')
    .select(['id', 'valid_from', 'content'])
    .where('valid_to', 'is', null)
    .executeTakeFirstOrThrow()
  const { id: nobodys } = await writer.saveData(Buffer.from('stored, and in no row'))
  await writer.flush()
  const set = (values: { valid_from: number; content: string[] }) =>
    db.updateTable('items').set(values).where('id', '=', item).execute()
  await set({ valid_from: 1_000, content: [blob] })
  await prune()
  assert.deepEqual([await isStored(blob), await isStored(nobodys)], [true, false])
  await set(published)
  await prune()
  assert.equal(await isStored(blob), false)
})

test('an item is found in the folder of the last point that is left of those that hold it', async () => {
  await protection.setRetention(id, { rule: { kind: 'everything' }, deletedUsersDays: null }, operator, false)
  const kept = (await lab.backUp()).sequence
  const { id: item, path } = await db
    .selectFrom('items')
    .innerJoin('folder_versions', 'folder_versions.folder_id', 'items.folder_id')
    .innerJoin('resources', 'resources.id', 'items.resource_id')
    .select(['items.id', 'folder_versions.path'])
    .where('resources.external_id', '=', one)
    .where('items.valid_to', 'is', null)
    .where('folder_versions.valid_to', 'is', null)
    .executeTakeFirstOrThrow()
  const names = path.split(' / ')
  const rename = async (name: string) => {
    await lab.control('renameFolder', { mailbox: one, folder: names, name })
    names.splice(-1, 1, name)
    return (await lab.backUp()).sequence
  }
  const gone = await rename('Called so for one run')
  await rename('Called so since')
  // As if it had been deleted in the run after.
  await db
    .updateTable('items')
    .set({ valid_to: gone + 1 })
    .where('id', '=', item)
    .execute()
  await db.updateTable('runs').set({ forgotten_at: new Date() }).where('sequence', '=', gone).execute()
  await service().apply(id, signal)
  const found = await findItem(db, item)
  assert.deepEqual([found.view.folderPath, found.lastPoint], [path, kept])
  await db.updateTable('items').set({ valid_to: null }).where('id', '=', item).execute()
  assert.equal((await findItem(db, item)).view.folderPath, names.join(' / '))
})

test('deleted users are kept for their time; then new restore points do not hold them, and who comes back is read anew', async () => {
  await protection.setRetention(id, { rule: { kind: 'everything' }, deletedUsersDays: 30 }, operator, true)
  const { tenant } = lab.simulator
  const user = tenant.users.find((one) => one.id === two)
  assert.ok(user)
  tenant.users = tenant.users.filter((one) => one !== user)
  await lab.backUp()
  assert.ok((await readMailbox(lab, two)).length > 0)
  const paths = async () => await lab.restic('ls', 'latest')
  const directory = user.userPrincipalName
  assert.ok((await paths()).includes(directory))
  await db
    .updateTable('directory_users')
    .set({ gone_at: new Date(Date.now() - 31 * 86_400_000) })
    .where('external_id', '=', two)
    .execute()
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.ok(!(await paths()).includes(directory))
  const resource = await db
    .selectFrom('resources')
    .select(['id', 'items', 'directory'])
    .where('external_id', '=', two)
    .where('workload', '=', 'mail')
    .executeTakeFirstOrThrow()
  assert.deepEqual([resource.items, resource.directory], [0, null])
  tenant.users = [...tenant.users, user]
  assert.equal((await lab.backUp()).state, 'succeeded')
  await assertSameAsTenant(lab)
})

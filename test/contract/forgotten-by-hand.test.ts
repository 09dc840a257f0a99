/**
 * Somebody deletes restore points with stock restic, forget and prune, and among them the newest, on which the next run builds. It has to notice, offer
 * them no more, and read again what they alone held; what other restore points hold stays as it was.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { seededRandom } from '../../simulator/content/random.ts'
import type { RunView } from '../../src/contract/index.ts'
import { ended, findings } from '../jobs/backup-lab.ts'
import { changeSomething } from './changes.ts'
import { openContractLab, restoreWithRestic, workloads } from './contract-lab.ts'
import { readRestoredTree } from './restored-tree.ts'
import { mailboxesOf } from './tenant-state.ts'

const lab = await openContractLab({
  seed: 5,
  users: 2,
  mails: 12,
  events: 8,
  contacts: 6,
  tasks: 6,
  files: 12,
  sites: 1,
})
after(() => lab.stop())
const { protection, runs } = lab.service
await protection.save(
  lab.organizationId,
  { files: { versions: 3 } },
  randomUUID(),
  AbortSignal.timeout(60_000),
)
const { db } = lab.database
const contents = /\$value$|\/content$|^GET .*\/(events|contacts|tasks)\/\{id\}/
const random = seededRandom('by hand')

async function change(steps: number): Promise<void> {
  for (const workload of workloads)
    for (let step = 0; step < steps; step += 1) await changeSomething(lab.ask, workload, random, 'any')
  for (const { id: mailbox } of await mailboxesOf(lab.ask))
    await lab.ask('mail/deliver', { mailbox, count: 1 })
}
async function last(): Promise<RunView> {
  const run = (await lab.backUpAll()).at(-1)
  assert.ok(run)
  return run
}
async function forget(...points: RunView[]): Promise<void> {
  await lab.restic('forget', ...points.map(({ snapshotId }) => snapshotId ?? ''))
}
const prune = () => lab.restic('prune', '--max-unused', '0')
const offered = async () =>
  (await runs.restorePoints(lab.organizationId, { limit: 100 })).items.map(({ sequence }) => sequence)
/** What a run says of restore points that are gone. */
async function told(run: RunView): Promise<string[]> {
  const { items } = await runs.resources(run.id, { limit: 100 })
  return items
    .map(({ notice }) => notice ?? '')
    .filter((notice) => /was deleted from the repository/.test(notice))
}
/** A restore point as the catalog and stock restic show it. */
async function shown({ sequence, snapshotId }: RunView): Promise<object> {
  const rows = await db
    .selectFrom('items')
    .select(['external_id', 'folder_id', 'sha256', 'file_name', 'change_key'])
    .where('valid_from', '<=', sequence)
    .where((where) => where.or([where('valid_to', 'is', null), where('valid_to', '>', sequence)]))
    .orderBy('resource_id')
    .orderBy('external_id')
    .execute()
  const directory = await restoreWithRestic(lab, snapshotId ?? '')
  const restored = workloads.map((workload) => readRestoredTree(directory, workload))
  rmSync(directory, { recursive: true, force: true })
  return { rows, restored }
}
async function assertWhole(): Promise<void> {
  for (const workload of workloads) assert.ok((await lab.assertSame(workload)) > 0)
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
  const repository = await lab.repository()
  const open = await db
    .selectFrom('items')
    .select(['content', 'sha256'])
    .where('valid_to', 'is', null)
    .execute()
  for (const { content } of open) for (const id of content) assert.ok(repository.hasBlob('data', id))
  const { counts } = await last()
  const { itemsStored, itemsUpdated, itemsRemoved } = counts
  assert.deepEqual([itemsStored, itemsUpdated, itemsRemoved], [0, 0, 0], 'nothing is left to do')
}

test('forgotten and not pruned, nothing is read again', async () => {
  const first = await last()
  await forget(first)
  lab.resetRequests()
  const next = await last()
  assert.deepEqual([await offered(), await told(next)], [[next.sequence], []])
  assert.equal(lab.requests(contents), 0)
  assert.equal(next.counts.itemsStored, 0)
  await assertWhole()
})

test('forgotten and pruned, what they alone held is read again, and what the one before holds stays', async () => {
  const before = await last()
  const held = await shown(before)
  const [, older] = (await runs.restorePoints(lab.organizationId, { limit: 2 })).items
  assert.ok(older)
  await change(6)
  const newest = await lab.backUpAll()
  await change(1)
  await forget(older, ...newest)
  await prune()
  lab.resetRequests()
  const [next, ...more] = await lab.backUpAll()
  assert.ok(next)
  const notices = await told(next)
  assert.ok(notices.length > 0)
  const words = `What came after restore point ${before.sequence} is read again`
  assert.ok(notices.every((notice) => notice.includes(words)))
  assert.ok(lab.requests(/\$value$/) < next.counts.itemsTotal / 4, 'what is there is not fetched')
  const points = [...more.map(({ sequence }) => sequence).reverse(), next.sequence, before.sequence]
  assert.deepEqual((await offered()).slice(0, points.length), points)
  assert.ok(!(await offered()).includes(older.sequence))
  assert.deepEqual(await shown(before), held)
  await assertWhole()
})

test('somebody who joined, somebody who left and a new address since the one that is left', async () => {
  const before = await last()
  const held = await shown(before)
  const [, second] = await mailboxesOf(lab.ask)
  const rename = (changes: object) => lab.ask('users', { action: 'update', id: second?.id, changes })
  await rename({ userPrincipalName: 'another.address@contoso.example' })
  const joined = await lab.ask('users', {
    action: 'create',
    changes: { id: '10000000-0000-4000-8000-000000000001', hasMailbox: true, mailboxKind: 'user' },
  })
  await change(2)
  const newest = await lab.backUpAll()
  await lab.ask('users', { action: 'delete', id: joined['id'] })
  await forget(...newest)
  await prune()
  const [next] = await lab.backUpAll()
  assert.ok(next)
  const { items } = await runs.resources(next.id, { limit: 100 })
  const left = items.filter(({ userPrincipalName }) => userPrincipalName === joined['userPrincipalName'])
  assert.ok(left.length > 0)
  for (const { state, notice } of left)
    assert.match(`${state} ${notice}`, /^skipped .*Nothing of this was in another one/)
  assert.deepEqual(await shown(before), held)
  for (const workload of workloads) await lab.assertSame(workload)
  const paths = await lab.restic('ls', 'latest')
  assert.ok(!paths.includes(String(joined['userPrincipalName'])))
  assert.ok(paths.includes('another.address'))
  assert.equal(paths.split('\n').filter((path) => /^\/mail\/..\/[^/]+$/.test(path)).length, 2)
  await assertWhole()
})

test('a run that fails on its way back leaves the next one to go on', async () => {
  const before = await last()
  const held = await shown(before)
  await change(2)
  await forget(...(await lab.backUpAll()))
  await prune()
  await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''broken off''; end'`.execute(
    db,
  )
  await sql`create trigger refuse before update of head_root on repositories for each row execute function refuse()`.execute(
    db,
  )
  const failed = await lab.backUp()
  assert.equal(failed.state, 'failed')
  assert.ok((await told(failed)).length > 0)
  await sql`drop function refuse cascade`.execute(db)
  await lab.backUpAll()
  assert.deepEqual(await shown(before), held)
  await assertWhole()
})

test('other tags make no other restore point', async () => {
  const newest = await last()
  await lab.restic('tag', '--add', 'by-hand', newest.snapshotId ?? '')
  const next = await last()
  assert.deepEqual([(await offered()).includes(newest.sequence), await told(next)], [true, []])
})

test('all of them forgotten, and a run broken off in between: all that Microsoft has is read again', async () => {
  await change(2)
  const { id } = await runs.start(lab.organizationId, null)
  await runs.cancel(id)
  // The queue may have handed it out already: then it takes a moment, and holds a lock.
  await ended(lab.service, id)
  const all = (await runs.restorePoints(lab.organizationId, { limit: 100 })).items
  const snapshots = JSON.parse(await lab.restic('snapshots', '--json')) as { id: string }[]
  await lab.restic('forget', ...snapshots.map((snapshot) => snapshot.id))
  await prune()
  const [next] = await lab.backUpAll()
  assert.ok(next)
  assert.ok((await told(next)).every((notice) => /Nothing of this was in another one/.test(notice)))
  const points = await offered()
  assert.ok(all.every(({ sequence }) => !points.includes(sequence)))
  await assertWhole()
})

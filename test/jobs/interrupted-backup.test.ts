import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { severeFindings } from '../repository/support.ts'
import { assertDrivesAsTenant, openDriveLab, type TenantItem } from './drive-lab.ts'
import { killableProcesses, until } from './killable-process.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const lab = await openDriveLab({ users: 2, mails: 20, files: 6, sites: 1 }, { withService: false })
const processes = killableProcesses()
after(async () => {
  processes.end()
  await lab.stop()
})

async function queueRun(): Promise<string> {
  const { db } = lab.database
  const last = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.max('sequence').as('sequence'))
    .executeTakeFirst()
  const id = randomUUID()
  await db
    .insertInto('runs')
    .values({ id, organization_id: lab.organizationId, sequence: (last?.sequence ?? 0) + 1, state: 'queued' })
    .execute()
  return id
}

const runOf = (id: string) =>
  lab.database.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const isUnlocked = () => readdirSync(join(lab.vault, lab.organizationId, 'locks')).length === 0
const isActive = async (id: string) => ['queued', 'running', 'publishing'].includes((await runOf(id)).state)

const filesIn = async ({ id }: { id: string }) => {
  const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive: id })
  return items.filter(({ kind }) => kind === 'file')
}

test('a backup that is killed again and again goes on by itself and stores every mail and file once', async () => {
  const id = await queueRun()
  let kills = 0
  const files = (await Promise.all((await lab.drives()).map(filesIn))).flat()
  const missing = files.filter(({ faults }) => faults.includes('malware')).map(({ id }) => id)
  for (let requests = 3; await isActive(id); requests += 14) {
    const child = processes.start(lab)
    lab.resetRequests()
    await until(async () => lab.requests(/^GET/) >= requests || !(await isActive(id)))
    if (await isActive(id)) kills += 1
    else await until(isUnlocked)
    await processes.kill(child)
  }
  const run = await runOf(id)
  assert.equal(run.state, 'succeeded')
  assert.ok(kills >= 4, `killed ${kills} times`)
  const notices = await lab.database.db.selectFrom('run_resources').select('notice').execute()
  assert.ok(!notices.some(({ notice }) => notice?.includes('read again')), 'what was recorded is there')
  const messages = (await lab.mailboxes()).reduce((sum, mailbox) => sum + mailbox.messages, 0)
  assert.equal((run.counts as Record<string, number>)['itemsTotal'], messages + files.length - missing.length)
  await assertSameAsTenant(lab)
  await assertDrivesAsTenant(lab, { missing })
})

test('a run that dies between snapshot and record adopts its snapshot', async () => {
  const id = await queueRun()
  const folder = join(lab.vault, lab.organizationId, 'snapshots')
  // One that is being written has another name until it is whole.
  const snapshots = () =>
    existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)) : []
  const before = snapshots().length
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const blocker = lab.database.db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('repositories').select('id').forUpdate().execute()
    await held
  })
  const child = processes.start(lab)
  await until(() => snapshots().length > before)
  assert.equal((await runOf(id)).state, 'publishing')
  await processes.kill(child)
  release()
  await blocker
  const next = processes.start(lab)
  await until(async () => !(await isActive(id)))
  await until(isUnlocked)
  await processes.kill(next)
  const run = await runOf(id)
  assert.equal(run.state, 'succeeded')
  assert.equal(snapshots().length, before + 1, 'one snapshot, not two')
  assert.ok(snapshots().includes(run.snapshot_id ?? ''))
  await assertSameAsTenant(lab)
})

test('stock restic and the strict validator find nothing wrong but what killed processes leave', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  const found = await severeFindings(await lab.repository())
  // A file that was being written has another name until it is whole; restic passes it by.
  const halfWritten = found.filter(
    ({ code, subject }) => code === 'STO_FILE_FOREIGN' && subject?.endsWith('.tmp'),
  )
  assert.deepEqual(
    found.filter((one) => !halfWritten.includes(one)),
    [],
  )
})

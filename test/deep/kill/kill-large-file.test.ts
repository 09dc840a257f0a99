/** What a killed server costs that was fetching large files: it fetches a file anew, and stores next to nothing of it twice. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { prune } from '../../../src/repository/index.ts'
import { assertDrivesAsTenant, openDriveLab, type TenantItem } from '../../jobs/drive-lab.ts'
import { killableProcesses, until } from '../../jobs/killable-process.ts'

const mebibyte = 1024 * 1024
const lab = await openDriveLab({ users: 1, mails: 1, files: 0, sites: 0 }, { withService: false })
const { db } = lab.database
const processes = killableProcesses()
after(async () => {
  processes.end()
  await lab.stop()
})
const [drive] = await lab.drives()
assert.ok(drive)
/** Of the files that every simulated drive has. */
const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive: drive.id })
const missing = items.filter(({ faults }) => faults.includes('malware')).map(({ id }) => id)

/** Checkpoints and indexes are due after 32 MiB. */
const startProcess = () => processes.start(lab, { checkpointBytes: 32 * mebibyte })
/** Milliseconds for a run on a slow machine. */
const patience = 300_000

async function queueRun(sequence: number): Promise<string> {
  const id = randomUUID()
  const run = { id, organization_id: lab.organizationId, sequence, state: 'queued' as const }
  await db.insertInto('runs').values(run).execute()
  return id
}
const stateOf = async (id: string) =>
  (await db.selectFrom('runs').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state
const isActive = async (id: string) => ['queued', 'running', 'publishing'].includes(await stateOf(id))

/** Bytes of the packs that are whole. */
function packed(): number {
  const data = join(lab.vault, lab.organizationId, 'data')
  if (!existsSync(data)) return 0
  const packs = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /[0-9a-f]{64}$/.test(name),
  )
  return packs.reduce((sum, name) => sum + statSync(join(data, name)).size, 0)
}
const downloads = () => lab.requests(/^GET .*download/)

async function finish(id: string): Promise<void> {
  lab.resetRequests()
  const child = startProcess()
  await until(async () => !(await isActive(id)), patience)
  await until(() => readdirSync(join(lab.vault, lab.organizationId, 'locks')).length === 0, patience)
  await processes.kill(child)
  assert.equal(await stateOf(id), 'succeeded')
}

test('a file of many packs: what was stored of it before the kill is used, and what no index names goes with a prune', async (context) => {
  const size = 256 * mebibyte
  await lab.drive('add', { drive: drive.id, path: ['Films', 'large.bin'], size })
  const id = await queueRun(1)
  const first = startProcess()
  await until(() => packed() >= (size * 2) / 3, patience)
  await processes.kill(first)
  assert.ok(await isActive(id), 'killed in the midst of it')
  const before = packed()
  await finish(id)
  const twice = packed() - size
  context.diagnostic(
    `killed at ${before / mebibyte} MiB: ${downloads()} downloads, ${twice / mebibyte} MiB twice`,
  )
  assert.ok(twice < before / 2, `${twice} of ${before} bytes were stored twice`)
  await assertDrivesAsTenant(lab, { missing })
  await prune(await lab.repository(), { maxUnusedBytes: 0 })
  assert.ok(packed() < size + 4 * mebibyte, `${packed()} bytes are left`)
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  await assertDrivesAsTenant(lab, { missing })
})

test('a page of large files: those that are through are recorded while others are fetched, and not fetched again', async (context) => {
  const files = 12
  for (let number = 0; number < files; number += 1)
    await lab.drive('add', { drive: drive.id, path: ['Films', `${number}.bin`], size: 12 * mebibyte })
  const id = await queueRun(2)
  const recorded = async () =>
    (
      await db
        .selectFrom('items')
        .select('id')
        .where('valid_from', '=', 2)
        .where('file_name', 'like', '%.bin')
        .execute()
    ).length
  const first = startProcess()
  await until(async () => (await recorded()) > 0, patience)
  await processes.kill(first)
  const before = await recorded()
  assert.ok(before < files && (await isActive(id)), `${before} files are recorded`)
  await finish(id)
  context.diagnostic(`${before} files were recorded, ${downloads()} downloads after the kill`)
  assert.equal(downloads(), files - before)
  await assertDrivesAsTenant(lab, { missing })
})

/** What a killed server costs that was fetching large files: it fetches a file anew, and stores next to nothing of it twice. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { prune } from '../../../src/repository/index.ts'
import { assertDrivesAsTenant, openDriveLab, type TenantItem } from '../../jobs/drive-lab.ts'

const mebibyte = 1024 * 1024
const lab = await openDriveLab({ users: 1, mails: 1, files: 0, sites: 0 }, { withService: false })
const { db } = lab.database
const children = new Set<ChildProcess>()
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await lab.stop()
})
const [drive] = await lab.drives()
assert.ok(drive)
/** Of the files that every simulated drive has. */
const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive: drive.id })
const missing = items.filter(({ faults }) => faults.includes('malware')).map(({ id }) => id)

/** A server process whose checkpoints and indexes are due after 32 MiB; unfinished runs go on by themselves. */
function startProcess(): ChildProcess {
  const parts = {
    url: lab.database.url,
    keyHex: lab.keyHex,
    cloud: lab.simulator.ready.clouds.global,
    vault: lab.vault,
    checkpointBytes: 32 * mebibyte,
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../jobs/backup-process.ts')], {
    env: { ...process.env, BACKUP_PROCESS: JSON.stringify(parts) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.add(child)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  children.delete(child)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

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
  await until(async () => !(await isActive(id)))
  await until(() => readdirSync(join(lab.vault, lab.organizationId, 'locks')).length === 0)
  await kill(child)
  assert.equal(await stateOf(id), 'succeeded')
}

test('a file of many packs: what was stored of it before the kill is used, and what no index names goes with a prune', async (context) => {
  const size = 256 * mebibyte
  await lab.drive('add', { drive: drive.id, path: ['Films', 'large.bin'], size })
  const id = await queueRun(1)
  const first = startProcess()
  await until(() => packed() >= (size * 2) / 3)
  await kill(first)
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
  await until(async () => (await recorded()) > 0)
  await kill(first)
  const before = await recorded()
  assert.ok(before < files && (await isActive(id)), `${before} files are recorded`)
  await finish(id)
  context.diagnostic(`${before} files were recorded, ${downloads()} downloads after the kill`)
  assert.equal(downloads(), files - before)
  await assertDrivesAsTenant(lab, { missing })
})

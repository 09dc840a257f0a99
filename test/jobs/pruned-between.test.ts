/**
 * A run breaks off after it has stored everything and before it publishes; then somebody prunes, by stock restic or by our own command. What the
 * next run goes on from is gone: it has to notice, and read it again.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { RunView } from '../../src/contract/index.ts'
import type { Vault } from '../../src/jobs/index.ts'
import { localBackend, openRepository, prune } from '../../src/repository/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { severeFindings } from '../repository/support.ts'
import { ended } from './backup-lab.ts'
import { vaultPassword } from './backup-service.ts'
import { assertDrivesAsTenant, openDriveLab } from './drive-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

/** What the place does with the next snapshot. */
let onSnapshot = async (): Promise<void> => {}
const placeOf = (vault: Vault): Vault => ({
  ...vault,
  open: async (directory) => {
    const backend = await vault.open(directory)
    return new Proxy(backend, {
      get: (target, name: keyof typeof backend) =>
        name === 'save'
          ? async (...given: Parameters<typeof backend.save>) => {
              if (given[0] === 'snapshots') await onSnapshot()
              return target.save(...given)
            }
          : typeof target[name] === 'function'
            ? (target[name] as (...given: unknown[]) => unknown).bind(target)
            : target[name],
    })
  },
})
const lab = await openDriveLab({ users: 1, mails: 3, files: 4, sites: 1 }, { placeOf })
after(() => lab.stop())
const { db } = lab.database
const { runs } = lab.service
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'files', 'calendar', 'contacts', 'todo']) })
  .execute()
const mailboxes = (await lab.mailboxes()).map(({ id }) => id)
const drives = await lab.drives()
// Microsoft flags one as malware, which is never stored.
for (const { id: drive } of drives) {
  const { items } = await lab.drive<{ items: { id: string; faults: string[] }[] }>('list', { drive })
  for (const { id, faults } of items)
    if (faults.includes('malware')) await lab.drive('corrupt', { drive, id, kind: 'none' })
}

async function breakOff(): Promise<void> {
  onSnapshot = async () => {
    throw new Error('the place is gone')
  }
  const run = await lab.backUp()
  onSnapshot = async () => {}
  assert.equal(run.state, 'failed')
}
async function change(): Promise<void> {
  for (const mailbox of mailboxes) await lab.control('deliver', { mailbox, count: 2 })
  for (const { id: drive } of drives) await lab.drive('changeSome', { drive, count: 2 })
}
const contents = /\$value$|\/content$|^GET .*\/(events|contacts|tasks)\/\{id\}/
async function assertWhole(): Promise<void> {
  await assertSameAsTenant(lab)
  await assertDrivesAsTenant(lab)
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await severeFindings(await lab.repository()), [])
  const rows = await db.selectFrom('items').select('content').where('valid_to', 'is', null).execute()
  const repository = await lab.repository()
  const missing = rows.flatMap(({ content }) => content).filter((id) => !repository.hasBlob('data', id))
  assert.deepEqual(missing, [])
}
/** Resources of a run that had something to read again, with what the run says of it. */
async function readAgain(run: RunView): Promise<{ workload: string; address: string; notice: string }[]> {
  const { items } = await runs.resources(run.id, { limit: 100 })
  return items
    .map(({ workload, userPrincipalName, notice }) => ({
      workload,
      address: userPrincipalName,
      notice: notice ?? '',
    }))
    .filter(({ notice }) => /are read again/.test(notice))
}

test('without a prune the next run publishes what is there and reads nothing again', async () => {
  await breakOff()
  lab.resetRequests()
  const run = await lab.backUp()
  assert.deepEqual([run.state, run.error, await readAgain(run)], ['succeeded', null, []])
  assert.equal(lab.requests(contents), 0)
  await assertSameAsTenant(lab)
})

test('what stock restic pruned between the runs is read again, and nothing else', async () => {
  await change()
  await breakOff()
  await lab.restic('prune')
  lab.resetRequests()
  const run = await lab.backUp()
  assert.deepEqual([run.state, run.error], ['succeeded', null])
  const notices = await readAgain(run)
  assert.equal(notices.length, mailboxes.length + drives.length)
  assert.match(notices[0]?.notice ?? '', /^2 items that an earlier run had stored/)
  assert.equal(lab.requests(/\$value$/), 2 * mailboxes.length)
  assert.equal(run.counts.itemsStored, 2 * (mailboxes.length + drives.length))
  await assertWhole()
  const quiet = await lab.backUp()
  assert.deepEqual(await readAgain(quiet), [])
})

test('what our own prune took is read again, the very first backup of somebody too', async () => {
  await change()
  const response = await fetch(`${lab.simulator.ready.clouds.global?.control}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      action: 'create',
      changes: { id: '10000000-0000-4000-8000-000000000001', hasMailbox: true, mailboxKind: 'user' },
    }),
  })
  const { userPrincipalName } = (await response.json()) as { userPrincipalName: string }
  await breakOff()
  const place = localBackend(join(lab.vault, lab.organizationId))
  const repository = await openRepository(place, { password: vaultPassword, host: 'by hand' })
  await prune(repository, { maxUnusedBytes: 0 })
  await repository.close()
  const run = await lab.backUp()
  assert.deepEqual([run.state, run.error], ['succeeded', null])
  const ofNew = (await readAgain(run)).filter(({ address }) => address === userPrincipalName)
  assert.deepEqual(ofNew.map(({ workload }) => workload).sort(), [
    'calendar',
    'contacts',
    'drive',
    'mail',
    'todo',
  ])
  await assertWhole()
})

test('a run that is taken up again after a prune does not trust the trees that it had written', async () => {
  await change()
  let reached = () => {}
  const publishing = new Promise<void>((resolve) => {
    reached = resolve
  })
  let fail = (_error: Error) => {}
  onSnapshot = () => {
    reached()
    return new Promise((_resolve, reject) => {
      fail = reject
    })
  }
  const { id } = await runs.start(lab.organizationId, null)
  await publishing
  const { state, epoch } = await db
    .selectFrom('runs')
    .select(['state', 'epoch'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  assert.equal(state, 'publishing')
  // Somebody else takes it over: who drives it now writes nothing more.
  await db
    .updateTable('runs')
    .set({ epoch: epoch + 1, lease_owner: null, lease_until: null })
    .where('id', '=', id)
    .execute()
  onSnapshot = async () => {}
  fail(new Error('the place is gone'))
  while (readdirSync(join(lab.vault, lab.organizationId, 'locks')).length > 0) await systemClock.sleep(10)
  await lab.restic('prune', '--max-unused', '0')
  await runs.resumeAll()
  const run = await ended(lab.service, id)
  assert.deepEqual([run.state, run.error], ['succeeded', null])
  await assertWhole()
})

/**
 * People and sites that come and go over three years, backed up by schedule with the queue's clock moved: who is included by itself, who is
 * not and stands in the ledger, how long who left is kept, and what of them is left in the repository at the end.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Retention, SaveProtection } from '../../src/contract/index.ts'
import { createCoverage, createRetentionService, createScheduler } from '../../src/jobs/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { findings } from './backup-lab.ts'
import { assertDrivesAsTenant, openDriveLab, type TenantItem } from './drive-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

const day = 86_400_000
const lab = await openDriveLab(
  { users: 2, mails: 2, files: 2, sites: 1 },
  { yearsFrom: Date.parse('2027-01-15T12:00:00Z') },
)
const { years, organizationId: id } = lab
const { db } = lab.database
const { protection, repositories, runs } = lab.service
const operator = 'a4b4e3a0-0000-4000-8000-000000000001'
const coverage = createCoverage({ db, protection })
const { signal } = new AbortController()

async function startServer(): Promise<() => Promise<void>> {
  const queue = await years.open()
  const parts = { db, clock: years.clock, logger: silentLogger }
  const services = [createScheduler({ ...parts, runs }), createRetentionService({ ...parts, repositories })]
  for (const service of services) await service.start(queue)
  await years.pass(60_000)
  return async () => {
    for (const service of services) await service.stop()
    await queue.stop({ graceful: false })
  }
}
let stop = await startServer()
after(async () => {
  await stop()
  await lab.stop()
})

const save = (changes: SaveProtection) => protection.save(id, changes, operator, signal)
const keep = (retention: Retention) => protection.setRetention(id, retention, operator, true)
const includeNew = (include: boolean, more: SaveProtection = {}) =>
  save({
    users: { selection: 'all', userIds: [], groupIds: [], includeNew: include },
    sites: { selection: 'all', siteIds: [], includeNew: include },
    ...more,
  })
const changeUser = async (body: object) => {
  const response = await fetch(`${lab.simulator.ready.clouds.global?.control}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.ok(response.ok, await response.clone().text())
  return (await response.json()) as { id: string; userPrincipalName: string }
}
/** With the id told, since what a person has in the simulated tenant follows from it: here a mailbox and a OneDrive. */
const joins = (userId: string) =>
  changeUser({
    action: 'create',
    changes: { id: userId, hasMailbox: true, mailboxKind: 'user', accountEnabled: true, hasArchive: false },
  })
const leaves = (user: { id: string }) => changeUser({ action: 'delete', id: user.id })
const addSite = (name: string) => lab.drive<{ id: string; webUrl: string }>('addSite', { name })

/** What Microsoft flags as malware is not stored. */
async function assertAsTenant(): Promise<void> {
  await assertSameAsTenant(lab)
  const missing: string[] = []
  for (const { id: drive } of await lab.drives()) {
    const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive })
    missing.push(...items.filter(({ faults }) => faults.includes('malware')).map((item) => item.id))
  }
  await assertDrivesAsTenant(lab, { missing })
}

let runsBefore = 0
/** The planned run of a month's first, and what it took: mailboxes by address, libraries by site. */
async function runOf(date: string) {
  await years.to(Date.parse(`${date}T02:30:01Z`))
  return lastRun(date)
}
async function lastRun(date: string) {
  const { items } = await runs.list(id, { limit: 100 })
  const [last] = items
  assert.ok(last)
  assert.deepEqual([items.length, last.state, last.error], [runsBefore + 1, 'succeeded', null], date)
  runsBefore = items.length
  const resources = await db
    .selectFrom('run_resources')
    .innerJoin('resources', 'resources.id', 'run_resources.resource_id')
    .select(['resources.external_id', 'site_external_id', 'workload', 'state', 'run_resources.notice'])
    .where('run_id', '=', last.id)
    .execute()
  const of = (state: string) =>
    new Set(
      resources
        .filter((one) => one.state === state && (one.workload === 'mail' || one.site_external_id !== null))
        .map((one) => one.site_external_id ?? one.external_id),
    )
  return { taken: of('succeeded'), kept: of('skipped') }
}
const reasons = async (known: { id: string }) => [
  ...new Set(
    (await coverage.list(id, { limit: 500 })).items
      .filter((entry) => entry.id === known.id)
      .map(({ reason }) => reason),
  ),
]
const inLatest = async (address: string) => (await lab.restic('ls', 'latest')).includes(address)

let anna: Awaited<ReturnType<typeof joins>>
let bert: typeof anna
let siteOne: { id: string; webUrl: string }
let siteTwo: typeof siteOne

test('who and what appears is in the next run by itself, where new ones are included', async () => {
  await keep({ rule: { kind: 'time', unit: 'years', amount: 1 }, deletedUsersDays: 200 })
  await includeNew(true, {
    schedule: { rule: { kind: 'cron', expression: '30 2 1 */3 *' }, timeZone: 'UTC', blackouts: [] },
  })
  anna = await joins('10000000-0000-4000-8000-000000000001')
  siteOne = await addSite('New works')
  const { taken } = await runOf('2027-04-01')
  assert.ok(taken.has(anna.id) && taken.has(siteOne.id))
  assert.deepEqual([await reasons(anna), await reasons(siteOne)], [[], []])
  await assertAsTenant()
})

test('where they are not, they stand in the ledger as new until somebody accepts them', async () => {
  await includeNew(false)
  bert = await joins('20000000-0000-4000-8000-000000000002')
  siteTwo = await addSite('Later works')
  const { taken } = await runOf('2027-07-01')
  assert.ok(taken.has(anna.id) && taken.has(siteOne.id))
  assert.ok(!taken.has(bert.id) && !taken.has(siteTwo.id))
  assert.deepEqual([await reasons(bert), await reasons(siteTwo)], [['new'], ['new']])
  await leaves(anna)
  const still = await runOf('2027-10-01')
  assert.ok(!still.taken.has(bert.id) && !still.taken.has(siteTwo.id), 'a quarter later they are new still')
  await includeNew(false, { acceptNew: true })
  const accepted = await runOf('2028-01-01')
  assert.ok(accepted.taken.has(bert.id) && accepted.taken.has(siteTwo.id))
  assert.deepEqual([await reasons(bert), await reasons(siteTwo)], [[], []])
})

test('who left is kept for the days of the settings, through a downtime, and is then in no new restore point', async () => {
  // Seen to be gone on 2027-10-01; on 2028-04-01 that is 183 days ago.
  await leaves(bert)
  const within = await runOf('2028-04-01')
  assert.ok(within.kept.has(anna.id) && within.kept.has(bert.id))
  assert.ok(await inLatest(anna.userPrincipalName))
  await stop()
  await years.off(Date.parse('2028-08-10T12:00:30Z'))
  stop = await startServer()
  // The run of July, made up.
  await lastRun('2028-08-10')
  assert.ok(!(await inLatest(anna.userPrincipalName)))
  assert.ok(await inLatest(bert.userPrincipalName), 'gone for 131 days')
  await runOf('2028-10-01')
  assert.ok(await inLatest(bert.userPrincipalName), 'gone for 183 days')
})

test('a year after the last restore point with it, nothing of it is left', async () => {
  const items = () =>
    db
      .selectFrom('items')
      .innerJoin('resources', 'resources.id', 'items.resource_id')
      .select(['items.content', 'resources.external_id'])
      .where('resources.external_id', 'in', [anna.id, bert.id])
      .execute()
  const contentOf = async (user: { id: string }) =>
    (await items()).filter(({ external_id: of }) => of === user.id).flatMap(({ content }) => content)
  const [ofAnna, ofBert] = [await contentOf(anna), await contentOf(bert)]
  assert.ok(ofAnna.length > 0 && ofBert.length > 0)
  await runOf('2029-01-01')
  await runOf('2029-04-01')
  await runOf('2029-07-01')
  await years.to(years.clock.now() + day - (years.clock.now() % (5 * 60_000)) + 1_000)
  assert.equal((await contentOf(anna)).length, 0)
  assert.equal((await contentOf(bert)).length, ofBert.length)
  const stored = async (blobs: readonly string[]) => {
    const repository = await lab.repository()
    return blobs.filter((blob) => repository.hasBlob('data', blob)).length
  }
  assert.deepEqual([await stored(ofAnna), await stored(ofBert)], [0, ofBert.length])
  const points = (await runs.restorePoints(id, { limit: 100 })).items.map(({ finishedAt }) =>
    finishedAt?.slice(0, 10),
  )
  assert.deepEqual(points, ['2029-07-01', '2029-04-01', '2029-01-01', '2028-10-01', '2028-08-10'])
  const snapshots = JSON.parse(await lab.restic('snapshots', '--json')) as { time: string }[]
  assert.deepEqual(snapshots.map(({ time }) => time.slice(0, 10)).toReversed(), points)
})

test('what is left is the tenant, and stock restic and the strict validator find nothing wrong', async () => {
  await assertAsTenant()
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await findings(await lab.repository()), [])
})

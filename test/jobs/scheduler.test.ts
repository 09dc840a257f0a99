/** Planned runs by a clock that the test moves: on time, made up once after a downtime, one at a time, not in a blackout. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { RunView, Schedule } from '../../src/contract/index.ts'
import { fail } from '../../src/jobs/errors.ts'
import { createScheduler } from '../../src/jobs/schedule/scheduler.ts'
import { type Clock, silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { knownOrganization } from '../security/known-organization.ts'
import { loneProtection } from './lone-protection.ts'

const hour = 3_600_000
const day = 24 * hour
const database = await createTestDatabase()
after(() => database.drop())
const { db } = database
const { id } = await knownOrganization(db)
let now = Date.parse('2027-02-01T12:00:00Z')
const clock: Clock = { now: () => now, sleep: async () => {} }
const started: number[] = []
let active = false
const runs = {
  start: async (): Promise<RunView> => {
    if (active) throw fail('JOB_RUN_ACTIVE')
    started.push(now)
    return { id: 'run' } as RunView
  },
}
const protection = loneProtection(db, clock)
/** Another start of the program each time. */
const scheduler = () => createScheduler({ db, runs, clock, logger: silentLogger })
const plan = (schedule: Schedule) =>
  protection.save(id, { schedule }, 'a4b4e3a0-0000-4000-8000-000000000001', AbortSignal.timeout(60_000))
const nightly: Schedule = {
  rule: { kind: 'times', times: ['02:30'] },
  timeZone: 'Europe/Berlin',
  blackouts: [],
}

test('runs start on time, once a day, over a year with both clock changes', async () => {
  const view = await plan(nightly)
  assert.equal(view.nextRunAt, '2027-02-02T01:30:00.000Z')
  assert.equal(view.laterRunsAt.length, 5)
  const one = scheduler()
  const begin = now
  while (now < begin + 365 * day) {
    now += 12 * hour
    await one.tick()
  }
  assert.equal(started.length, 365)
  const days = new Set(started.map((at) => new Date(at).toISOString().slice(0, 10)))
  assert.equal(days.size, 365)
})

test('what was missed while the server was down is made up by one run', async () => {
  started.length = 0
  now += 20 * day
  await scheduler().tick()
  await scheduler().tick()
  assert.deepEqual(started, [now])
  now += day
  await scheduler().tick()
  assert.equal(started.length, 2)
})

test('while a run is under way no other starts, and the planned one starts when it has ended', async () => {
  started.length = 0
  active = true
  now += day
  await scheduler().tick()
  assert.deepEqual(started, [])
  assert.equal((await protection.read(id)).nextRunAt, new Date(now).toISOString())
  active = false
  now += hour
  await scheduler().tick()
  await scheduler().tick()
  assert.deepEqual(started, [now])
})

test('nothing starts in a blackout, not even what was missed before it; two servers start one run', async () => {
  started.length = 0
  await plan({ ...nightly, blackouts: [{ from: '06:00', to: '22:00' }] })
  now = Date.parse('2028-06-10T08:00:00Z')
  await scheduler().tick()
  assert.deepEqual(started, [])
  assert.equal((await protection.read(id)).nextRunAt, '2028-06-10T20:00:00.000Z')
  now = Date.parse('2028-06-10T20:00:30Z')
  await scheduler().tick()
  assert.deepEqual(started, [now])
  assert.equal((await protection.read(id)).nextRunAt, '2028-06-11T00:30:00.000Z')
})

test('a changed schedule counts from the change, and an organization that is removed gets no run', async () => {
  started.length = 0
  now += 3 * day
  await plan({ ...nightly, rule: { kind: 'interval', minutes: 60 } })
  await scheduler().tick()
  assert.deepEqual(started, [])
  now += hour
  await scheduler().tick()
  assert.equal(started.length, 1)
  await db.updateTable('organizations').set({ state: 'removing' }).where('id', '=', id).execute()
  now += day
  await scheduler().tick()
  assert.equal(started.length, 1)
})

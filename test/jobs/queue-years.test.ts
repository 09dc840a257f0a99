/**
 * Schedules, retention and the nightly work over three years, woken by nothing but the product's queue, whose clock is moved: runs are
 * counted here and leave a small restore point each.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { RetentionRule, RunView, SaveProtection, Schedule } from '../../src/contract/index.ts'
import { fail } from '../../src/jobs/errors.ts'
import {
  createRepositoryAccess,
  createRetentionService,
  createScheduler,
  createVault,
} from '../../src/jobs/index.ts'
import { createNightly, type Organizations } from '../../src/organizations/index.ts'
import { editTree, fileNode } from '../../src/repository/index.ts'
import { createSecretBox } from '../../src/security/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { knownOrganization } from '../security/known-organization.ts'
import { loneProtection } from './lone-protection.ts'
import { queueYears } from './queue-years.ts'

// The server's nights are by day in Berlin: no check falls between two wakes of a planned run.
process.env['TZ'] = 'Asia/Tokyo'

const minute = 60_000
const day = 86_400_000
const database = await createTestDatabase()
const { db } = database
const { id } = await knownOrganization(db)
const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-years-'))
const years = queueYears(database, Date.parse('2027-01-01T12:00:00Z'))
const { clock } = years
const repositories = createRepositoryAccess({
  db,
  secrets: createSecretBox(randomBytes(32)),
  vault: await createVault({ location: folder }),
  vaultPassword: 'of the years',
  instanceName: 'here',
  clock,
  logger: silentLogger,
  scrypt: { N: 1024, r: 8, p: 1 },
})
const repository = await repositories.open(id)

/** Planned runs since the last look. */
let started: number[] = []
const all: number[] = []
/** As while a run is under way. */
let active = false
const contentBytes = 20_000
async function run(): Promise<RunView> {
  if (active) throw fail('JOB_RUN_ACTIVE')
  const now = clock.now()
  started.push(now)
  all.push(now)
  const writer = repository.writer()
  const { content, size } = await writer.saveContent(randomBytes(contentBytes))
  const node = fileNode({ name: 'mail.eml', size, content, mtime: now })
  const tree = await editTree(repository, writer, undefined, [{ kind: 'put', path: ['mail.eml'], node }], {
    time: now,
  })
  const snapshot = await writer.saveSnapshot({ tree, time: now })
  await db
    .insertInto('runs')
    .values({
      organization_id: id,
      sequence: all.length,
      state: 'succeeded',
      finished_at: new Date(now),
      snapshot_id: snapshot,
    })
    .execute()
  await db.updateTable('repositories').set({ head_sequence: all.length }).execute()
  return { id: 'run' } as RunView
}

const protection = loneProtection(db, clock)
const operator = 'a4b4e3a0-0000-4000-8000-000000000001'
const save = (changes: SaveProtection) => protection.save(id, changes, operator, AbortSignal.timeout(60_000))
const keep = (rule: RetentionRule) =>
  protection.setRetention(id, { rule, deletedUsersDays: null }, operator, true)
const plan = (rule: Schedule['rule'], blackouts: Schedule['blackouts'] = []) =>
  save({ schedule: { rule, timeZone: 'Europe/Berlin', blackouts } })
const sundays = { kind: 'cron', expression: '30 2 * * 0' } as const

let checks = 0
let cares = 0
const organizations = {
  verify: async () => {
    checks += 1
    return { drift: [] }
  },
  rotations: { renewIfDue: async () => false, resume: async () => {}, settled: async () => {} },
} as unknown as Organizations

/** A start of the program. */
async function startServer(): Promise<() => Promise<void>> {
  const queue = await years.open()
  const parts = { db, repositories, clock, logger: silentLogger }
  const removals = {
    tick: async () => {
      cares += 1
    },
  }
  const services = [
    createScheduler({ ...parts, runs: { start: run } }),
    createRetentionService(parts),
    createNightly({ ...parts, organizations, removals }),
  ]
  for (const service of services) await service.start(queue)
  await years.pass(minute)
  return async () => {
    for (const service of services) await service.stop()
    await queue.stop({ graceful: false })
  }
}
let stop = await startServer()
after(async () => {
  await stop()
  await repositories.close()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** 02:30 in Berlin on a day, written by hand: summer is from the last Sunday of March to the last of October, at 01:00 UTC. */
function halfPastTwo(midnight: number): number {
  const lastSunday = (month: number) => {
    const last = new Date(Date.UTC(new Date(midnight).getUTCFullYear(), month + 1, 0))
    return last.getTime() - last.getUTCDay() * day
  }
  // In March that time is skipped and comes by the clock of before; in October it comes twice, and the first time counts.
  const isSummer = midnight > lastSunday(2) && midnight <= lastSunday(9)
  return midnight + (isSummer ? 30 : 90) * minute
}
/** The Sundays in a span, both ends included, as midnights in UTC. */
function sundaysOf(from: string, to: string): number[] {
  const first = Date.parse(`${from}T00:00:00Z`)
  return Array.from({ length: (Date.parse(`${to}T00:00:00Z`) - first) / (7 * day) + 1 }, (_, week) => {
    assert.equal(new Date(first + week * 7 * day).getUTCDay(), 0)
    return first + week * 7 * day
  })
}
function one(planned: number, within = minute): void {
  assert.equal(started.length, 1, `at ${new Date(planned).toISOString()}`)
  const late = (started[0] ?? 0) - planned
  assert.ok(late >= 0 && late < within, `${late} ms after ${new Date(planned).toISOString()}`)
  started = []
}
/** Half a minute before, and a second after. */
async function onTime(planned: number): Promise<void> {
  await years.to(planned - 30_000)
  assert.deepEqual(started, [])
  await years.to(planned + 1_000)
  one(planned)
}
/** Nothing is planned until three days before the first of what is. */
async function planAhead(rule: Schedule['rule'], first: number): Promise<void> {
  await plan({ kind: 'none' })
  await years.to(first - 3 * day)
  await plan(rule)
}
async function weekly(from: string, to: string): Promise<void> {
  await planAhead(sundays, Date.parse(from))
  for (const sunday of sundaysOf(from, to)) await onTime(halfPastTwo(sunday))
}
/** On the first of every third month of a year. */
async function quarterly(year: number, from: 1 | 4 | 7 | 10, to: 1 | 4 | 7 | 10): Promise<void> {
  await planAhead({ kind: 'cron', expression: '30 2 1 */3 *' }, Date.UTC(year, from - 1, 1))
  for (let month = from; month <= to; month += 3) {
    const planned = halfPastTwo(Date.UTC(year, month - 1, 1))
    await years.to(planned + 1_000)
    one(planned)
  }
}
const kept = async () =>
  (await repository.listSnapshots()).map(({ time }) => Date.parse(time)).sort((a, b) => a - b)
const stored = async () => {
  let bytes = 0
  const backend = await repositories.backend(id)
  for await (const { size } of backend.list('data', AbortSignal.timeout(60_000))) bytes += size
  return bytes
}
/** A night after the last run. */
async function settleRetention(expected: readonly number[]): Promise<void> {
  await years.to(Math.ceil((clock.now() + day) / (5 * minute)) * 5 * minute + 1_000)
  assert.deepEqual(await kept(), expected)
  const needed = expected.length * contentBytes
  // A prune may leave a twentieth of waste; trees and snapshots are small.
  assert.ok((await stored()) < needed * 1.25 + 50_000, `${await stored()} bytes for ${needed}`)
}

test('minute by minute the queue wakes each service as often as its row says', async () => {
  const before = [
    await years.jobs('backup-schedule', 'completed'),
    await years.jobs('organization-care', 'completed'),
  ]
  await years.pass(10 * minute)
  const after = [
    await years.jobs('backup-schedule', 'completed'),
    await years.jobs('organization-care', 'completed'),
  ]
  assert.deepEqual(
    after.map((count, index) => count - (before[index] ?? 0)),
    [10, 2],
  )
})

test('through both changes of the clock each run starts on time and once, and the newest five are left', async () => {
  await keep({ kind: 'versions', versions: 5 })
  const begun = checks
  await weekly('2027-03-14', '2027-03-28')
  await quarterly(2027, 4, 7)
  assert.equal(checks - begun, 1 + 3 + 1 + 2, 'one at each wake after a night')
  await settleRetention(all.slice(-5))
})

test('a downtime of weeks is made up by one run and one check, at once', async () => {
  await plan(sundays)
  await stop()
  await years.off(Date.parse('2027-08-27T12:00:30Z'))
  const before = checks
  stop = await startServer()
  assert.equal(started.length, 1)
  started = []
  await years.pass(10 * minute)
  assert.deepEqual([started, checks - before], [[], 1])
  await settleRetention(all.slice(-5))
  await onTime(halfPastTwo(Date.UTC(2027, 7, 29)))
  await weekly('2027-10-24', '2027-10-31')
})

test('a leap day is a day, and a changed schedule counts from its change', async () => {
  await keep({ kind: 'time', unit: 'weeks', amount: 8 })
  await quarterly(2028, 1, 1)
  await years.to(Date.parse('2028-02-26T20:00:30Z'))
  await plan({ kind: 'times', times: ['02:30'] })
  for (const date of ['02-28', '02-29', '03-01']) {
    if (date === '02-28') await years.to(Date.parse('2028-02-27T01:30:01Z'))
    started = []
    await onTime(Date.parse(`2028-${date}T01:30:00Z`))
  }
  await plan({ kind: 'cron', expression: '0 12 29 2 *' })
  await years.to(Date.parse('2028-03-04T12:00:30Z'))
  assert.deepEqual(started, [])
  const newest = all.at(-1) ?? 0
  await settleRetention(all.filter((time) => time > newest - 8 * 7 * day))
})

test('in blackout hours nothing starts; what was planned in them starts once when they end, winter and summer', async () => {
  await plan(sundays, [{ from: '00:00', to: '06:00' }])
  for (const sunday of sundaysOf('2028-03-19', '2028-03-26')) {
    await years.to(halfPastTwo(sunday) + 1_000)
    assert.deepEqual(started, [])
    await onTime(sunday + (sunday >= Date.UTC(2028, 2, 26) ? 4 : 5) * 60 * minute)
  }
})

test('a planned run waits for the one under way, and starts within two minutes of its end', async () => {
  await plan(sundays)
  active = true
  const planned = halfPastTwo(Date.UTC(2028, 3, 9))
  await years.to(planned + 1_000)
  await years.to(planned + 3 * day + 1_000)
  assert.deepEqual(started, [])
  active = false
  const ended = clock.now()
  await years.pass(2 * minute)
  one(ended, 2 * minute)
})

test('a server that died at work does not hold the others up', async () => {
  const dead = await years.open()
  const names = ['backup-schedule', 'backup-retention', 'organization-care']
  for (const name of names) {
    await dead.send(name)
    assert.equal((await dead.fetch(name))?.length, 1)
  }
  // Nobody gives its jobs back: its heart is missed.
  const before = cares
  const woken = await Promise.all(names.map((name) => years.jobs(name, 'completed')))
  await years.passWhileHeld(10 * minute)
  assert.ok(cares > before)
  for (const [index, name] of names.entries())
    assert.ok((await years.jobs(name, 'completed')) > (woken[index] ?? 0), name)
  await dead.stop({ graceful: false })
})

test('the rest of three years: half a year by the calendar is left, and the queue keeps a week of its own rows', async () => {
  await keep({ kind: 'time', unit: 'months', amount: 6 })
  await quarterly(2028, 7, 10)
  await weekly('2028-10-29', '2028-10-29')
  await quarterly(2029, 1, 1)
  await weekly('2029-03-25', '2029-03-25')
  await quarterly(2029, 4, 10)
  await weekly('2029-10-28', '2029-11-04')
  const newest = new Date(all.at(-1) ?? 0)
  const since = new Date(newest).setUTCMonth(newest.getUTCMonth() - 6)
  await settleRetention(all.filter((time) => time > since))
  const runs = await db.selectFrom('runs').select('forgotten_at').execute()
  assert.equal(runs.length, all.length)
  assert.equal(runs.filter(({ forgotten_at: at }) => at === null).length, (await kept()).length)
  for (const name of ['backup-schedule', 'backup-retention', 'organization-care'])
    assert.ok((await years.jobs(name, 'completed')) < 20, name)
})

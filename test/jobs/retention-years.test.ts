/** A week's restore point after the other over twelve years that are past, and what each rule leaves of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { RetentionRule } from '../../src/contract/index.ts'
import { planRetention } from '../../src/jobs/retention/plan-retention.ts'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { saveJsonFile } from '../../src/repository/format/json-file.ts'
import { encodeSnapshot } from '../../src/repository/format/snapshot-file.ts'
import { initRepository, memoryBackend, openRepository } from '../../src/repository/index.ts'
import { createTestDatabase } from '../database.ts'
import { cheapScrypt, password } from '../repository/support.ts'
import { knownOrganization } from '../security/known-organization.ts'

const database = await createTestDatabase()
after(() => database.drop())
const { db } = database
const { id } = await knownOrganization(db)
const place = memoryBackend()
await initRepository(place, { password, scrypt: cheapScrypt })
const repository = await openRepository(place, { password, host: 'here' })
after(() => repository.close())
const { signal } = new AbortController()

const week = 7 * 86_400_000
const first = Date.parse('2012-01-01T02:30:00Z')
const times = Array.from({ length: 12 * 52 }, (_, number) => new Date(first + number * week))
const newest = times.at(-1) ?? new Date(0)

const { backend, key } = internalsOf(repository)
for (const [index, time] of times.entries()) {
  const snapshot = { time: time.toISOString(), tree: '0'.repeat(64), paths: ['/'], hostname: 'here', username: '', tags: [] } // biome-ignore format: one line
  await db
    .insertInto('runs')
    .values({
      organization_id: id,
      sequence: index + 1,
      // In the newest ones something failed: the last good one is old.
      state: index < times.length - 3 ? 'succeeded' : 'partial',
      finished_at: time,
      snapshot_id: await saveJsonFile(backend, key, 'snapshots', encodeSnapshot(snapshot)),
    })
    .execute()
}

/** After this moment restore points are kept, by the calendar; restic lets go what is exactly that old. */
function since({ unit, amount }: Extract<RetentionRule, { kind: 'time' }>): Date {
  const at = new Date(newest)
  if (unit === 'years') at.setUTCFullYear(at.getUTCFullYear() - amount)
  else if (unit === 'months') at.setUTCMonth(at.getUTCMonth() - amount)
  else at.setUTCDate(at.getUTCDate() - amount * (unit === 'weeks' ? 7 : 1))
  return at
}

for (const [unit, amount] of [
  ['days', 30],
  ['weeks', 8],
  ['months', 6],
  ['years', 1],
  ['years', 10],
] as const)
  test(`${amount} ${unit} keep what is younger, by the calendar, and the last run in which nothing failed`, async () => {
    const rule = { kind: 'time', unit, amount } as const
    const { remove, kept } = await planRetention(db, id, repository, rule, signal)
    const old = times.filter((time) => time <= since(rule))
    assert.deepEqual(
      remove.map(({ finishedAt }) => finishedAt),
      old,
    )
    assert.equal(kept, times.length - old.length)
  })

test('so many versions keep the newest, and the last run in which nothing failed', async () => {
  for (const versions of [1, 2, 5, 520]) {
    const { remove } = await planRetention(db, id, repository, { kind: 'versions', versions }, signal)
    const going = times.slice(0, -versions).filter((time) => time !== times.at(-4))
    assert.deepEqual(
      remove.map(({ finishedAt }) => finishedAt),
      going,
    )
  }
})

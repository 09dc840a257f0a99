/** Forgetting: the same random snapshots and policies as stock restic, the same answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { saveJsonFile } from '../../src/repository/format/json-file.ts'
import { encodeSnapshot } from '../../src/repository/format/snapshot-file.ts'
import {
  type ForgetGroup,
  forget,
  type GroupKey,
  type KeepPolicy,
  memoryBackend,
  type Repository,
  type Snapshot,
} from '../../src/repository/index.ts'
import { localRepository, newRepository } from './support.ts'

type Planted = Pick<Snapshot, 'time'> & Partial<Snapshot>

/** Writes snapshot files as they are, all of one empty tree. */
async function plant(repository: Repository, snapshots: readonly Planted[]): Promise<string[]> {
  const { backend, key } = internalsOf(repository)
  const writer = repository.writer()
  const tree = await writer.saveTree([])
  await writer.flush()
  writer.abort()
  const base = { tree, paths: ['/'], hostname: 'here', username: '', tags: [] }
  const ids: string[] = []
  for (const snapshot of snapshots) {
    ids.push(await saveJsonFile(backend, key, 'snapshots', encodeSnapshot({ ...base, ...snapshot })))
  }
  return ids
}

const removedIds = (groups: readonly ForgetGroup[]) =>
  groups.flatMap(({ remove }) => remove.map(({ id }) => id)).toSorted()

const count = fc.integer({ min: 1, max: 6 })
const duration = fc
  .tuple(fc.nat(2), fc.nat(14), fc.nat(40), fc.nat(50))
  .map(([y, m, d, h]) => `${y}y${m}m${d}d${h + 1}h`)
const tag = fc.constantFrom('red', 'green', 'blue')
const policy: fc.Arbitrary<KeepPolicy> = fc.record(
  {
    last: count,
    hourly: count,
    daily: count,
    weekly: count,
    monthly: count,
    yearly: count,
    within: duration,
    withinHourly: duration,
    withinDaily: duration,
    withinWeekly: duration,
    withinMonthly: duration,
    withinYearly: duration,
    tags: fc.array(fc.uniqueArray(tag, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
)
const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2025, 11, 31) }),
  // Crowded around the turn of a year, where ISO weeks and years differ.
  fc.integer({ min: Date.UTC(2020, 11, 25), max: Date.UTC(2021, 0, 10) }),
  fc.integer({ min: Date.UTC(2024, 1, 27), max: Date.UTC(2024, 2, 2) }),
)
const planted: fc.Arbitrary<Planted> = fc
  .record({
    moment,
    nanoseconds: fc.integer({ min: 1, max: 999_999 }),
    offset: fc.constantFrom(0, 0, 120, -330, 765),
    hostname: fc.constantFrom('here', 'here', 'there'),
    paths: fc.constantFrom(['/'], ['/'], ['/b', '/a'], ['/a', '/b']),
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
  })
  .map(({ moment: at, nanoseconds, offset, ...rest }) => ({ ...rest, time: zoned(at, nanoseconds, offset) }))

function zoned(at: number, nanoseconds: number, offset: number): string {
  const wall = new Date(at + offset * 60_000).toISOString().slice(0, -1)
  const minutes = Math.abs(offset)
  const two = (value: number) => String(value).padStart(2, '0')
  const zone =
    offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  return `${wall}${String(nanoseconds).padStart(6, '0')}${zone}`
}

const flags: readonly (readonly [keyof KeepPolicy, string])[] = [
  ['last', 'last'],
  ['hourly', 'hourly'],
  ['daily', 'daily'],
  ['weekly', 'weekly'],
  ['monthly', 'monthly'],
  ['yearly', 'yearly'],
  ['within', 'within'],
  ['withinHourly', 'within-hourly'],
  ['withinDaily', 'within-daily'],
  ['withinWeekly', 'within-weekly'],
  ['withinMonthly', 'within-monthly'],
  ['withinYearly', 'within-yearly'],
]

function parametersOf(given: KeepPolicy): string[] {
  const tags = (given.tags ?? []).flatMap((list) => ['--keep-tag', list.join(',')])
  return flags
    .flatMap(([key, flag]) => (given[key] ? [`--keep-${flag}`, String(given[key])] : []))
    .concat(tags)
}

test('random policies remove the same random snapshots as stock restic', async (context) => {
  const { repository, restic } = await localRepository(context)
  const [snapshots = []] = fc.sample(fc.array(planted, { minLength: 120, maxLength: 120 }), {
    seed: 7,
    numRuns: 1,
  })
  await plant(repository, snapshots)
  const groupings = fc.constantFrom<GroupKey[]>(['host', 'paths'], ['host'], ['paths', 'tags'], [])
  const cases = fc.sample(fc.tuple(policy, groupings), { seed: 11, numRuns: 25 })
  let removals = 0
  for (const [given, groupBy] of cases) {
    const output = await restic(
      'forget',
      '--json',
      '--dry-run',
      '--group-by',
      groupBy.join(','),
      ...parametersOf(given),
    )
    const theirs: { remove: { id: string }[] | null }[] = output.trim() === '' ? [] : JSON.parse(output)
    const expected = theirs.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id)).toSorted()
    const groups = await forget(repository, given, { groupBy, dryRun: true, allowRemovingAll: true })
    // Old releases of restic do not keep the oldest snapshot of a group for its own sake while a count is left; newer ones do.
    const oldest = groups.flatMap(({ keep, remove }) => {
      const last = keep.at(-1)?.snapshot
      return last && remove.every(({ time }) => Date.parse(time) >= Date.parse(last.time)) ? [last] : []
    })
    const keptForAge = oldest.map(({ id }) => id).filter((id) => expected.includes(id))
    assert.deepEqual(
      [...removedIds(groups), ...keptForAge].toSorted(),
      expected,
      JSON.stringify({ given, groupBy }),
    )
    removals += expected.length
  }
  assert.ok(removals > 300, `the cases remove something: ${removals}`)
})

test('forgetting removes the snapshot files the policy does not keep, and nothing in a dry run', async (context) => {
  const { repository, restic } = await localRepository(context)
  const days = [1, 2, 3, 4, 5].map((day) => ({ time: `2024-05-0${day}T12:00:00Z` }))
  const ids = await plant(repository, days)
  await forget(repository, { last: 2 }, { dryRun: true })
  assert.equal((await repository.listSnapshots()).length, 5)
  const [group] = await forget(repository, { last: 2 })
  assert.deepEqual(
    group?.keep.map(({ snapshot, reasons }) => [snapshot.id, ...reasons]),
    [
      [ids[4], 'last snapshot'],
      [ids[3], 'last snapshot'],
    ],
  )
  assert.equal(JSON.parse(await restic('snapshots', '--json')).length, 2)
  await restic('check')
})

test('a policy without rules removes nothing; one that keeps nothing is refused unless allowed', async (context) => {
  const repository = await newRepository(context, memoryBackend())
  await plant(repository, [{ time: '2024-05-01T12:00:00Z' }, { time: '2024-05-02T12:00:00Z', tags: ['x'] }])
  assert.deepEqual(removedIds(await forget(repository, {})), [])
  assert.deepEqual(removedIds(await forget(repository, { last: 0, within: '0h' })), [])
  await assert.rejects(forget(repository, { tags: [['other']] }), { code: 'STO_POLICY_KEEPS_NOTHING' })
  assert.equal((await repository.listSnapshots()).length, 2)
  await forget(
    repository,
    { tags: [['other']] },
    { allowRemovingAll: true, select: ({ tags }) => tags.length > 0 },
  )
  assert.equal((await repository.listSnapshots()).length, 1)
})

test('rules that cannot be understood are refused', async (context) => {
  const repository = await newRepository(context, memoryBackend())
  for (const wrong of [{ last: -1 }, { daily: 1.5 }, { within: '3 weeks' }, { withinDaily: '-1d' }]) {
    await assert.rejects(forget(repository, wrong), { code: 'STO_POLICY_INVALID' })
  }
})

test('“unlimited” keeps the newest of every bucket', async (context) => {
  const repository = await newRepository(context, memoryBackend())
  await plant(
    repository,
    [1, 2, 3].flatMap((day) => [3, 9].map((hour) => ({ time: `2024-05-0${day}T0${hour}:00:00Z` }))),
  )
  const [group] = await forget(repository, { daily: 'unlimited' })
  // The oldest one stays as well, as with restic.
  assert.deepEqual(
    group?.keep.map(({ snapshot }) => snapshot.time.slice(8, 13)),
    ['03T09', '02T09', '01T09', '01T03'],
  )
})

test('nothing is forgotten while somebody uses the repository', async (context) => {
  const repository = await newRepository(context, memoryBackend())
  await plant(repository, [{ time: '2024-05-01T12:00:00Z' }, { time: '2024-05-02T12:00:00Z' }])
  const lock = await repository.lock('shared')
  await assert.rejects(forget(repository, { last: 1 }), { code: 'STO_LOCKED' })
  await lock.release()
  assert.equal((await repository.listSnapshots()).length, 2)
})

/** Schedules as arithmetic, over simulated years with their clock changes; no database, no server. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Schedule } from '../../src/contract/index.ts'
import { isBlackedOut, nextStart } from '../../src/organizations/index.ts'
import { upcomingStarts } from '../../src/organizations/protection/schedule.ts'

const hour = 3_600_000
const day = 24 * hour
const start = Date.parse('2027-01-01T00:00:00Z')

/** Every start of two years. */
function startsOf(schedule: Schedule, from = '2027-01-01', to = '2029-01-01'): number[] {
  const starts: number[] = []
  const end = Date.parse(to)
  for (let at = Date.parse(from); ; ) {
    const next = nextStart(schedule, at)
    assert.ok(next !== null && next > at, 'time goes on')
    if (next >= end) return starts
    starts.push(next)
    at = next
  }
}
const local = (timeZone: string, at: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)

for (const timeZone of [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
]) {
  test(`each time of day comes once a day in ${timeZone}, also where the clock skips or repeats it`, () => {
    const starts = startsOf({
      rule: { kind: 'times', times: ['02:30', '13:00'] },
      timeZone,
      blackouts: [],
    })
    const days = new Map<string, string[]>()
    for (const at of starts) {
      const [date = '', time = ''] = local(timeZone, at).split(' ')
      days.set(date, [...(days.get(date) ?? []), time])
    }
    const whole = [...days].slice(1, -1)
    assert.ok(whole.length > 2 * 365 - 4)
    for (const [date, times] of whole) {
      assert.equal(times.length, 2, `${date}: ${times.join(', ')}`)
      assert.equal(times[1], '13:00', date)
      // Skipped: as long after midnight as ever.
      assert.ok(['02:30', '03:30'].includes(times[0] ?? ''), `${date}: ${times[0]}`)
    }
    assert.ok(whole.filter(([, [first]]) => first !== '02:30').length <= 3)
  })
}

test('intervals that divide a day begin at midnight of the zone, others are counted through', () => {
  const six = startsOf({ rule: { kind: 'interval', minutes: 360 }, timeZone: 'Europe/Berlin', blackouts: [] })
  const times = new Set(six.map((at) => local('Europe/Berlin', at).slice(11)))
  assert.deepEqual([...times].sort(), ['00:00', '06:00', '12:00', '18:00'])
  assert.ok(Math.abs(six.length - 4 * 2 * 365.25) < 6)
  const odd = startsOf({ rule: { kind: 'interval', minutes: 100 }, timeZone: 'Europe/Berlin', blackouts: [] })
  assert.ok(odd.every((at, index) => index === 0 || at - (odd[index - 1] ?? 0) === 100 * 60_000))
})

test('nothing starts in a blackout, across midnight and clock changes; what falls into one starts once when it ends', () => {
  const schedule: Schedule = {
    rule: { kind: 'interval', minutes: 30 },
    timeZone: 'Europe/Berlin',
    blackouts: [
      { from: '22:00', to: '04:00' },
      { from: '12:15', to: '12:45' },
    ],
  }
  // Around the two nights of a year.
  const starts = [
    ...startsOf(schedule, '2027-03-20', '2027-04-05'),
    ...startsOf(schedule, '2027-10-25', '2027-11-05'),
  ]
  assert.ok(starts.every((at) => !isBlackedOut(schedule, at)))
  const times = new Set(starts.map((at) => local('Europe/Berlin', at).slice(11)))
  assert.ok(times.has('12:45') && times.has('04:00') && !times.has('12:30') && !times.has('22:00'))
  assert.equal(times.size, 36 + 1 - 1)
})

test('a cron expression is read in the zone of the schedule', () => {
  const starts = startsOf({
    rule: { kind: 'cron', expression: '15 3 1 */3 *' },
    timeZone: 'America/New_York',
    blackouts: [],
  })
  assert.deepEqual(
    starts.slice(0, 3).map((at) => local('America/New_York', at)),
    ['2027-01-01 03:15', '2027-04-01 03:15', '2027-07-01 03:15'],
  )
  assert.equal(starts.length, 8)
})

test('what was missed is due now, or when the blackout that is on ends, and then the plan goes on', () => {
  const schedule: Schedule = {
    rule: { kind: 'times', times: ['01:00'] },
    timeZone: 'UTC',
    blackouts: [{ from: '08:00', to: '18:00' }],
  }
  const served = start
  const texts = (now: number) =>
    upcomingStarts(schedule, served, now, 2).map((at) => new Date(at).toISOString())
  assert.deepEqual(texts(start + 3 * day + 3 * hour), [
    '2027-01-04T03:00:00.000Z',
    '2027-01-05T01:00:00.000Z',
  ])
  assert.deepEqual(texts(start + 3 * day + 9 * hour), [
    '2027-01-04T18:00:00.000Z',
    '2027-01-05T01:00:00.000Z',
  ])
  assert.deepEqual(upcomingStarts({ ...schedule, rule: { kind: 'none' } }, served, start, 2), [])
})

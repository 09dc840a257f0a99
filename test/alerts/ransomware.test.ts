import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { conditionOf } from '../../src/alerts/ransomware/alarm.ts'
import {
  type ChangeDay,
  judge,
  type MailboxFinding,
  type MailboxHistory,
} from '../../src/alerts/ransomware/judge.ts'
import { median, quantile, robustScore } from '../../src/alerts/ransomware/statistics.ts'
import type { ResourceWorkload } from '../../src/contract/index.ts'

/** Chance that is the same every time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Person {
  id: string
  items: number
  /** Mails deleted on a usual day. */
  habit: number
  joins: number
  leaves: number
  /** Empties the trash on this weekday only. */
  weekly: number | null
  away: readonly [number, number]
}

const firstDay = 20_600

/**
 * An organization's normal life: newcomers, a leaver, people who tidy up once, who delete everything on Fridays, holidays, Mondays with twice the
 * mails, drafts that change, weekends at which hardly anything happens.
 */
function normalLife(seed: number, days: number): MailboxHistory[] {
  const random = chance(seed)
  const between = (low: number, high: number) => Math.floor(low + random() * (high - low + 1))
  const people: Person[] = Array.from({ length: 25 }, (_one, number) => {
    const away = between(0, days)
    return {
      id: `person-${number}`,
      items: between(200, 12_000),
      habit: between(0, 40),
      joins: number >= 22 ? between(3, days - 5) : 0,
      leaves: number === 0 ? between(days - 20, days - 2) : days,
      weekly: random() < 0.2 ? between(0, 4) : null,
      away: [away, away + (random() < 0.5 ? between(5, 14) : 0)],
    }
  })
  const tidying = new Map(people.slice(3, 9).map(({ id }) => [id, between(5, days - 1)]))
  const holiday = between(4, days - 2)
  return people.map((person) => {
    let { items } = person
    if (person.joins > 0) items = between(0, 20)
    const history: ChangeDay[] = []
    for (let day = person.joins; day < person.leaves; day += 1) {
      const weekday = (firstDay + day) % 7
      // 1970-01-01 was a Thursday: remainder 2 is a Saturday.
      const works =
        weekday !== 2 && weekday !== 3 && day !== holiday && !(day >= person.away[0] && day < person.away[1])
      const busy = weekday === 4 ? 2 : 1
      const itemsBefore = items
      let removed = works ? between(0, person.habit * busy) : between(0, 2)
      if (person.weekly !== null && works)
        removed =
          (weekday + 3) % 7 === person.weekly ? between(person.habit * 4, person.habit * 6) : between(0, 2)
      if (tidying.get(person.id) === day) removed += Math.floor(items * (0.1 + random() * 0.25))
      if (day === person.away[1] && person.away[1] > person.away[0]) removed += between(50, 150)
      removed = Math.min(removed, items)
      const created = works ? between(10, 60) * busy : between(0, 5)
      const changed = works ? Math.min(items, between(0, 8)) : 0
      items += created - removed
      history.push({ day: firstDay + day, itemsBefore, removed, changed, days: 1 })
    }
    return { id: person.id, name: `${person.id}@contoso.example`, workload: 'mail', days: history }
  })
}

const isQuiet = ({ mailboxes, spread }: ReturnType<typeof judge>) => mailboxes.length + spread.length === 0

test('is silent on each of 30 days of normal life, over twenty seeds', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const life = normalLife(seed, 60)
    for (let day = 30; day < 60; day += 1) {
      const found = judge(life, firstDay + day)
      assert.ok(isQuiet(found), `seed ${seed}, day ${day}: ${JSON.stringify(found)}`)
    }
  }
})

test('is silent through the first 30 days of an installation too', () => {
  for (let seed = 101; seed <= 110; seed += 1) {
    const life = normalLife(seed, 30)
    for (let day = 0; day < 30; day += 1) {
      const found = judge(life, firstDay + day)
      assert.ok(isQuiet(found), `seed ${seed}, day ${day}: ${JSON.stringify(found)}`)
    }
  }
})

/** The life of seed 7 with a change of some days of some mailboxes. */
function planted(day: number, change: (one: ChangeDay, position: number) => Partial<ChangeDay>, until = day) {
  const today = firstDay + until
  const life = normalLife(7, until + 1).filter(({ days }) => days.at(-1)?.day === today && days.length > 20)
  const histories = life.map((mailbox, position) => ({
    ...mailbox,
    days: mailbox.days.map((one) => (one.day < firstDay + day ? one : { ...one, ...change(one, position) })),
  }))
  return { histories, found: judge(histories, today) }
}

test('fires on a mass deletion in one mailbox, and says how much and what is usual', () => {
  const { histories, found } = planted(40, (one, position) =>
    position === 5 ? { itemsBefore: 5020, removed: 4812 } : one,
  )
  const [finding, ...others] = found.mailboxes
  assert.equal(others.length, 0)
  assert.equal(finding?.mailboxId, histories[5]?.id)
  assert.equal(finding?.measure, 'removed')
  assert.equal(finding?.count, 4812)
  assert.ok((finding?.usualMost ?? 9999) < 200)
  assert.deepEqual(found.spread, [])
})

test('fires on a mass change, as encryption in place is', () => {
  const { found } = planted(40, (one, position) =>
    position === 2
      ? { changed: Math.floor(one.itemsBefore * 0.9), itemsBefore: one.itemsBefore + 1000 }
      : one,
  )
  assert.deepEqual(
    found.mailboxes.map(({ measure }) => measure),
    ['changed'],
  )
})

test('fires on many mailboxes that lose some on one day, none of which would be an alarm alone', () => {
  const { histories, found } = planted(40, (one, position) =>
    position % 2 === 0
      ? { itemsBefore: one.itemsBefore + 5000, removed: Math.floor((one.itemsBefore + 5000) * 0.2) }
      : one,
  )
  assert.deepEqual(found.mailboxes, [])
  const day = found.spread.find(({ kind }) => kind === 'day')
  assert.equal(day?.measure, 'removed')
  assert.ok((day?.mailboxes ?? 0) >= histories.length / 3)
})

test('fires on a slow burn across many mailboxes before the week is over', () => {
  // Four to five percent a day: on no day unusual enough by itself.
  const daily = (one: ChangeDay, position: number) =>
    position % 2 === 0 ? { itemsBefore: 6000, removed: 290 } : one
  const fired = [0, 1, 2, 3, 4, 5, 6].map((after) => planted(40, daily, 40 + after).found)
  assert.ok(fired[0] && isQuiet(fired[0]), 'the first day alone is no alarm')
  const first = fired.findIndex((found) => !isQuiet(found))
  assert.ok(first >= 1 && first <= 5, `on day ${first}`)
  assert.equal(fired[first]?.spread[0]?.kind, 'week')
})

test('fires on many mailboxes that are hit one after the other within a week', () => {
  const { found } = planted(
    40,
    (one, position) =>
      one.day - firstDay - 40 === position % 7 ? { itemsBefore: 6000, removed: 1800 } : { itemsBefore: 6000 },
    46,
  )
  assert.equal(found.spread[0]?.kind, 'week')
})

test('a mailbox of which little is known fires only on what nobody does by hand', () => {
  const young = (removed: number, itemsBefore: number): MailboxHistory => ({
    workload: 'mail',
    id: 'young',
    name: 'young',
    days: [0, 1, 2].map((day) => ({
      day,
      itemsBefore,
      changed: 0,
      removed: day === 2 ? removed : 0,
      days: 1,
    })),
  })
  assert.ok(isQuiet(judge([young(400, 500)], 2)))
  assert.ok(isQuiet(judge([young(1000, 5000)], 2)))
  assert.equal(judge([young(4000, 5000)], 2).mailboxes.length, 1)
})

test('what a week without runs brings at once is compared with a week', () => {
  const days = Array.from({ length: 30 }, (_one, day) => ({
    day,
    itemsBefore: 1000,
    changed: 0,
    removed: 90,
    days: 1,
  }))
  const after = (over: number): MailboxHistory => ({
    workload: 'mail',
    id: 'a',
    name: 'a',
    days: [...days, { day: 37, itemsBefore: 1000, changed: 0, removed: 630, days: over }],
  })
  assert.ok(isQuiet(judge([after(7)], 37)))
  assert.equal(judge([after(1)], 37).mailboxes.length, 1)
})

test('median and quantile lie within the values, keep order, and one wild value moves neither far', () => {
  const counts = fc.array(fc.nat(10_000), { minLength: 5, maxLength: 60 })
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const low = Math.min(...values)
      const high = Math.max(...values)
      const value = quantile(values, share)
      assert.ok(value >= low && value <= high)
      assert.ok(quantile(values, Math.min(1, share + 0.1)) >= value)
      assert.equal(median(values), median([...values].reverse()))
      // One value more moves the median at most to a neighbour, however wild it is.
      const sorted = [...values].sort((a, b) => a - b)
      const moved = median([...values, 1e12])
      assert.ok(moved <= (sorted[Math.ceil(sorted.length / 2)] ?? high))
    }),
  )
})

test('a robust score is finite, grows with the value, and is no more than the value itself where nothing ever happens', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { maxLength: 40 }),
      fc.nat(10_000),
      fc.nat(1000),
      (usual, value, more) => {
        const score = robustScore(value, usual)
        assert.ok(Number.isFinite(score))
        assert.ok(robustScore(value + more, usual) >= score)
      },
    ),
  )
  assert.equal(robustScore(3, Array(30).fill(0)), 3)
  assert.equal(robustScore(5, []), 5)
})

test('whoever deletes nothing and has everything deleted fires, whatever the history is', () => {
  const days = fc.array(fc.nat(20), { minLength: 10, maxLength: 34 })
  fc.assert(
    fc.property(days, fc.integer({ min: 500, max: 100_000 }), (removed, items) => {
      const history = removed.map((count, day) => ({
        day,
        itemsBefore: items,
        changed: 0,
        removed: count,
        days: 1,
      }))
      const today = history.length
      const last = { day: today, itemsBefore: items, changed: 0, removed: items, days: 1 }
      const found = judge([{ id: 'a', name: 'a', workload: 'mail', days: [...history, last] }], today)
      assert.equal(found.mailboxes.length, 1)
    }),
  )
})

test('the alert calls what is gone by its name, and what is of several kinds by none', () => {
  const finding = (workload: ResourceWorkload): MailboxFinding => ({
    mailboxId: workload,
    name: 'anna@contoso.example',
    workload,
    measure: 'removed',
    count: 900,
    itemsBefore: 1000,
    usualMost: 3,
    knownDays: 30,
  })
  const told = (...workloads: ResourceWorkload[]) => {
    const { title, detail } = conditionOf({
      run: { runId: 'r', organizationId: 'o', sequence: 2, finishedAt: new Date(0) },
      today: 0,
      name: 'Contoso',
      mailboxes: workloads.map(finding),
      spread: [],
      point: null,
    })
    return `${title}: ${detail}`
  }
  assert.match(told('drive'), /in the drive anna@contoso\.example of Contoso: 900 of 1,000 files of anna/)
  assert.match(told('calendar'), /in the mailbox anna@contoso\.example of Contoso: 900 of 1,000 events of/)
  assert.match(told('drive', 'mail'), /in 2 mailboxes and drives of Contoso: 900 of 1,000 files .* mails of/)
  const spread = { measure: 'removed', kind: 'day', mailboxes: 5, ofMailboxes: 9, count: 400 } as const
  const wide = (workloads: ResourceWorkload[]) =>
    conditionOf({
      run: { runId: 'r', organizationId: 'o', sequence: 2, finishedAt: new Date(0) },
      today: 0,
      name: 'Contoso',
      mailboxes: [],
      spread: [{ ...spread, workloads, itemsBefore: 900, usualMost: 2 }],
      point: null,
    }).detail
  assert.match(wide(['mail']), /^400 of 900 mails in 5 of 9 mailboxes deleted in one day/)
  assert.match(wide(['drive', 'mail']), /^400 of 900 items in 5 of 9 mailboxes and drives deleted in one day/)
})

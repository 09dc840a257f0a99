import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPacer, filesBudget } from '../../src/microsoft/index.ts'
import { standingClock } from './support.ts'

const budgetOf = (concurrency: number, unitsPerWindow: number, reserved = 0) => ({
  concurrency,
  unitsPerWindow,
  reserved,
  windowMs: 60_000,
  unitsTakePlaces: true,
})
const soon = () => new Promise((resolve) => setImmediate(resolve))

test('four requests of a mailbox run at a time, and a fifth starts when one ends', async () => {
  const pacer = createPacer({ clock: standingClock() })
  const places = await Promise.all([1, 2, 3, 4].map(() => pacer.acquire({ key: 'a' })))
  let fifth = false
  const waiting = pacer.acquire({ key: 'a' }).then((release) => {
    fifth = true
    return release
  })
  await soon()
  assert.equal(fifth, false)
  places[0]?.()
  places[0]?.() // giving back twice must not make a fifth place
  await waiting
  let sixth = false
  void pacer.acquire({ key: 'a' }).then(() => {
    sixth = true
  })
  await soon()
  assert.equal(sixth, false)
})

test('a fence holds one key exactly until its time, and no other key', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock })
  pacer.fence('a', clock.now() + 7_000)
  let started = false
  const fenced = pacer.acquire({ key: 'a' }).then(() => {
    started = true
  })
  await pacer.acquire({ key: 'b' })
  await clock.move(6_999)
  assert.equal(started, false)
  await clock.move(1)
  await fenced
  assert.equal(pacer.fencedFor('a'), 0)
})

test('a fence that grows while requests wait is honoured', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock })
  pacer.fence('a', clock.now() + 1_000)
  let started = false
  const fenced = pacer.acquire({ key: 'a' }).then(() => {
    started = true
  })
  pacer.fence('a', clock.now() + 3_000)
  await clock.move(1_000)
  await clock.move(1_000)
  assert.equal(started, false)
  await clock.move(1_000)
  await fenced
})

test('restores go before backups that wait longer', async () => {
  const pacer = createPacer({ clock: standingClock(), budget: budgetOf(1, 100) })
  const order: string[] = []
  const first = await pacer.acquire({ key: 'a' })
  const run = async (name: string, priority: 'high' | 'normal') => {
    const release = await pacer.acquire({ key: 'a', priority })
    order.push(name)
    release()
  }
  const all = Promise.all([run('backup 1', 'normal'), run('backup 2', 'normal'), run('restore', 'high')])
  first()
  await all
  assert.deepEqual(order, ['restore', 'backup 1', 'backup 2'])
})

test('no more requests than allowed start in a window, which slides', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock, budget: budgetOf(100, 10) })
  let started = 0
  for (let number = 0; number < 15; number += 1) {
    void pacer.acquire({ key: 'a' }).then((release) => {
      started += 1
      release()
    })
  }
  await soon()
  assert.equal(started, 10)
  await clock.move(59_000)
  assert.equal(started, 10)
  await clock.move(3_000)
  assert.equal(started, 15)
})

test('who gives up leaves the queue, and later ones still get their turn', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock })
  pacer.fence('a', clock.now() + 1_000)
  const controller = new AbortController()
  const given = pacer.acquire({ key: 'a', signal: controller.signal })
  controller.abort(new Error('enough'))
  await assert.rejects(given, /enough/)
  const later = pacer.acquire({ key: 'a' })
  await clock.move(1_000)
  await later
})

test('a batch takes as many places and starts as it holds requests', async () => {
  const pacer = createPacer({ clock: standingClock() })
  const batch = await pacer.acquire({ key: 'a', weight: 20 })
  let single = false
  const waiting = pacer.acquire({ key: 'a' }).then(() => {
    single = true
  })
  await soon()
  assert.equal(single, false)
  batch()
  await waiting
})

test('a share of the units of a minute is kept for what goes first, and does not wait behind the rest', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock, budget: budgetOf(100, 10, 4) })
  for (let number = 0; number < 6; number += 1) await pacer.acquire({ key: 'a' })
  let ordinary = false
  void pacer.acquire({ key: 'a' }).then(() => {
    ordinary = true
  })
  for (let number = 0; number < 4; number += 1) await pacer.acquire({ key: 'a', priority: 'high' })
  await soon()
  assert.equal(ordinary, false)
  await clock.move(62_000)
  assert.equal(ordinary, true)
})

test('resource units of files are a cost and take one place', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock })
  const files = { key: 'files', budget: filesBudget }
  const places = await Promise.all([1, 2, 3, 4].map(() => pacer.acquire({ ...files, weight: 5 })))
  for (let units = 20; units < filesBudget.unitsPerWindow - filesBudget.reserved; units += 5) {
    const release = await pacer.acquire({ ...files, weight: 5 })
    release()
  }
  for (const release of places) release()
  let beyond = false
  void pacer.acquire({ ...files, weight: 5 }).then(() => {
    beyond = true
  })
  await soon()
  assert.equal(beyond, false)
  await clock.move(62_000)
  assert.equal(beyond, true)
})

test('how much is used is that of the fullest key of the application, and sinks when the window has passed', async () => {
  const clock = standingClock()
  const pacer = createPacer({ clock })
  assert.equal(pacer.used('app|'), 0)
  for (const [key, weight] of [
    ['app|mailbox:a', 3],
    ['app|mailbox:b', 1],
    ['other|mailbox:a', 8],
  ] as const)
    for (let count = 0; count < weight; count++) (await pacer.acquire({ key, budget: budgetOf(4, 10) }))()
  assert.equal(pacer.used('app|'), 0.3)
  assert.equal(pacer.used('other|'), 0.8)
  await clock.move(62_000)
  assert.equal(pacer.used('app|'), 0)
})

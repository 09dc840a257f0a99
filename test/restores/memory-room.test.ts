import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryRoom } from '../../src/jobs/restores/memory-room.ts'

const never = new AbortController().signal

test('work waits for room in the order of asking, and what is larger than all goes alone', async () => {
  const room = createMemoryRoom(10)
  const log: string[] = []
  const ends = new Map<string, () => void>()
  const hold = (name: string, size: number, signal = never) =>
    room.hold(size, signal, async () => {
      log.push(name)
      await new Promise<void>((resolve) => ends.set(name, resolve))
    })
  const end = async (name: string, work: Promise<void>) => {
    ends.get(name)?.()
    await work
    // Those that were let in begin.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const one = hold('one', 6)
  const two = hold('two', 4)
  const large = hold('large', 100)
  const small = hold('small', 1)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(log, ['one', 'two'])
  await end('one', one)
  assert.deepEqual(log, ['one', 'two'], 'nobody passes by who asked earlier')
  await end('two', two)
  assert.deepEqual(log, ['one', 'two', 'large'])
  await end('large', large)
  assert.deepEqual(log, ['one', 'two', 'large', 'small'])
  await end('small', small)
})

test('who gives up waiting makes way, and failed work gives its room back', async () => {
  const room = createMemoryRoom(10)
  await assert.rejects(
    room.hold(10, never, async () => {
      throw new Error('it failed')
    }),
    /it failed/,
  )
  let finish = () => {}
  const first = room.hold(6, never, () => new Promise<void>((resolve) => (finish = resolve)))
  const cancelled = new AbortController()
  const waiting = room.hold(10, cancelled.signal, async () => assert.fail('it was cancelled'))
  const behind = room.hold(4, never, async () => 'done')
  cancelled.abort(new Error('cancelled'))
  await assert.rejects(waiting, /cancelled/)
  assert.equal(await behind, 'done')
  finish()
  await first
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBufferPool } from '../../src/repository/write/buffer-pool.ts'

/** Which of the promises are fulfilled by now. */
async function settled(...promises: Promise<unknown>[]): Promise<boolean[]> {
  const done = promises.map(() => false)
  promises.forEach((promise, number) => {
    promise.then(() => (done[number] = true)).catch(() => undefined)
  })
  await new Promise(setImmediate)
  return done
}

test('buffers serve again, and whoever finds none waits in line', async () => {
  const pool = createBufferPool(100, 2)
  const [first, second] = [await pool.take(10), await pool.take(100)]
  assert.deepEqual([first.length, second.length], [100, 100])
  const [third, fourth] = [pool.take(1), pool.take(1)]
  assert.deepEqual(await settled(third, fourth), [false, false])
  pool.give(second)
  assert.deepEqual(await settled(third, fourth), [true, false])
  assert.equal((await third).buffer, second.buffer)
  pool.give(first)
  assert.equal((await fourth).buffer, first.buffer)
})

test('a larger buffer counts for as many as it is large, and is not passed by', async () => {
  const pool = createBufferPool(100, 3)
  const small = await pool.take(5)
  const large = pool.take(250)
  const later = pool.take(5)
  assert.deepEqual(await settled(large, later), [false, false])
  pool.give(small)
  assert.deepEqual(await settled(large, later), [true, false])
  assert.equal((await large).length, 250)
  pool.give(await large)
  assert.deepEqual(await settled(later), [true])
  pool.give(await later)
  // Larger than all of them together: alone it gets through.
  const huge = await pool.take(5000)
  assert.deepEqual(await settled(pool.take(1)), [false])
  pool.give(huge)
})

test('a pool that failed rejects who waits, and who comes later', async () => {
  const pool = createBufferPool(100, 1)
  const first = await pool.take(1)
  const waiting = pool.take(1)
  pool.fail(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  pool.give(first)
  await assert.rejects(pool.take(1), /enough/)
})

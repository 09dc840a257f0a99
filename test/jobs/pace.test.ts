/** Several lists at once, and what a run under way tells of its pace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanes, inParallel } from '../../src/jobs/resource/in-parallel.ts'
import { type RunRow, runView } from '../../src/jobs/runs/run-view.ts'

test('a lane whose work waits keeps no other lane from its own', async () => {
  const released = Promise.withResolvers<void>()
  const done: string[] = []
  const drives = { items: ['drive 1', 'drive 2', 'drive 3'], limit: 2 }
  const mailboxes = { items: ['mailbox 1', 'mailbox 2', 'mailbox 3'], limit: 1 }
  const results = await inLanes([drives, mailboxes], async (item) => {
    if (item.startsWith('drive')) await released.promise
    done.push(item)
    if (item === 'mailbox 3') released.resolve()
    return item.length
  })
  assert.deepEqual(done, ['mailbox 1', 'mailbox 2', 'mailbox 3', 'drive 1', 'drive 2', 'drive 3'])
  assert.deepEqual(results, [
    [7, 7, 7],
    [9, 9, 9],
  ])
})

test('an error in one lane stops all of them, once what is under way has ended', async () => {
  const begun: number[] = []
  const ended: number[] = []
  const failing = Promise.withResolvers<void>()
  const work = async (item: number) => {
    begun.push(item)
    if (item === 1) {
      failing.reject(new Error('broken'))
      return failing.promise
    }
    await failing.promise.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    ended.push(item)
  }
  const lanes = [
    { items: [1, 2], limit: 1 },
    { items: [3, 4], limit: 1 },
  ]
  await assert.rejects(inLanes(lanes, work), { message: 'broken' })
  assert.deepEqual([begun, ended], [[1, 3], [3]])
  assert.deepEqual(await inParallel([1, 2, 3], 2, async (item) => item * 2), [2, 4, 6])
})

test('a run tells how much of the limits is used while it is under way, and not after', () => {
  const row = {
    id: 'run',
    organization_id: 'organization',
    sequence: 1,
    state: 'running',
    created_at: new Date(0),
    started_at: new Date(0),
    finished_at: null,
    counts: { itemsSeen: 50, budgetUsed: 0.41234 },
    items_expected: 200,
    snapshot_id: null,
    forgotten_at: null,
    error: null,
  } as unknown as RunRow
  const view = runView(row, 10_000)
  assert.deepEqual([view.budgetUsed, view.itemsPerSecond, view.secondsLeft], [0.412, 5, 30])
  assert.ok(!('budgetUsed' in view.counts))
  assert.equal(runView({ ...row, state: 'succeeded' }, 10_000).budgetUsed, null)
})

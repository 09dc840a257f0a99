import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatches } from '../../src/security/audit/batches.ts'

test('what arrives during a write is written together, in order; a failed batch fails its own alone; too many are refused', async () => {
  const written: number[][] = []
  const gates: PromiseWithResolvers<void>[] = []
  const batches = createBatches<number>({
    largest: 3,
    mostWaiting: 4,
    full: () => new Error('full'),
    write: async (items) => {
      written.push([...items])
      const gate = Promise.withResolvers<void>()
      gates.push(gate)
      await gate.promise
    },
  })
  const settled = [1, 2, 3, 4, 5].map((item) => batches.add(item).then(() => 'written', String))
  await assert.rejects(batches.add(6), /full/)
  assert.deepEqual(written, [[1]])
  gates[0]?.resolve()
  await settled[0]
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(written, [[1], [2, 3, 4]])
  gates[1]?.reject(new Error('disk'))
  await settled[3]
  await new Promise((resolve) => setImmediate(resolve))
  gates[2]?.resolve()
  assert.deepEqual(await Promise.all(settled), [
    'written',
    'Error: disk',
    'Error: disk',
    'Error: disk',
    'written',
  ])
  const last = batches.add(7)
  gates[3]?.resolve()
  await last
})

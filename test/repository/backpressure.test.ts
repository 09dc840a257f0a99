import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type Backend, memoryBackend } from '../../src/repository/index.ts'
import { findingCodes, newRepository, openedRepository } from './support.ts'

const megabyte = 1_000_000
/** Bytes that do not compress, each blob of its own. */
const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16))
const blob = () => stream.update(Buffer.alloc(megabyte))

/** A place that takes nothing until it is told to. */
function closedPlace(memory: Backend) {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { promise: full, resolve: isFull } = Promise.withResolvers<void>()
  let saving = 0
  const backend: Backend = {
    ...memory,
    async save(type, name, bytes, signal) {
      if (type === 'data') {
        if (++saving === 3) isFull()
        await opened
      }
      return memory.save(type, name, bytes, signal)
    },
  }
  return { backend, open, full, saving: () => saving }
}

test('a place that does not take packs holds back the callers: memory is bounded, nothing is lost', async (context) => {
  const memory = memoryBackend()
  await newRepository(context, memory)
  const place = closedPlace(memory)
  const repository = await openedRepository(context, place.backend)
  const writer = repository.writer()
  let accepted = 0
  const ids: string[] = []
  const callers = Array.from({ length: 4 }, async () => {
    for (let item = 0; item < 60; item++) {
      const { id } = await writer.saveData(blob())
      accepted += megabyte
      ids.push(id)
    }
  })
  await place.full
  // As long as nothing is taken, this bound holds at any time.
  await setTimeout(300)
  assert.ok(place.saving() <= 6, `${place.saving()} packs are being saved`)
  assert.ok(accepted < 140 * megabyte, `${accepted} bytes were accepted while nothing could be stored`)
  place.open()
  await Promise.all(callers)
  await writer.flush()
  assert.equal(writer.statistics.blobsNew, 240)
  // No snapshot refers to them; nothing else is wrong.
  assert.deepEqual(await findingCodes(repository), ['STO_PACK_UNREACHABLE'])
  for (const id of ids) assert.ok(repository.hasBlob('data', id))
})

test('whoever waits for a place that does not answer can be cancelled', async (context) => {
  const memory = memoryBackend()
  await newRepository(context, memory)
  const place = closedPlace(memory)
  const repository = await openedRepository(context, place.backend)
  const stop = new AbortController()
  const writer = repository.writer(stop.signal)
  const callers = Promise.allSettled(Array.from({ length: 200 }, () => writer.saveData(blob())))
  await place.full
  stop.abort(new Error('enough'))
  const outcomes = await callers
  assert.ok(outcomes.some(({ status }) => status === 'rejected'))
  await assert.rejects(writer.flush(), /enough/)
  place.open()
  const codes = await findingCodes(await openedRepository(context, memory))
  assert.ok(
    codes.every((code) => code === 'STO_PACK_NOT_INDEXED'),
    codes.join(),
  )
})

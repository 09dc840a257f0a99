/** Maintenance in places that keep files for a set time: nothing breaks, and what is kept is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorFactory } from '../../src/errors/index.ts'
import {
  type Backend,
  extendRetention,
  forget,
  memoryBackend,
  prune,
  repositoryErrors,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, type Files, filesOf } from './material.ts'
import { findingCodes, newRepository, openedRepository, severeFindings } from './support.ts'

const fail = errorFactory(repositoryErrors)

/** A place that does not let go of what `keeps` says, as a container with an immutability policy. */
function keeping(inner: Backend, keeps: (type: string) => boolean): Backend {
  return {
    ...inner,
    async remove(type, name, signal) {
      if (keeps(type)) throw fail('STO_FILE_RETAINED', { place: 'test', type, name })
      await inner.remove(type, name, signal)
    },
  }
}

for (const kinds of [['index'], ['data'], ['index', 'data']]) {
  test(`a prune whose place keeps old ${kinds.join(' and ')} files leaves a sound repository, and a later one finishes`, async (context) => {
    let isKept = true
    const backend = memoryBackend()
    const repository = await newRepository(
      context,
      keeping(backend, (type) => isKept && kinds.includes(type)),
    )
    const kept = new Map<string, Files>()
    for (let version = 0; version < 6; version++) {
      const files = filesOf(version)
      const id = await backUp(repository, files)
      if (version % 2 === 0) kept.set(id, files)
      else await repository.removeSnapshot(id)
    }
    const result = await prune(repository, { maxUnusedPercent: 0 })
    assert.ok(result.retained.refused > 0)
    for (const [id, files] of kept) await assertHolds(repository, id, files)
    // Leftovers and doubles are no damage. An index that names packs which are gone would be.
    assert.deepEqual(
      await severeFindings(repository, ['STO_BLOB_STORED_TWICE', 'STO_PACK_INDEXED_TWICE']),
      [],
    )

    // A backup on top of it, by another process, must not rely on what is gone.
    const other = await openedRepository(context, backend)
    const files = filesOf(1)
    kept.set(await backUp(other, files), files)
    isKept = false
    await prune(repository, { maxUnusedPercent: 0 })
    await prune(repository, { maxUnusedPercent: 0 })
    assert.deepEqual(await findingCodes(repository), [])
    for (const [id, files] of kept) await assertHolds(repository, id, files)
  })
}

test('snapshots that the place keeps are told apart from those that are gone', async (context) => {
  let isKept = true
  const repository = await newRepository(
    context,
    keeping(memoryBackend(), (type) => isKept && type === 'snapshots'),
  )
  const ids: string[] = []
  for (let version = 0; version < 3; version++)
    ids.push(await backUp(repository, filesOf(version), { time: Date.UTC(2024, 0, 1 + version) }))
  const [first] = await forget(repository, { last: 1 })
  assert.deepEqual(first?.remove, [])
  assert.deepEqual(first?.retained.map(({ id }) => id).toSorted(), ids.slice(0, 2).toSorted())
  assert.equal((await repository.listSnapshots()).length, 3)
  isKept = false
  const [second] = await forget(repository, { last: 1 })
  assert.deepEqual(second?.retained, [])
  assert.equal((await repository.listSnapshots()).length, 1)
})

test('a place without retention cannot prolong one', async (context) => {
  const repository = await newRepository(context)
  await assert.rejects(extendRetention(repository, { until: Date.now() }), {
    code: 'STO_RETENTION_UNSUPPORTED',
  })
})

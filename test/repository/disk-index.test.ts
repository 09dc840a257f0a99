/** Repositories whose index is on disk: everything works as with one in memory, and opening reads only what is new. */
import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import {
  type Backend,
  checkRepository,
  copySnapshots,
  localBackend,
  memoryBackend,
  openRepository,
  prune,
  type Repository,
  repairIndex,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import { findingCodes, newRepository, password, resticOn, scratchFolder } from './support.ts'

/** Tells which index files are read. */
function watched(backend: Backend) {
  const read: string[] = []
  const watching: Backend = {
    ...backend,
    load(type, name, range, signal) {
      if (type === 'index') read.push(name)
      return backend.load(type, name, range, signal)
    },
  }
  return { backend: watching, read: () => read.splice(0) }
}

/** Opens a repository with its index in `folder`; hardly anything of it stays in memory. */
async function openedOnDisk(context: TestContext, backend: Backend, folder: string): Promise<Repository> {
  const index = { kind: 'disk', folder, recent: 5 } as const
  const repository = await openRepository(backend, { password, host: 'test-instance', index })
  context.after(() => repository.close().catch(() => undefined))
  return repository
}

test('backups, prunes, checks, repairs and copies work with an index on disk', async (context) => {
  const place = await scratchFolder(context)
  const cache = await scratchFolder(context)
  await (await newRepository(context, localBackend(place))).close()
  const repository = await openedOnDisk(context, localBackend(place), cache)
  const snapshots: string[] = []
  for (let version = 0; version < 6; version++) snapshots.push(await backUp(repository, filesOf(version)))
  for (const snapshot of snapshots.slice(0, 3)) await repository.removeSnapshot(snapshot)
  const outcome = await prune(repository, { maxUnusedPercent: 0 })
  assert.ok(outcome.blobs.unused > 0 && outcome.packs.repacked > 0)
  const assertWhole = async (one: Repository, kept: readonly string[]) => {
    assert.deepEqual(await findingCodes(one), [])
    assert.deepEqual(await Array.fromAsync(checkRepository(one, { readData: true })), [])
    for (const [number, snapshot] of kept.entries()) await assertHolds(one, snapshot, filesOf(3 + number))
  }
  await assertWhole(repository, snapshots.slice(3))
  await resticOn(place)('check', '--read-data')

  await repairIndex(repository, { readAllPacks: true })
  await repairIndex(repository)
  await assertWhole(repository, snapshots.slice(3))

  const other = memoryBackend()
  await (await newRepository(context, other)).close()
  const target = await openedOnDisk(context, other, cache)
  const { copied } = await copySnapshots(repository, target)
  await assertWhole(
    target,
    copied.map(({ to }) => to),
  )
  // The check and the repair leave nothing behind, and one folder serves several repositories.
  await repository.close()
  await target.close()
  assert.deepEqual((await readdir(cache)).toSorted(), [repository.id, target.id].toSorted())
  for (const id of [repository.id, target.id])
    assert.ok((await readdir(join(cache, id))).length <= 5, (await readdir(join(cache, id))).join())
})

test('opening reads no index file that was read before, and all of them after a prune by somebody', async (context) => {
  const memory = memoryBackend()
  const cache = await scratchFolder(context)
  const somebody = await newRepository(context, memory)
  const first = await backUp(somebody, filesOf(1))
  const { backend, read } = watched(memory)
  const repository = await openedOnDisk(context, backend, cache)
  assert.equal(read().length, 1)
  await assertHolds(repository, first, filesOf(1))
  const second = await backUp(repository, filesOf(2))
  await repository.close()
  assert.deepEqual(read(), [])

  const third = await backUp(somebody, filesOf(3))
  const again = await openedOnDisk(context, backend, cache)
  assert.equal(read().length, 1, 'only what somebody else wrote meanwhile')
  for (const [snapshot, version] of [first, second, third].map((id, at) => [id, at + 1] as const))
    await assertHolds(again, snapshot, filesOf(version))
  const known = again.hasBlob('tree', (await again.findSnapshot(first)).tree)
  assert.ok(known)
  const { tree } = await again.findSnapshot(first)

  await somebody.removeSnapshot(first)
  await prune(somebody, { maxUnusedPercent: 0 })
  await again.refreshIndex()
  assert.ok(read().length > 0)
  assert.equal(again.hasBlob('tree', tree), false)
  await assertHolds(again, third, filesOf(3))
  await again.close()
  await rm(cache, { recursive: true })
  const anew = await openedOnDisk(context, backend, cache)
  await assertHolds(anew, third, filesOf(3))
})

test('an index that is in use outlives its replacement, and no longer', async (context) => {
  const memory = memoryBackend()
  const somebody = await newRepository(context, memory)
  const first = await backUp(somebody, filesOf(1))
  await backUp(somebody, filesOf(2))
  const repository = await openedOnDisk(context, memory, await scratchFolder(context))
  const { tree } = await repository.findSnapshot(first)
  const internals = internalsOf(repository)
  const old = internals.index()
  const letGo = [internals.holdIndex(), internals.holdIndex()]
  await somebody.removeSnapshot(first)
  await prune(somebody, { maxUnusedPercent: 0 })
  await repository.refreshIndex()
  assert.notEqual(internals.index(), old)
  assert.ok(old.has('tree', tree))
  letGo[0]?.()
  letGo[0]?.()
  assert.ok(old.has('tree', tree))
  letGo[1]?.()
  assert.equal(old.has('tree', tree), false)
})

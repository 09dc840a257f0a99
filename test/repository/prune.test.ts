/** Pruning: what is needed stays to the last byte, what is not goes, and stock restic finds nothing more to do. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Backend,
  forget,
  localBackend,
  memoryBackend,
  type PruneProgress,
  prune,
  type Repository,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, type Files, filesOf, madeUp } from './material.ts'
import { type Operation, recording, replay } from './recording.ts'
import { findings, localRepository, newRepository, openedRepository, scratchFolder } from './support.ts'

async function backUpVersions(repository: Repository, versions: number): Promise<Map<string, Files>> {
  const kept = new Map<string, Files>()
  for (let version = 0; version < versions; version++) {
    const files = filesOf(version)
    kept.set(await backUp(repository, files, { time: Date.UTC(2024, 0, 1 + version) }), files)
  }
  return kept
}

async function forgetHalf(repository: Repository, kept: Map<string, Files>): Promise<void> {
  for (const [position, id] of [...kept.keys()].entries()) {
    if (position % 2 === 0) continue
    await repository.removeSnapshot(id)
    kept.delete(id)
  }
}

async function storedBytes(backend: Backend): Promise<number> {
  return (await Array.fromAsync(backend.list('data'))).reduce((sum, { size }) => sum + size, 0)
}

test('after forgetting and pruning, all kept snapshots are whole and stock restic finds nothing to prune', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const kept = await backUpVersions(repository, 12)
  await forgetHalf(repository, kept)
  const before = await storedBytes(localBackend(folder))

  const planned = await prune(repository, { dryRun: true, maxUnusedPercent: 0 })
  assert.equal(await storedBytes(localBackend(folder)), before)
  const steps = new Set<PruneProgress['step']>()
  const result = await prune(repository, { maxUnusedPercent: 0, onProgress: ({ step }) => steps.add(step) })
  assert.deepEqual({ ...planned, dryRun: false }, result)
  assert.deepEqual([...steps].toSorted(), ['delete', 'mark', 'repack'])
  assert.ok(result.bytes.freed > 0)
  assert.equal(result.bytes.remaining, 0)
  assert.ok((await storedBytes(localBackend(folder))) <= before - result.bytes.freed)

  assert.deepEqual(await findings(repository), [])
  for (const [id, files] of kept) await assertHolds(repository, id, files)
  const again = await openedRepository(context, localBackend(folder))
  for (const [id, files] of kept) await assertHolds(again, id, files)
  await restic('check', '--read-data')
  const theirs = await restic('prune', '--dry-run', '--max-unused', '0')
  assert.match(theirs, /total prune:\s+0 blobs/)
  assert.match(theirs, /to repack:\s+0 blobs/)
})

test('a second prune right after the first writes and deletes nothing', async (context) => {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const kept = await backUpVersions(repository, 4)
  await forgetHalf(repository, kept)
  await prune(repository, { maxUnusedPercent: 0 })
  const made = operations.length
  const { packs } = await prune(repository, { maxUnusedPercent: 0 })
  assert.deepEqual([packs.repacked, packs.removed, packs.unindexed], [0, 0, 0])
  assert.deepEqual([...new Set(operations.slice(made).map(({ type }) => type))], ['locks'])
})

test('waste within the allowed measure is left alone, except in tree packs', async (context) => {
  const repository = await newRepository(context)
  const files = new Map([
    ['a/large', madeUp('large', 5_000_000)],
    ['a/small', madeUp('small', 10_000)],
  ])
  const first = await backUp(repository, files)
  files.delete('a/small')
  const second = await backUp(repository, files)
  await repository.removeSnapshot(first)
  const { packs, bytes } = await prune(repository, { repackSmallerThan: 1000 })
  assert.equal(packs.repacked, 0, 'five percent are allowed')
  assert.ok(bytes.remaining > 0)
  await prune(repository, { maxUnusedBytes: 0, repackSmallerThan: 1000 })
  await assertHolds(repository, second, files)
  assert.deepEqual(await findings(repository), [])
})

test('many small packs are joined into few', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const kept = await backUpVersions(repository, 14)
  const count = async () => (await Array.fromAsync(backend.list('data'))).length
  assert.ok((await count()) >= 20)
  await prune(repository)
  assert.ok((await count()) <= 3)
  for (const [id, files] of kept) await assertHolds(repository, id, files)
  assert.deepEqual(await findings(repository), [])
  assert.ok((await Array.fromAsync(backend.list('index'))).length <= 2)
})

test('a prune writes new packs, then the index that names them, and removes the old index before the old packs', async (context) => {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const kept = await backUpVersions(repository, 12)
  const writer = repository.writer()
  await writer.saveData(madeUp('nobody needs this', 5000))
  await writer.flush()
  writer.abort()
  await forgetHalf(repository, kept)
  const begin = operations.length
  await prune(repository, { maxUnusedPercent: 0 })
  const types = operations.slice(begin).map(({ kind, type }) => `${kind} ${type}`)
  const order = ['save data', 'save index', 'remove index', 'remove data']
  const steps = types.filter((step, position) => order.includes(step) && step !== types[position - 1])
  assert.deepEqual(steps, order)
})

test('a prune that is cancelled at any point leaves a valid repository and no lock', async (context) => {
  const operations: Operation[] = []
  const original = await newRepository(context, recording(memoryBackend(), operations))
  const kept = await backUpVersions(original, 6)
  await forgetHalf(original, kept)
  for (let cancelAt = 1; cancelAt < 40; cancelAt += 4) {
    let calls = 0
    const stop = new AbortController()
    const inner = memoryBackend()
    let armed = false
    const count = () => {
      if (armed && ++calls === cancelAt) stop.abort(new Error('cancelled'))
    }
    const backend: Backend = {
      ...inner,
      async save(type, name, bytes, signal) {
        count()
        await inner.save(type, name, bytes, signal)
      },
      async load(type, name, range, signal) {
        count()
        return inner.load(type, name, range, signal)
      },
      async remove(type, name, signal) {
        if (type !== 'locks') count()
        await inner.remove(type, name, signal)
      },
    }
    await replay(operations, inner)
    const repository = await openedRepository(context, backend)
    armed = true
    const finished = await prune(repository, { maxUnusedPercent: 0, signal: stop.signal }).then(
      () => true,
      () => false,
    )
    armed = false
    assert.ok(finished || stop.signal.aborted)
    assert.deepEqual(await Array.fromAsync(inner.list('locks')), [])
    for (const [id, files] of kept) await assertHolds(repository, id, files)
    const errors = (await findings(repository)).filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors, [])
    // A backup right after it dedups against what is really there.
    const files = filesOf(99)
    await assertHolds(repository, await backUp(repository, files), files)
  }
})

test('a repository where something needed is missing is not touched', async (context) => {
  const backend = memoryBackend()
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(backend, operations))
  await backUpVersions(repository, 2)
  const [index] = await Array.fromAsync(backend.list('index'))
  await backend.remove('index', index?.name ?? '')
  const made = operations.length
  await assert.rejects(prune(repository), { code: 'STO_PRUNE_REFUSED' })
  assert.deepEqual([...new Set(operations.slice(made).map(({ type }) => type))], ['locks'])
})

test('a needed pack that is missing or cut off stops the prune before it changes anything', async (context) => {
  for (const damage of ['missing', 'cut off'] as const) {
    const backend = memoryBackend()
    const repository = await newRepository(context, backend)
    const files = new Map([['a/b', madeUp('b', 50_000)]])
    await backUp(repository, files)
    const packs = await Array.fromAsync(backend.list('data'))
    const largest = packs.toSorted((a, b) => b.size - a.size)[0]?.name ?? ''
    const bytes = await backend.load('data', largest)
    await backend.remove('data', largest)
    if (damage === 'cut off') await backend.save('data', largest, bytes.subarray(0, -100))
    const before = (await Array.fromAsync(backend.list('data'))).length
    await assert.rejects(prune(repository), { code: 'STO_PRUNE_REFUSED' })
    assert.equal((await Array.fromAsync(backend.list('data'))).length, before)
  }
})

test('a damaged copy is replaced by a good one; a blob without any good copy stops the prune', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const kept = await backUpVersions(repository, 4)
  await forgetHalf(repository, kept)
  const packs = await Array.fromAsync(backend.list('data'))
  for (const { name } of packs) {
    const bytes = await backend.load('data', name)
    await backend.remove('data', name)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    await backend.save('data', name, bytes)
  }
  await assert.rejects(prune(repository, { maxUnusedPercent: 0 }), { code: 'STO_BLOB_DAMAGED' })
  assert.equal((await Array.fromAsync(backend.list('data'))).length >= packs.length, true)
})

test('nothing is pruned while somebody uses the repository', async (context) => {
  const repository = await newRepository(context)
  await backUpVersions(repository, 1)
  const lock = await repository.lock('shared')
  await assert.rejects(prune(repository), { code: 'STO_LOCKED' })
  await prune(repository, { dryRun: true })
  await lock.release()
  await prune(repository)
})

test('two writers and stock restic add at once; pruned afterwards, every blob is there once', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const other = await openedRepository(context, localBackend(folder), 'other-instance')
  const source = await scratchFolder(context)
  const files = filesOf(1)
  for (const [path, bytes] of files) await writeFile(join(source, path.replace('/', ' ')), bytes)
  const [ours, theirs] = await Promise.all([
    backUp(repository, files),
    backUp(other, filesOf(2)),
    restic('backup', source),
  ])
  await restic('unlock')
  const { blobs } = await prune(repository, { maxUnusedPercent: 0 })
  assert.equal(blobs.unused, 0)
  await other.refreshIndex()
  await assertHolds(repository, ours, files)
  await assertHolds(other, theirs, filesOf(2))
  assert.deepEqual(await findings(repository), [])
  await restic('check', '--read-data')
  const target = await scratchFolder(context)
  await restic('restore', 'latest', '--target', target, '--path', source)
  await forget(repository, { last: 1 }, { groupBy: [] })
  await prune(repository)
  await restic('check', '--read-data')
})

test('what stock restic left behind is pruned as restic would: uncompressed trees, mixed packs, unused data', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const source = await scratchFolder(context)
  for (let version = 0; version < 6; version++) {
    for (const [path, bytes] of filesOf(version)) await writeFile(join(source, path.replace('/', ' ')), bytes)
    await restic('backup', source, '--compression', version % 2 ? 'off' : 'max')
  }
  await restic('forget', '--keep-last', '2')
  await repository.refreshIndex()
  const result = await prune(repository, { maxUnusedPercent: 0 })
  assert.ok(result.packs.repacked + result.packs.removed > 0)
  assert.deepEqual(await findings(repository), [])
  await restic('check', '--read-data')
  assert.match(await restic('prune', '--dry-run', '--max-unused', '0'), /total prune:\s+0 blobs/)
  assert.ok(folder.length > 0)
})

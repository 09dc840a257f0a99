/** The check: silent about good repositories, and every kind of damage has a name. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { test } from 'node:test'
import {
  type Backend,
  type CheckOptions,
  checkRepository,
  type FileType,
  localBackend,
  memoryBackend,
  type Repository,
} from '../../src/repository/index.ts'
import { choosePacks } from '../../src/repository/maintain/data-subset.ts'
import { backUp, filesOf, madeUp } from './material.ts'
import { localRepository, newRepository } from './support.ts'

async function codes(repository: Repository, options?: CheckOptions): Promise<string[]> {
  const found = await Array.fromAsync(checkRepository(repository, options))
  return [...new Set(found.map(({ code }) => code))].toSorted()
}

/** Replaces a file by a changed copy under its old name. */
async function damage(backend: Backend, type: FileType, change: (bytes: Buffer) => Buffer | undefined) {
  const files = await Array.fromAsync(backend.list(type))
  const { name = '' } = files.toSorted((a, b) => b.size - a.size)[0] ?? {}
  const bytes = await backend.load(type, name)
  await backend.remove(type, name)
  const changed = change(bytes)
  if (changed) await backend.save(type, name, changed)
}

const flip = (at: number) => (bytes: Buffer) => {
  const position = at < 0 ? bytes.length + at : at
  bytes[position] = (bytes[position] ?? 0) ^ 4
  return bytes
}

test('a good repository passes, with and without its data, ours and restic', async (context) => {
  const { repository, restic } = await localRepository(context)
  await backUp(repository, filesOf(1))
  await backUp(repository, filesOf(2))
  await restic('backup', import.meta.dirname, '--exclude', '*')
  assert.deepEqual(await codes(repository), [])
  const steps: string[] = []
  const onProgress: CheckOptions['onProgress'] = ({ step, done, total }) =>
    steps.push(`${step} ${done}/${total}`)
  assert.deepEqual(await codes(repository, { readData: true, onProgress }), [])
  assert.ok(steps.includes('snapshots 3/3'))
  assert.match(steps.at(-1) ?? '', /^data (\d+)\/\1$/)
})

const cases: readonly (readonly [
  string,
  FileType,
  (bytes: Buffer) => Buffer | undefined,
  boolean,
  string,
])[] = [
  ['a missing pack', 'data', () => undefined, false, 'STO_FILE_MISSING'],
  ['a pack that was cut off', 'data', (bytes) => bytes.subarray(0, -1), false, 'STO_PACK_INVALID'],
  ['a changed bit in a pack', 'data', flip(40), true, 'STO_PACK_HASH_MISMATCH'],
  ['a changed bit in the header of a pack', 'data', flip(-20), true, 'STO_HEADER_INDEX_MISMATCH'],
  ['a changed bit in an index file', 'index', flip(40), false, 'STO_FILE_DAMAGED'],
  ['a missing index file', 'index', () => undefined, false, 'STO_BLOB_UNKNOWN'],
  ['a changed bit in a snapshot', 'snapshots', flip(40), false, 'STO_FILE_DAMAGED'],
]
for (const [what, type, change, readData, code] of cases) {
  test(`${what} is found and named`, async (context) => {
    const backend = memoryBackend()
    const repository = await newRepository(context, backend)
    await backUp(repository, new Map([['a/large', madeUp('large', 100_000)]]))
    await damage(backend, type, change)
    const found = await codes(repository, { readData })
    assert.ok(found.includes(code), found.join())
  })
}

test('damage in the data is found by reading it only; each part finds its own', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  await backUp(repository, new Map([['a/large', madeUp('large', 100_000)]]))
  await damage(backend, 'data', flip(50))
  assert.deepEqual(await codes(repository), [])
  const parts = await Promise.all([1, 2, 3].map((part) => codes(repository, { subset: `${part}/3` })))
  assert.equal(parts.filter((found) => found.includes('STO_PACK_HASH_MISMATCH')).length, 1)
  assert.ok((await codes(repository, { subset: '100%' })).includes('STO_PACK_HASH_MISMATCH'))
  assert.ok((await codes(repository, { subset: '5G' })).includes('STO_PACK_HASH_MISMATCH'))
})

test('parts are disjoint and together all; percentages and sizes are kept', () => {
  const packs = Array.from({ length: 400 }, () => ({ id: randomBytes(32).toString('hex'), size: 1000 }))
  const parts = [1, 2, 3, 4, 5, 6, 7].flatMap((part) => choosePacks(packs, `${part}/7`, randomBytes))
  assert.deepEqual(new Set(parts), new Set(packs))
  assert.equal(parts.length, packs.length)
  assert.equal(choosePacks(packs, '2.5%', randomBytes).length, 10)
  assert.equal(choosePacks(packs, '20000', randomBytes).length, 20)
  assert.equal(choosePacks(packs, '10K', randomBytes).length, 10)
  assert.equal(choosePacks(packs, '1', randomBytes).length, 1)
  for (const wrong of ['0/5', '6/5', '1/257', '0%', '101%', 'all', '', '0', '-5', '1/0', '5X']) {
    assert.throws(() => choosePacks(packs, wrong, randomBytes), { code: 'STO_SUBSET_INVALID' }, wrong)
  }
})

test('a check that is cancelled or left early gives its lock back; it goes with backups, not with a prune', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  await backUp(repository, filesOf(1))
  await damage(backend, 'index', () => undefined)
  const locks = async () => (await Array.fromAsync(backend.list('locks'))).length
  for await (const _ of checkRepository(repository)) break
  assert.equal(await locks(), 0)
  await assert.rejects(codes(repository, { signal: AbortSignal.abort(new Error('cancelled')) }), /cancelled/)
  assert.equal(await locks(), 0)
  const shared = await repository.lock('shared')
  await codes(repository)
  await shared.release()
  const exclusive = await repository.lock('exclusive')
  await assert.rejects(codes(repository), { code: 'STO_LOCKED' })
  await exclusive.release()
})

test('what we pass, restic passes; what restic refuses, we refuse', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  await backUp(repository, filesOf(3))
  // A data pack: stock restic waits long for a tree that is missing.
  const packs = await Array.fromAsync(localBackend(folder).list('data'))
  const victim = packs.toSorted((first, second) => second.size - first.size)[0]?.name ?? ''
  const path = `${folder}/data/${victim.slice(0, 2)}/${victim}`
  assert.ok((await readFile(path)).length > 0)
  await restic('check', '--read-data')
  assert.deepEqual(await codes(repository, { readData: true }), [])
  await rm(path, { force: true })
  await assert.rejects(restic('check'))
  assert.ok((await codes(repository)).length > 0)
})

/** Repairing the index: whatever happened to index files, the packs themselves say what is in them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Backend,
  localBackend,
  memoryBackend,
  openRepository,
  repairIndex,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import {
  findingCodes,
  findings,
  localRepository,
  newRepository,
  openedRepository,
  password,
} from './support.ts'

async function names(backend: Backend, type: 'index' | 'data'): Promise<string[]> {
  return (await Array.fromAsync(backend.list(type))).map(({ name }) => name)
}

for (const readAllPacks of [false, true]) {
  test(`lost index files are made anew, ${readAllPacks ? 'every pack read' : 'unknown packs read'}`, async (context) => {
    const { folder, repository, restic } = await localRepository(context)
    const backend = localBackend(folder)
    const [first, second] = [await backUp(repository, filesOf(1)), await backUp(repository, filesOf(2))]
    const [lost = ''] = await names(backend, 'index')
    await backend.remove('index', lost)
    assert.ok((await findingCodes(repository)).includes('STO_BLOB_UNKNOWN'))
    const result = await repairIndex(repository, { readAllPacks })
    const packs = (await names(backend, 'data')).length
    assert.equal(result.packs, packs)
    assert.ok(readAllPacks ? result.packsRead === packs : result.packsRead < packs)
    assert.deepEqual(result.findings, [])
    assert.deepEqual(await findings(repository), [])
    await assertHolds(repository, first, filesOf(1))
    await assertHolds(repository, second, filesOf(2))
    await restic('check', '--read-data')
  })
}

test('an index file that is damaged is replaced, and named', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const id = await backUp(repository, filesOf(1))
  const [name = ''] = await names(backend, 'index')
  const bytes = await backend.load('index', name)
  await backend.remove('index', name)
  await backend.save('index', name, bytes.subarray(0, -1))
  const result = await repairIndex(repository)
  assert.deepEqual(
    result.findings.map(({ code, subject }) => [code, subject]),
    [['STO_FILE_DAMAGED', `index/${name}`]],
  )
  assert.deepEqual(await findings(repository), [])
  await assertHolds(await openedRepository(context, backend), id, filesOf(1))
})

test('a repository with a damaged index file does not open for work, but for its repair', async (context) => {
  const backend = memoryBackend()
  const id = await backUp(await newRepository(context, backend), filesOf(1))
  const [name = ''] = await names(backend, 'index')
  const bytes = await backend.load('index', name)
  await backend.remove('index', name)
  await backend.save('index', name, bytes.subarray(0, 50))
  await assert.rejects(openedRepository(context, backend), { code: 'STO_FILE_DAMAGED' })
  const repository = await openRepository(backend, { password, host: 'repairer', readIndex: false })
  context.after(() => repository.close())
  assert.ok((await findingCodes(repository)).includes('STO_FILE_DAMAGED'))
  await repairIndex(repository)
  assert.deepEqual(await findings(repository), [])
  await assertHolds(repository, id, filesOf(1))
})

test('packs that are gone leave the index, packs without a header are named, and new backups store what is lost again', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  await backUp(repository, filesOf(1))
  const [gone = '', broken = ''] = await names(backend, 'data')
  await backend.remove('data', gone)
  const bytes = await backend.load('data', broken)
  await backend.remove('data', broken)
  await backend.save('data', broken, bytes.subarray(0, -10))
  const result = await repairIndex(repository)
  assert.deepEqual([result.packs, result.packsMissing, result.findings.length], [0, 1, 1])
  assert.equal(result.findings[0]?.subject, `data/${broken}`)
  const again = await backUp(repository, filesOf(1))
  await assertHolds(repository, again, filesOf(1))
  assert.equal((await repository.listSnapshots()).length, 2)
})

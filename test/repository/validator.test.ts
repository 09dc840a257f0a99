/** The strict validator and the reader on damaged repositories; the single kinds of damage are in `damages.test.ts`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backend, fileNode, localBackend, memoryBackend } from '../../src/repository/index.ts'
import { flipBit, plantPack } from './planting.ts'
import { findingCodes, localRepository, newRepository } from './support.ts'

/** A small repository and the names of its files, to be damaged. */
async function damageable(context: Parameters<typeof newRepository>[0], backend: Backend) {
  const repository = await newRepository(context, backend)
  const writer = repository.writer()
  const content = await writer.saveContent(Buffer.from('some content that will not survive'))
  const tree = await writer.saveTree([fileNode({ name: 'a', ...content, mtime: 0 })])
  const snapshot = await writer.saveSnapshot({ tree })
  const names = async (type: 'data' | 'index') =>
    (await Array.fromAsync(backend.list(type))).map(({ name }) => name)
  return {
    repository,
    tree,
    snapshot,
    content: content.content[0] ?? '',
    packs: await names('data'),
    indexes: await names('index'),
  }
}

test('one flipped bit anywhere in any pack is found', async (context) => {
  const backend = memoryBackend()
  const { repository, packs } = await damageable(context, backend)
  assert.deepEqual(await findingCodes(repository), [])
  for (const pack of packs) {
    const { size = 0 } = (await backend.stat('data', pack)) ?? {}
    for (let place = 0; place < size; place += 7) {
      await flipBit(repository, 'data', pack, place)
      assert.ok((await findingCodes(repository)).includes('STO_PACK_HASH_MISMATCH'))
      await flipBit(repository, 'data', pack, place)
    }
  }
  assert.deepEqual(await findingCodes(repository), [])
})

test('damaged index files and snapshots, and packs cut short or lost, are named', async (context) => {
  const backend = memoryBackend()
  const { repository, snapshot, packs, indexes } = await damageable(context, backend)
  const [index = ''] = indexes
  await flipBit(repository, 'snapshots', snapshot, 40)
  assert.deepEqual(await findingCodes(repository), ['STO_FILE_DAMAGED', 'STO_PACK_UNREACHABLE'])
  await flipBit(repository, 'snapshots', snapshot, 40)
  await flipBit(repository, 'index', index, 40)
  assert.deepEqual(await findingCodes(repository), [
    'STO_BLOB_UNKNOWN',
    'STO_FILE_DAMAGED',
    'STO_PACK_NOT_INDEXED',
  ])
  await flipBit(repository, 'index', index, 40)
  const [pack = ''] = packs
  const bytes = await backend.load('data', pack)
  await backend.remove('data', pack)
  assert.ok((await findingCodes(repository)).includes('STO_FILE_MISSING'))
  await backend.save('data', pack, bytes.subarray(0, -1))
  assert.ok((await findingCodes(repository)).includes('STO_PACK_INVALID'))
})

test('reading a damaged blob fails by name, and a second copy of it is used', async (context) => {
  const backend = memoryBackend()
  const { repository, content, packs } = await damageable(context, backend)
  for (const pack of packs) await flipBit(repository, 'data', pack, 20)
  await assert.rejects(repository.loadBlob(content), (error: Error) => error.message.includes(content))
  const bytes = Buffer.from('some content that will not survive')
  await plantPack(repository, [{ type: 'data', plain: bytes }])
  assert.deepEqual(await repository.loadBlob(content), bytes)
})

test('a repository in a folder without faults has no findings', async (context) => {
  const { folder, repository } = await localRepository(context)
  const writer = repository.writer()
  await writer.saveSnapshot({ tree: await writer.saveTree([]) })
  assert.deepEqual(await findingCodes(repository), [])
  assert.equal((await Array.fromAsync(localBackend(folder).list('snapshots'))).length, 1)
})

/** Faults that are planted on purpose, most of which stock restic's check lets pass. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { encodeIndex } from '../../src/repository/format/index-file.ts'
import { saveJsonFile } from '../../src/repository/format/json-file.ts'
import type { PackContent } from '../../src/repository/format/pack-header.ts'
import { encodeNode, encodeTree } from '../../src/repository/format/tree-encoder.ts'
import {
  type Backend,
  fileNode,
  localBackend,
  memoryBackend,
  type Repository,
  type TreeNode,
} from '../../src/repository/index.ts'
import { createPackWriter } from '../../src/repository/write/pack-writer.ts'
import { createSealer } from '../../src/repository/write/sealer.ts'
import { findingCodes, localRepository, newRepository, resticOn } from './support.ts'

/** Stores a tree blob as it is, past all checks of the writer, and a snapshot of it. */
async function plantTree(repository: Repository, bytes: Buffer): Promise<void> {
  const { backend, key } = internalsOf(repository)
  const packs: PackContent[] = []
  const writer = createPackWriter({
    backend,
    key,
    sealer: createSealer(),
    level: 3,
    random: randomBytes,
    signal: new AbortController().signal,
    onPack: (pack) => packs.push(pack),
    onFailure: (reason) => assert.ifError(reason),
  })
  await writer.add('tree', idOf(bytes), bytes)
  await writer.drain()
  await saveJsonFile(backend, key, 'index', encodeIndex(packs))
  await repository.refreshIndex()
  await repository.writer().saveSnapshot({ tree: idOf(bytes) })
}

const file = (name: string, change: Partial<TreeNode> = {}) => ({
  ...fileNode({ name, size: 0, content: [], mtime: 0 }),
  ...change,
})

const passedByRestic: readonly (readonly [string, Buffer, string])[] = [
  ['nodes out of order', encodeTree([file('b'), file('a')]), 'STO_NAME_ORDER'],
  ['order by UTF-16 instead of bytes', encodeTree([file('\u{1f600}'), file('\uffff')]), 'STO_NAME_ORDER'],
  ['a name twice', encodeTree([file('a'), file('a')]), 'STO_NAME_DUPLICATE'],
  ['a slash in a name', encodeTree([file('a/b')]), 'STO_NAME_INVALID'],
  ['a name of two dots', encodeTree([file('..')]), 'STO_NAME_INVALID'],
  ['a name of 256 bytes', encodeTree([file('x'.repeat(256))]), 'STO_NAME_INVALID'],
  ['a size that the content does not have', encodeTree([file('a', { size: 5 })]), 'STO_FILE_SIZE_MISMATCH'],
  [
    'an unknown field',
    Buffer.from(`{"nodes":[${encodeNode(file('a')).replace('"uid"', '"colour":"red","uid"')}]}\n`),
    'STO_NODE_UNKNOWN_FIELD',
  ],
  ['another order of fields', Buffer.from('{"nodes":[ ]}\n'), 'STO_TREE_ENCODING'],
  ['a missing newline at the end', encodeTree([file('a')]).subarray(0, -1), 'STO_TREE_ENCODING'],
]

for (const [what, bytes, code] of passedByRestic) {
  test(`the validator finds ${what}, which restic check lets pass`, async (context) => {
    const { folder, repository } = await localRepository(context)
    await plantTree(repository, bytes)
    assert.deepEqual(await findingCodes(repository), [code])
    await resticOn(folder)('check', '--read-data')
  })
}

test('the validator finds content that is in no index', async (context) => {
  const repository = await newRepository(context)
  await plantTree(repository, encodeTree([file('a', { size: 5, content: ['a'.repeat(64)] })]))
  assert.deepEqual(await findingCodes(repository), ['STO_BLOB_UNKNOWN'])
})

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

async function flipBit(
  backend: Backend,
  type: 'data' | 'index' | 'snapshots',
  name: string,
  place: number,
): Promise<void> {
  const bytes = await backend.load(type, name)
  await backend.remove(type, name)
  bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ 4
  await backend.save(type, name, bytes)
}

test('one flipped bit anywhere in any pack is found', async (context) => {
  const backend = memoryBackend()
  const { repository, packs } = await damageable(context, backend)
  assert.deepEqual(await findingCodes(repository), [])
  for (const pack of packs) {
    const { size = 0 } = (await backend.stat('data', pack)) ?? {}
    for (let place = 0; place < size; place += 7) {
      await flipBit(backend, 'data', pack, place)
      assert.ok((await findingCodes(repository)).includes('STO_PACK_HASH_MISMATCH'))
      await flipBit(backend, 'data', pack, place)
    }
  }
  assert.deepEqual(await findingCodes(repository), [])
})

test('damaged index files and snapshots, and packs cut short or lost, are named', async (context) => {
  const backend = memoryBackend()
  const { repository, snapshot, packs, indexes } = await damageable(context, backend)
  const [index = ''] = indexes
  await flipBit(backend, 'snapshots', snapshot, 40)
  assert.deepEqual(await findingCodes(repository), ['STO_FILE_DAMAGED'])
  await flipBit(backend, 'snapshots', snapshot, 40)
  await flipBit(backend, 'index', index, 40)
  assert.deepEqual(await findingCodes(repository), [
    'STO_BLOB_UNKNOWN',
    'STO_FILE_DAMAGED',
    'STO_PACK_NOT_INDEXED',
  ])
  await flipBit(backend, 'index', index, 40)
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
  for (const pack of packs) await flipBit(backend, 'data', pack, 20)
  await assert.rejects(repository.loadBlob(content), (error: Error) => error.message.includes(content))
  const bytes = Buffer.from('some content that will not survive')
  const { key } = internalsOf(repository)
  const more: PackContent[] = []
  const writer = createPackWriter({
    backend,
    key,
    sealer: createSealer(),
    level: 3,
    random: randomBytes,
    signal: new AbortController().signal,
    onPack: (pack) => more.push(pack),
    onFailure: (reason) => assert.ifError(reason),
  })
  await writer.add('data', content, bytes)
  await writer.drain()
  await saveJsonFile(backend, key, 'index', encodeIndex(more))
  await repository.refreshIndex()
  assert.deepEqual(await repository.loadBlob(content), bytes)
})

test('a repository in a folder without faults has no findings', async (context) => {
  const { folder, repository } = await localRepository(context)
  const writer = repository.writer()
  await writer.saveSnapshot({ tree: await writer.saveTree([]) })
  assert.deepEqual(await findingCodes(repository), [])
  assert.equal((await Array.fromAsync(localBackend(folder).list('snapshots'))).length, 1)
})

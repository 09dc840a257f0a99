import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { decodeIndex } from '../../src/repository/format/index-file.ts'
import { loadJsonFile } from '../../src/repository/format/json-file.ts'
import {
  type Backend,
  fileNode,
  initRepository,
  memoryBackend,
  openRepository,
} from '../../src/repository/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { flipBit } from './planting.ts'
import { cheapScrypt, newRepository, openedRepository, password, severeFindings } from './support.ts'

const hasCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code

test('a repository is made once and opens with its password only', async (context) => {
  const backend = memoryBackend()
  await assert.rejects(openRepository(backend, { password, host: 'h' }), hasCode('STO_REPOSITORY_MISSING'))
  await newRepository(context, backend)
  await assert.rejects(
    initRepository(backend, { password, scrypt: cheapScrypt }),
    hasCode('STO_REPOSITORY_EXISTS'),
  )
  await assert.rejects(
    openRepository(backend, { password: 'wrong', host: 'h' }),
    hasCode('STO_WRONG_PASSWORD'),
  )
})

test('what is there already is not stored again, in the same run and in the next', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const writer = repository.writer()
  const bytes = randomBytes(5000)
  const [first, second] = await Promise.all([writer.saveData(bytes), writer.saveData(bytes)])
  assert.equal(first.id, second.id)
  assert.deepEqual([first.isNew, second.isNew], [true, false])
  await writer.flush()
  assert.equal((await writer.saveData(bytes)).isNew, false)
  const next = (await openedRepository(context, backend)).writer()
  assert.equal((await next.saveData(bytes)).isNew, false)
  await next.flush()
  assert.deepEqual(writer.statistics, {
    ...writer.statistics,
    blobsNew: 1,
    blobsKnown: 2,
    bytesIn: 15_000,
    packs: 1,
  })
  assert.equal((await Array.fromAsync(backend.list('data'))).length, 1)
})

test('thousands of blobs by many callers at once end in few packs and come back whole', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const writer = repository.writer()
  const mailbox = async (mailboxNumber: number) => {
    const ids: string[] = []
    for (let item = 0; item < 400; item++) {
      const bytes = Buffer.alloc(20_000, `${mailboxNumber} ${item} `)
      randomBytes(10_000).copy(bytes)
      ids.push((await writer.saveData(bytes)).id)
    }
    await writer.flush()
    return ids
  }
  const all = (await Promise.all([0, 1, 2, 3, 4].map(mailbox))).flat()
  assert.equal(new Set(all).size, 2000)
  const again = await openedRepository(context, backend)
  for (const id of all) assert.ok(again.hasBlob('data', id))
  for (const id of all.slice(0, 50)) assert.equal((await again.loadBlob(id)).length, 20_000)
  assert.ok(writer.statistics.packs < 15, `${writer.statistics.packs} packs`)
  assert.deepEqual(await severeFindings(again), [])
})

test('a caller may reuse its buffer as soon as it was taken', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const buffer = Buffer.alloc(1000)
  const ids: string[] = []
  for (let round = 0; round < 20; round++) {
    buffer.fill(round)
    ids.push((await writer.saveData(buffer)).id)
  }
  const reusing = (async function* () {
    for (let round = 0; round < 40; round++) yield buffer.fill(round)
  })()
  const stored = await writer.saveContent(reusing)
  await writer.flush()
  for (const [round, id] of ids.entries())
    assert.ok((await repository.loadBlob(id)).every((byte) => byte === round))
  const node = fileNode({ name: 'a', ...stored, mtime: 0 })
  const content = Buffer.concat(await Array.fromAsync(repository.readFile(node)))
  assert.ok(content.every((byte, place) => byte === Math.floor(place / 1000)))
})

test('what is still under way can be read', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const { id } = await writer.saveData(Buffer.from('fresh'))
  assert.equal((await repository.loadBlob(id)).toString(), 'fresh')
  await assert.rejects(repository.loadBlob('0'.repeat(64)), hasCode('STO_BLOB_UNKNOWN'))
})

test('cancelling rejects who waits, and leaves a valid repository', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const stop = new AbortController()
  const writer = repository.writer(stop.signal)
  await writer.saveData(randomBytes(100))
  await writer.flush()
  const flood = Promise.allSettled(Array.from({ length: 80 }, () => writer.saveData(randomBytes(2_000_000))))
  setImmediate(() => stop.abort(new Error('cancelled by the operator')))
  const outcomes = await flood
  assert.ok(outcomes.some(({ status }) => status === 'rejected'))
  await assert.rejects(writer.flush(), /cancelled by the operator/)
  await assert.rejects(writer.saveData(Buffer.of(1)), /cancelled by the operator/)
  assert.deepEqual(await severeFindings(await openedRepository(context, backend)), [])
})

test('a storage place that fails ends the writer with its error, and nothing is half known', async (context) => {
  const memory = memoryBackend()
  await newRepository(context, memory)
  let full = true
  const backend: Backend = {
    ...memory,
    save: (...parameters) =>
      full && parameters[0] === 'data' ? Promise.reject(new Error('disk full')) : memory.save(...parameters),
  }
  const repository = await openedRepository(context, backend)
  const writer = repository.writer()
  const { id } = await writer.saveData(Buffer.from('lost'))
  await assert.rejects(writer.flush(), /disk full/)
  await assert.rejects(writer.saveSnapshot({ tree: '0'.repeat(64) }), /disk full/)
  assert.equal(repository.hasBlob('data', id), false)
  full = false
  const next = repository.writer()
  assert.equal((await next.saveData(Buffer.from('lost'))).isNew, true)
  await next.flush()
  assert.equal((await repository.loadBlob(id)).toString(), 'lost')
})

test('a snapshot of a tree that does not exist is refused', async (context) => {
  const repository = await newRepository(context)
  await assert.rejects(
    repository.writer().saveSnapshot({ tree: '0'.repeat(64) }),
    hasCode('STO_BLOB_UNKNOWN'),
  )
  assert.deepEqual(await repository.listSnapshots(), [])
})

test('a snapshot that is damaged keeps nobody from the others, but nothing is called the latest', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const tree = await writer.saveTree([])
  const good = await writer.saveSnapshot({ tree, time: 1000 })
  const bad = await writer.saveSnapshot({ tree, time: 2000 })
  await flipBit(repository, 'snapshots', bad, 40)
  assert.equal((await repository.findSnapshot(good.slice(0, 12))).id, good)
  await assert.rejects(repository.findSnapshot(bad), hasCode('STO_FILE_DAMAGED'))
  await assert.rejects(repository.findSnapshot('latest'), hasCode('STO_FILE_DAMAGED'))
  await assert.rejects(repository.listSnapshots(), hasCode('STO_FILE_DAMAGED'))
  await repository.removeSnapshot(bad)
  assert.equal((await repository.findSnapshot('latest')).id, good)
})

test('snapshots are found by id, prefix and as the latest, and can be removed', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const tree = await writer.saveTree([])
  const older = await writer.saveSnapshot({ tree, time: 1000, tags: ['a<b'], hostname: 'somewhere' })
  const newer = await writer.saveSnapshot({ tree, time: 2000, parent: older, summary: { files_new: 3 } })
  assert.deepEqual(
    (await repository.listSnapshots()).map(({ id }) => id),
    [older, newer],
  )
  assert.deepEqual(await repository.findSnapshot(older.slice(0, 20)), {
    id: older,
    time: '1970-01-01T00:00:01Z',
    tree,
    paths: ['/'],
    hostname: 'somewhere',
    username: '',
    tags: ['a<b'],
  })
  assert.equal((await repository.findSnapshot('latest')).id, newer)
  assert.equal((await repository.findSnapshot('latest')).summary?.files_new, 3)
  await assert.rejects(repository.findSnapshot('nothing'), hasCode('STO_SNAPSHOT_UNKNOWN'))
  await repository.removeSnapshot(older)
  await assert.rejects(repository.findSnapshot(older), hasCode('STO_SNAPSHOT_UNKNOWN'))
})

test('a blob that needs all memory of packs does not wait for packs that nobody ends', {
  timeout: 120_000,
}, async (context) => {
  const backend = memoryBackend()
  await (await newRepository(context, backend)).close()
  const repository = await openRepository(backend, { password, host: 'h', packSize: 4 * 1024 ** 2 })
  context.after(() => repository.close())
  const writer = internalsOf(repository).writer()
  const large = randomBytes(21 * 1024 ** 2)
  // Open packs of both types, whatever lanes chance chooses, then blobs of two and of five times a pack's memory.
  for (let number = 0; number < 40; number++) await writer.saveData(Buffer.from(`small ${number}`))
  const tree = await writer.saveTree([])
  await writer.saveBlob('data', idOf(large.subarray(0, 8 * 1024 ** 2)), large.subarray(0, 8 * 1024 ** 2))
  await writer.saveBlob('data', idOf(large), large)
  await writer.saveSnapshot({ tree })
  assert.ok(large.equals(await repository.loadBlob(idOf(large))))
  assert.deepEqual(await severeFindings(repository), [])
})

test('an index is written for every 50,000 blobs, every 10 minutes, and after so many bytes as asked for, so that a crash costs little', async (context) => {
  const backend = memoryBackend()
  await newRepository(context, backend)
  const clock = { ...systemClock, time: Date.now(), now: () => clock.time }
  const repository = await openRepository(backend, { password, host: 'test-instance', clock })
  context.after(() => repository.close())
  const writer = repository.writer()
  const indexes = () => Array.fromAsync(backend.list('index'))
  const until = async (count: number) => {
    for (const end = Date.now() + 60_000; (await indexes()).length < count; ) {
      assert.ok(Date.now() < end, `there are ${(await indexes()).length} indexes, not ${count}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const fillPack = async (into = writer) => {
    for (let blob = 0; blob < 20; blob += 1) await into.saveData(randomBytes(1 << 20))
  }
  await fillPack()
  assert.equal((await indexes()).length, 0, 'nothing before its time')
  clock.time += 10 * 60_000
  // Chance says which of two open packs a blob goes to: with the bytes of two packs more, one of them ends, however full they are.
  const before = (await indexes()).length
  await fillPack()
  await fillPack()
  await until(before + 1)

  for (let blob = 0; blob < 110_000; blob += 1) await writer.saveData(randomBytes(16))
  await until(2)
  await writer.flush()
  const { key } = internalsOf(repository)
  const sizes: number[] = []
  for (const { name } of await indexes()) {
    const packs = decodeIndex(await loadJsonFile(backend, key, 'index', name), name)
    sizes.push(packs.reduce((sum, pack) => sum + pack.blobs.length, 0))
  }
  assert.ok(
    sizes.every((size) => size <= 50_000),
    sizes.join(', '),
  )
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) >= 110_000)

  const impatient = repository.writer(undefined, { indexEvery: 1 << 20 })
  await fillPack(impatient)
  await fillPack(impatient)
  await until(sizes.length + 1)
  impatient.abort()
})

/** Copying snapshots between repositories, and reading ranges of files. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Backend,
  copySnapshots,
  fileNode,
  initRepository,
  localBackend,
  readRange,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, filesOf, madeUp } from './material.ts'
import {
  cheapScrypt,
  findings,
  localRepository,
  newRepository,
  openedRepository,
  password,
  polynomial,
  scratchFolder,
} from './support.ts'

test('copied snapshots are whole, remember where they come from, and are not copied twice', async (context) => {
  const { repository: from } = await localRepository(context)
  const { repository: to, restic } = await localRepository(context)
  const first = await backUp(from, filesOf(1), { tags: ['one'] })
  const second = await backUp(from, filesOf(2))
  const own = await backUp(to, filesOf(2))
  const { copied, skipped } = await copySnapshots(from, to)
  assert.deepEqual([copied.map((copy) => copy.from), skipped], [[first, second], []])
  for (const [position, copy] of copied.entries()) {
    await assertHolds(to, copy.to, filesOf(position + 1))
    const [theirs, ours] = [await from.findSnapshot(copy.from), await to.findSnapshot(copy.to)]
    assert.deepEqual(ours, { ...theirs, id: copy.to, original: copy.from })
  }
  await assertHolds(to, own, filesOf(2))
  const again = await copySnapshots(from, to)
  assert.deepEqual([again.copied, again.skipped], [[], [first, second]])
  // And back again: what came from there is known there.
  assert.deepEqual(
    (await copySnapshots(to, from)).copied.map((copy) => copy.from),
    [own],
  )
  assert.deepEqual(await findings(to), [])
  await restic('check', '--read-data')
})

test('chosen snapshots are copied alone; a repository is not copied into itself', async (context) => {
  const from = await newRepository(context)
  const to = await newRepository(context)
  await backUp(from, filesOf(1), { time: 1 })
  const second = await backUp(from, filesOf(2), { time: 2 })
  assert.deepEqual(
    (await copySnapshots(from, to, { snapshots: ['latest'] })).copied.map((copy) => copy.from),
    [second],
  )
  await assert.rejects(copySnapshots(from, from), { code: 'STO_COPY_UNFIT' })
  await assert.rejects(copySnapshots(from, to, { snapshots: ['f'.repeat(64)] }), {
    code: 'STO_SNAPSHOT_UNKNOWN',
  })
})

test('snapshots of stock restic are copied tree by tree, byte for byte', async (context) => {
  const { repository: from, restic } = await localRepository(context)
  const source = await scratchFolder(context)
  for (const [path, bytes] of filesOf(1)) await writeFile(join(source, path.replace('/', ' ')), bytes)
  await restic('backup', source, '--tag', 'theirs', '--exclude', '*.tmp')
  const { repository: to, restic: there } = await localRepository(context)
  const { copied } = await copySnapshots(from, to)
  const [copy] = copied
  assert.equal((await to.findSnapshot(copy?.to ?? '')).tree, (await from.findSnapshot(copy?.from ?? '')).tree)
  const { id: _, ...fields } = await to.findSnapshot(copy?.to ?? '')
  const { id: original, parent: __, ...theirs } = await from.findSnapshot(copy?.from ?? '')
  assert.deepEqual(theirs.excludes, ['*.tmp'])
  assert.deepEqual(fields, { ...theirs, original })
  await there('check', '--read-data')
  const target = await scratchFolder(context)
  await there('restore', 'latest', '--target', target)
  assert.deepEqual(await findings(to), [])
})

test('any range of a file is read, and only the blobs that hold it', async (context) => {
  const folder = await scratchFolder(context)
  const loads: string[] = []
  const inner = localBackend(folder)
  const backend: Backend = {
    ...inner,
    load(type, name, range, signal) {
      if (type === 'data') loads.push(name)
      return inner.load(type, name, range, signal)
    },
  }
  await initRepository(backend, { password, scrypt: cheapScrypt, chunkerPolynomial: polynomial })
  const repository = await openedRepository(context, backend)
  const bytes = madeUp('large', 9_000_000)
  const writer = repository.writer()
  const content = await writer.saveContent(bytes)
  await writer.flush()
  const node = fileNode({ name: 'large', ...content, mtime: 0 })
  assert.ok(content.content.length > 3)
  const size = bytes.length
  const ranges = [
    [0, 1],
    [0, size],
    [size - 1, 1],
    [size, 0],
    [0, 0],
    [4_000_000, 20],
    [600_000, 3_000_000],
  ]
  for (let offset = 17; offset < size; offset += 777_777)
    ranges.push([offset, Math.min(1_000_000, size - offset)])
  for (const [offset = 0, length = 0] of ranges) {
    const read = Buffer.concat(await Array.fromAsync(readRange(repository, node, offset, length)))
    assert.ok(read.equals(bytes.subarray(offset, offset + length)), `${length} bytes from ${offset}`)
  }
  loads.length = 0
  await Array.fromAsync(readRange(repository, node, size - 100, 100))
  assert.equal(loads.length, 1)
  for (const [offset, length] of [
    [-1, 1],
    [0, size + 1],
    [size, 1],
    [0.5, 1],
  ] as const) {
    await assert.rejects(Array.fromAsync(readRange(repository, node, offset, length)), {
      code: 'STO_RANGE_INVALID',
    })
  }
  writer.abort()
})

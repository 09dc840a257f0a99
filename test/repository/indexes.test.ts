import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { randomMasterKey } from '../../src/repository/format/crypto.ts'
import type { PackContent } from '../../src/repository/format/pack-header.ts'
import type { BlobIndex } from '../../src/repository/read/blob-index.ts'
import { type IndexKind, indexStore } from '../../src/repository/read/index-kind.ts'
import {
  assertIndexHolds,
  expectedPlaces,
  idNumber,
  packContents,
  packNumbered,
  packsOfFewBlobs,
} from './index-contract.ts'
import { scratchFolder } from './support.ts'

const key = randomMasterKey()
const repository = 'a'.repeat(64)

async function kinds(context: TestContext, recent?: number): Promise<IndexKind[]> {
  const folder = await scratchFolder(context)
  return [{ kind: 'memory' }, { kind: 'disk', folder, ...(recent === undefined ? {} : { recent }) }]
}

/** As many packs as needed for so many blobs of their own. */
function* manyPacks(blobs: number, perPack = 500): Iterable<PackContent> {
  for (let pack = 0; pack < blobs / perPack; pack++) {
    yield {
      id: packNumbered(pack),
      blobs: Array.from({ length: perPack }, (_, blob) => ({
        // Without a buffer: what is measured below is the index alone.
        id: hash('sha256', `${pack} ${blob}`),
        type: 'data' as const,
        offset: blob * 100,
        length: 100,
        uncompressedLength: 200,
      })),
    }
  }
}

test('every kind of index answers as a plain list of places would', async (context) => {
  for (const kind of await kinds(context, 7)) {
    const store = indexStore(kind, repository, key)
    await fc.assert(
      fc.asyncProperty(packsOfFewBlobs, fc.array(fc.boolean()), async (made, settles) => {
        const packs = packContents(made)
        const index = store.create()
        for (const [number, pack] of packs.entries()) {
          index.add(pack)
          if (settles[number]) await index.settle()
        }
        assertIndexHolds(index, packs)
        await index.settle()
        assertIndexHolds(index, packs)
        for (const pack of packs.slice(0, 3)) index.add(pack)
        assertIndexHolds(index, packs)
        index.close()
      }),
      { numRuns: 60 },
    )
  }
})

/** Buffers that nobody can reach any more are no memory of an index, and stay until somebody needs the room. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // The second waits for what the first gave back.
  collect()
  collect()
}

test('memory stays below 64 bytes a blob at any time, and below 4 with the disk', async (context) => {
  for (const kind of await kinds(context, 20_000)) await assertSmall(kind)
})

async function assertSmall(kind: IndexKind): Promise<void> {
  const index = indexStore(kind, repository, key).create()
  collectGarbage()
  const before = process.memoryUsage().arrayBuffers
  const allowance = kind.kind === 'disk' ? 20_500 * 64 + 8_000_000 : 800_000
  const limit = kind.kind === 'disk' ? 4 : 64
  const perBlob = () => (process.memoryUsage().arrayBuffers - before - allowance) / index.size
  let most = 0
  for (const pack of manyPacks(400_000)) {
    index.add(pack)
    await index.settle()
    // The lists of a segment and the blobs that wait for the disk weigh less the more blobs there are.
    if (index.size < 100_000) continue
    if (perBlob() >= limit) collectGarbage()
    most = Math.max(most, perBlob())
  }
  assert.ok(most < limit, `${kind.kind}: ${most} bytes a blob`)
  assert.equal(index.size, 400_000)
  let [pack] = manyPacks(500)
  assert.ok(pack?.blobs.every(({ id }) => index.has('data', id)))
  for (pack of manyPacks(400_000));
  assert.ok(pack?.blobs.every(({ id }) => index.has('data', id)))
  index.close()
}

interface Kept {
  readonly folder: string
  readonly kind: IndexKind
  readonly packs: readonly PackContent[]
}

/** An index on disk that was remembered, with several files. */
async function keptIndex(context: TestContext): Promise<Kept> {
  const folder = await scratchFolder(context)
  const kind = { kind: 'disk', folder, recent: 100 } as const
  const packs = [...manyPacks(1_030, 103)]
  const { index } = await indexStore(kind, repository, key).open()
  for (const pack of packs) {
    index.add(pack)
    await index.settle()
  }
  await index.remember([idNumber(1), idNumber(2)])
  index.close()
  return { folder: join(folder, repository), kind, packs }
}

test('an index on disk is found again as it was left', async (context) => {
  const { kind, packs, folder } = await keptIndex(context)
  const store = indexStore(kind, repository, key)
  const { index, indexes } = await store.open()
  assert.deepEqual(indexes, [idNumber(1), idNumber(2)])
  assertIndexHolds(index, packs)
  const more = [...manyPacks(2_000, 200)].map(({ blobs }, number) => ({
    id: packNumbered(100 + number),
    blobs,
  }))
  for (const pack of more) {
    index.add(pack)
    await index.settle()
  }
  // Until that is remembered, what was remembered before stays whole, even if files were joined since.
  const old = await store.open()
  assert.deepEqual(old.indexes, indexes)
  assertIndexHolds(old.index, packs)
  old.index.close()
  await index.remember([idNumber(3)])
  index.close()
  const again = await store.open()
  assert.deepEqual(again.indexes, [idNumber(3)])
  assert.equal(again.index.size, expectedPlaces([...packs, ...more]).length)
  for (const pack of [...packs, ...more])
    assert.ok(
      pack.blobs.every(({ id, offset }) => again.index.find('data', id).some((one) => one.offset === offset)),
    )
  again.index.close()
  const { segments } = { segments: (await readdir(folder)).filter((name) => name.endsWith('.segment')) }
  assert.ok(segments.length <= 6, `${segments.length} files are left`)
})

test('an index on disk that is not what was written is made anew', async (context) => {
  const { kind, folder } = await keptIndex(context)
  const names = await readdir(folder)
  assert.ok(names.length > 1)
  const opened = async (): Promise<{ readonly index: BlobIndex; readonly indexes: readonly string[] }> => {
    const found = await indexStore(kind, repository, key).open()
    found.index.close()
    return found
  }
  for (const name of names) {
    const path = join(folder, name)
    const bytes = await readFile(path)
    for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const flipped = Buffer.from(bytes)
      flipped[place] = (flipped[place] ?? 0) ^ 4
      await writeFile(path, flipped)
      assert.deepEqual((await opened()).indexes, [], `${name}: bit at ${place}`)
    }
    for (const cut of [bytes.subarray(0, -1), Buffer.concat([bytes, bytes]), Buffer.alloc(0)]) {
      await writeFile(path, cut)
      assert.deepEqual((await opened()).indexes, [], `${name}: ${cut.length} bytes`)
    }
    await rm(path)
    assert.deepEqual((await opened()).indexes, [], `${name} is missing`)
    await writeFile(path, bytes)
    assert.equal((await opened()).indexes.length, 2)
  }
  const other = await indexStore(kind, repository, randomMasterKey()).open()
  assert.deepEqual([other.indexes, other.index.size], [[], 0])
})

test('files that a crash left are removed after a day, and nothing else', async (context) => {
  const { kind, folder } = await keptIndex(context)
  const before = await readdir(folder)
  const yesterday = Date.now() / 1000 - 25 * 60 * 60
  for (const name of [
    '0123456789abcdef.segment',
    '0123456789abcdef.tmp',
    'notes.txt',
    'fedcba9876543210.segment',
  ]) {
    await writeFile(join(folder, name), 'x')
    if (!name.startsWith('fe')) await utimes(join(folder, name), yesterday, yesterday)
  }
  const { index } = await indexStore(kind, repository, key).open()
  index.close()
  assert.deepEqual(
    (await readdir(folder)).sort(),
    [...before, 'fedcba9876543210.segment', 'notes.txt'].sort(),
  )
})

test('indexes that nobody remembers leave no files', async (context) => {
  const folder = await scratchFolder(context)
  const index = indexStore({ kind: 'disk', folder, recent: 50 }, repository, key).create()
  for (const pack of manyPacks(1_000, 100)) {
    index.add(pack)
    await index.settle()
  }
  assert.ok((await readdir(join(folder, repository))).length > 0)
  index.close()
  assert.deepEqual(await readdir(join(folder, repository)), [])
})

test('a folder that cannot be used is named', async (context) => {
  const folder = await scratchFolder(context)
  await writeFile(join(folder, 'file'), '')
  await assert.rejects(indexStore({ kind: 'disk', folder: join(folder, 'file') }, repository, key).open(), {
    code: 'STO_INDEX_FOLDER_FAILED',
  })
})

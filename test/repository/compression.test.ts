import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../bench/random.ts'
import { corpusText, textPool } from '../../bench/repository/text-pool.ts'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { randomMasterKey } from '../../src/repository/format/crypto.ts'
import { type Compression, fileNode, localBackend, openRepository } from '../../src/repository/index.ts'
import { sealBatch, sealedBound } from '../../src/repository/write/seal-batch.ts'
import { findingCodes, newRepository, password, resticOn, scratchFolder } from './support.ts'

/** Text that compresses better the harder one tries. */
const text = textPool(corpusText(''), 400_000, seededRandom('compression'))

test('the levels of compression are told apart by size, and stock restic reads them all', async (context) => {
  const sizes: number[] = []
  for (const compression of ['off', 'fastest', 'default', 'better', 'max'] satisfies Compression[]) {
    const folder = await scratchFolder(context)
    await (await newRepository(context, localBackend(folder))).close()
    const repository = await openRepository(localBackend(folder), { password, host: 'h', compression })
    context.after(() => repository.close())
    const writer = repository.writer()
    const content = await writer.saveContent(text)
    const tree = await writer.saveTree([fileNode({ name: 'text', ...content, mtime: 0 })])
    await writer.saveSnapshot({ tree })
    sizes.push(writer.statistics.bytesStored)
    const [data] = internalsOf(repository)
      .index()
      .find('data', content.content[0] ?? '')
    assert.equal(data?.uncompressedLength === undefined, compression === 'off')
    // Trees always: restic would write packs with others anew at every prune.
    assert.notEqual(internalsOf(repository).index().find('tree', tree)[0]?.uncompressedLength, undefined)
    assert.deepEqual(await findingCodes(repository), [])
    await resticOn(folder)('check', '--read-data')
    assert.ok(text.equals(Buffer.from(await resticOn(folder)('dump', 'latest', '/text'))))
  }
  assert.ok((sizes[0] ?? 0) > text.length)
  assert.deepEqual(
    sizes.toSorted((a, b) => b - a),
    sizes,
  )
  assert.equal(new Set(sizes).size, sizes.length)
})

test('a blob that does not open to itself after sealing is noticed, unless nobody looks', () => {
  const blobs = ['one', 'two'].map((word) => Buffer.from(word.repeat(100)))
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = blobs
  const sealWith = (ids: readonly string[], verify: boolean) =>
    sealBatch({
      key: randomMasterKey(),
      plain: Buffer.concat(blobs),
      target: Buffer.allocUnsafeSlow(sealedBound(600, 2)),
      lengths: [300, 300],
      ids,
      level: 3,
      verify,
    }).value.mismatch
  assert.equal(sealWith([idOf(first), idOf(second)], true), undefined)
  // As if a bit had flipped between hashing and sealing.
  const other = idOf(Buffer.from('other'))
  assert.equal(sealWith([idOf(first), other], true), other)
  assert.equal(sealWith([idOf(first), other], false), undefined)
})

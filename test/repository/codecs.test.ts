import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { compress, decompress } from '../../src/repository/format/compression.ts'
import { randomMasterKey, seal, unseal } from '../../src/repository/format/crypto.ts'
import { quoteName, unquoteName } from '../../src/repository/format/go-quote.ts'
import { formatTime, isTime } from '../../src/repository/format/go-time.ts'
import { decodeIndex, encodeIndex } from '../../src/repository/format/index-file.ts'
import { decodeKeyFile, encodeKeyFile } from '../../src/repository/format/key-file.ts'
import { nameFault, orderNodes } from '../../src/repository/format/node-order.ts'
import {
  decodePackHeader,
  encodePackHeader,
  type PackedBlob,
} from '../../src/repository/format/pack-header.ts'
import { decodeTree } from '../../src/repository/format/tree-decoder.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { directoryNode, fileNode, sanitizeName, type TreeNode } from '../../src/repository/index.ts'
import { createMemoryIndex } from '../../src/repository/read/memory-index.ts'
import { isIrreducible, parsePolynomial, randomPolynomial } from '../../src/repository/write/polynomial.ts'
import { cheapScrypt } from './support.ts'

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const text = fc.string({ unit: 'binary' })
const hasCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code

test('sealing and opening give back any bytes, and one changed bit is noticed', () => {
  const key = randomMasterKey()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, place) => {
      const sealed = seal(key, bytes)
      assert.equal(sealed.length, bytes.length + 32)
      assert.deepEqual(unseal(key, sealed, 'it'), Buffer.from(bytes))
      const bit = place % (sealed.length * 8)
      sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => unseal(key, sealed, 'it'), hasCode('STO_SEAL_BROKEN'))
    }),
  )
  assert.throws(() => unseal(key, Buffer.alloc(31), 'it'), hasCode('STO_SEAL_BROKEN'))
})

test('compression gives back any bytes and refuses bombs and garbage', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
      assert.deepEqual(decompress(compress(bytes), 'it', bytes.length), Buffer.from(bytes))
    }),
  )
  assert.throws(() => decompress(compress(Buffer.alloc(1000)), 'it', 999), hasCode('STO_COMPRESSION_BROKEN'))
  assert.throws(() => decompress(Buffer.from('garbage'), 'it'), hasCode('STO_COMPRESSION_BROKEN'))
})

test('a key file opens with its password and with no other', async () => {
  const master = randomMasterKey()
  const bytes = await encodeKeyFile(master, {
    password: 'pässword',
    created: 0,
    username: 'u',
    hostname: 'h',
    cost: cheapScrypt,
  })
  assert.deepEqual(await decodeKeyFile(bytes, 'pässword', 'k'), master)
  assert.equal(await decodeKeyFile(bytes, 'password', 'k'), undefined)
  await assert.rejects(decodeKeyFile(Buffer.from('{"kdf":"other"}'), 'x', 'k'), hasCode('STO_KEY_INVALID'))
  const huge = JSON.stringify({ ...JSON.parse(bytes.toString()), N: 2 ** 30 })
  await assert.rejects(decodeKeyFile(Buffer.from(huge), 'x', 'k'), hasCode('STO_KEY_INVALID'))
})

test('names are quoted as Go quotes them', () => {
  const examples: readonly (readonly [string, string])[] = [
    ['plain name.eml', 'plain name.eml'],
    ['a"b\\c', 'a\\"b\\\\c'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\x07\b\f\v', '\\a\\b\\f\\v'],
    ['\x01\x7f', '\\x01\\x7f'],
    ['\u0085\u00a0\u00ad', '\\u0085\\u00a0\\u00ad'],
    ['\u200b\u2028', '\\u200b\\u2028'],
    ['\u{e0001}', '\\U000e0001'],
    ['ä€😀<&>', 'ä€😀<&>'],
    ['\ud800x', '\ufffdx'],
  ]
  for (const [name, quoted] of examples) {
    assert.equal(quoteName(name), quoted)
    assert.equal(unquoteName(quoted)?.toString(), name.toWellFormed())
  }
  assert.deepEqual(unquoteName('\\xff\\303\\244'), Buffer.from([0xff, 0xc3, 0xa4]))
  for (const bad of ['\\', '\\q', 'a"b', 'a\nb', '\\ud800', '\\x1', '\\777'])
    assert.equal(unquoteName(bad), undefined)
})

test('any text survives quoting', () => {
  fc.assert(
    fc.property(text, (name) => assert.equal(unquoteName(quoteName(name))?.toString(), name.toWellFormed())),
    { numRuns: 1000 },
  )
})

test('times are written as Go writes them and broken ones are clamped', () => {
  assert.equal(formatTime(0), '1970-01-01T00:00:00Z')
  assert.equal(formatTime(1_700_000_000_120), '2023-11-14T22:13:20.12Z')
  assert.equal(formatTime(Number.NaN), '1970-01-01T00:00:00Z')
  fc.assert(fc.property(fc.double(), (time) => assert.ok(isTime(formatTime(time)))))
  for (const bad of ['2020-01-01', '2020-13-01T00:00:00Z', '2020-01-01T00:00:00', '20200-01-01T00:00:00Z']) {
    assert.equal(isTime(bad), false)
  }
})

test('a directory is encoded in the exact form of restic', () => {
  const nodes = [
    fileNode({ name: 'a<&>"\n', size: 3, content: ['0'.repeat(64)], mtime: 1500 }),
    directoryNode({ name: 'b', subtree: '1'.repeat(64), mtime: 0 }),
    fileNode({ name: 'empty', size: 0, content: [], mtime: 0 }),
  ]
  assert.equal(
    encodeTree(nodes).toString(),
    `{"nodes":[{"name":"a\\u003c\\u0026\\u003e\\\\\\"\\\\n","type":"file","mode":384,"mtime":"1970-01-01T00:00:01.5Z","atime":"1970-01-01T00:00:01.5Z","ctime":"1970-01-01T00:00:01.5Z","uid":0,"gid":0,"size":3,"content":["${'0'.repeat(64)}"]},` +
      `{"name":"b","type":"dir","mode":2147484096,"mtime":"1970-01-01T00:00:00Z","atime":"1970-01-01T00:00:00Z","ctime":"1970-01-01T00:00:00Z","uid":0,"gid":0,"content":null,"subtree":"${'1'.repeat(64)}"},` +
      '{"name":"empty","type":"file","mode":384,"mtime":"1970-01-01T00:00:00Z","atime":"1970-01-01T00:00:00Z","ctime":"1970-01-01T00:00:00Z","uid":0,"gid":0,"content":[]}]}\n',
  )
})

test('any directory survives encoding, 64-bit numbers and all', () => {
  const node = fc.record<TreeNode>(
    {
      name: text.map((name) => name.toWellFormed()),
      type: fc.constant('file'),
      mode: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      mtime: fc.nat().map(formatTime),
      atime: fc.constant('2020-01-02T03:04:05.123456789+02:00'),
      ctime: fc.nat().map(formatTime),
      uid: fc.nat(),
      gid: fc.nat(),
      user: text.map((name) => `u${name.toWellFormed()}`),
      inode: fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      size: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      content: fc.array(id, { maxLength: 3 }),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(node, { maxLength: 4 }), (nodes) => {
      assert.deepEqual(decodeTree(encodeTree(nodes), 'it'), nodes)
    }),
  )
})

test('numbers that are none and content that is missing are refused', () => {
  const good = fileNode({ name: 'a', size: 1, content: [], mtime: 0 })
  for (const bad of [
    { size: 1.5 },
    { size: -1 },
    { uid: 2 ** 32 },
    { content: ['x'] },
    { mtime: 'yesterday' },
  ]) {
    assert.throws(() => encodeTree([{ ...good, ...bad }]))
  }
  const { content: _, ...without } = good
  assert.throws(() => encodeTree([without]), hasCode('STO_NODE_INVALID'))
})

test('nodes are ordered by bytes of UTF-8, not by UTF-16 units', () => {
  const names = ['\u{1f600}', '\uffff', 'b', 'B', 'a b', 'a']
  const nodes = names.map((name) => fileNode({ name, size: 0, content: [], mtime: 0 }))
  assert.deepEqual(
    orderNodes(nodes).map(({ name }) => name),
    ['B', 'a', 'a b', 'b', '\uffff', '\u{1f600}'],
  )
  assert.throws(() => orderNodes([...nodes, ...nodes]), hasCode('STO_NAME_DUPLICATE'))
  for (const name of ['', '.', '..', 'a/b', 'a\0b', 'x'.repeat(256), 'ä'.repeat(128)]) {
    assert.throws(
      () => orderNodes([fileNode({ name, size: 0, content: [], mtime: 0 })]),
      hasCode('STO_NAME_INVALID'),
    )
  }
})

test('any text becomes a name that every disk can hold', () => {
  fc.assert(
    fc.property(
      fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 400 })),
      fc.boolean(),
      (name, unique) => {
        const clean = sanitizeName(name, unique ? 'a1b2c3' : undefined)
        assert.equal(nameFault(Buffer.from(clean)), undefined)
        assert.ok(clean.isWellFormed())
        assert.doesNotMatch(clean, /[\p{Cc}<>:"/\\|?*]|[. ]$/u)
        if (unique) assert.match(clean, /~a1b2c3/)
      },
    ),
    { numRuns: 1000 },
  )
  assert.equal(sanitizeName('Re: Budget?.eml', 'a1'), 'Re_ Budget_~a1.eml')
  assert.equal(sanitizeName('CON.txt'), '_CON.txt')
  assert.equal(sanitizeName('..'), '_')
  assert.equal(sanitizeName('name. . '), 'name')
  assert.equal(Buffer.byteLength(sanitizeName(`${'ü'.repeat(300)}.eml`, 'a1')), 255)
  assert.match(sanitizeName(`${'ü'.repeat(300)}.eml`, 'a1'), /~a1\.eml$/)
})

const blob = fc.record({
  id,
  type: fc.constantFrom('data' as const, 'tree' as const),
  length: fc.integer({ min: 32, max: 2 ** 20 }),
  plain: fc.nat(2 ** 20),
})
const blobs = fc.array(blob, { maxLength: 20 }).map((entries) => {
  let offset = 0
  return entries.map(({ plain, ...entry }): PackedBlob => {
    const placed = { ...entry, offset, ...(plain === 0 ? {} : { uncompressedLength: plain }) }
    offset += entry.length
    return placed
  })
})

test('pack headers and index files survive encoding', () => {
  fc.assert(
    fc.property(id, blobs, (pack, content) => {
      assert.deepEqual(decodePackHeader(encodePackHeader(content), pack), content)
      const packs = [{ id: pack, blobs: content }]
      assert.deepEqual(decodeIndex(encodeIndex(packs), 'it'), packs)
    }),
  )
  assert.throws(() => decodePackHeader(Buffer.from([9, 9]), 'it'), hasCode('STO_PACK_INVALID'))
  assert.throws(() => decodeIndex(Buffer.from('{"packs":[{}]}'), 'it'), hasCode('STO_INDEX_INVALID'))
})

test('the index in memory finds every blob it was given, in every pack', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(id, blobs), { maxLength: 8 }), (packs) => {
      const index = createMemoryIndex()
      for (const [pack, content] of packs) index.add({ id: pack, blobs: content })
      for (const [pack, content] of packs) index.add({ id: pack, blobs: content })
      for (const [pack, content] of packs) {
        for (const entry of content) {
          assert.ok(index.has(entry.type, entry.id))
          const found = index.find(entry.type, entry.id)
          assert.ok(found.some((place) => place.pack === pack && place.offset === entry.offset))
        }
      }
      assert.equal(index.size, packs.flatMap(([, content]) => content).length)
    }),
  )
  const index = createMemoryIndex()
  const many = Array.from({ length: 20_000 }, (_, number) => ({
    id: idOf(Buffer.from(String(number))),
    type: 'data' as const,
    offset: number,
    length: 1,
  }))
  index.add({ id: 'f'.repeat(64), blobs: many })
  assert.ok(many.every((entry) => index.find('data', entry.id)[0]?.offset === entry.offset))
  assert.equal(index.has('tree', many[0]?.id ?? ''), false)
})

test('chunker polynomials are irreducible and of degree 53', () => {
  assert.ok(isIrreducible(randomPolynomial()))
  assert.equal(parsePolynomial('3da3358b4dc173').toString(16), '3da3358b4dc173')
  for (const bad of ['3da3358b4dc172', '7', 'xyz', '']) {
    assert.throws(() => parsePolynomial(bad), hasCode('STO_POLYNOMIAL_INVALID'))
  }
})

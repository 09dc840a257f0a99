/**
 * The decoders of trees, packs, index files and what seals them, with examples and what must hold: whatever the input, it answers a value or a coded error. Where the value can
 * be encoded again, decoding that gives the same value; where the input is in restic's form, it gives the same bytes.
 */
import assert from 'node:assert/strict'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { compress, decompress } from '../../src/repository/format/compression.ts'
import { type MasterKey, seal, unseal } from '../../src/repository/format/crypto.ts'
import { isQuotedByGo, quoteBytes, quoteName, unquoteName } from '../../src/repository/format/go-quote.ts'
import { isTime } from '../../src/repository/format/go-time.ts'
import { decodeIndex, encodeIndex, unknownIndexFields } from '../../src/repository/format/index-file.ts'
import { loadJsonFile } from '../../src/repository/format/json-file.ts'
import { nameBytes, nameFault, nameKey, orderNodes } from '../../src/repository/format/node-order.ts'
import { decodePackHeader, encodePackHeader } from '../../src/repository/format/pack-header.ts'
import { decodeTree } from '../../src/repository/format/tree-decoder.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { frameFault } from '../../src/repository/format/zstd-frame.ts'
import { directoryNode, fileNode, memoryBackend, type TreeNode } from '../../src/repository/index.ts'
import { nodeOddities } from '../../src/repository/maintain/node-oddities.ts'
import { readPackHeader } from '../../src/repository/maintain/repair-index.ts'
import { nanoseconds, zonedTime } from '../../src/repository/maintain/zoned-time.ts'
import { type Decoder, unless, unlessLater } from './decoder.ts'

const key: MasterKey = {
  encrypt: new Uint8Array(32).fill(1),
  macK: new Uint8Array(16).fill(2),
  macR: new Uint8Array(16).fill(3),
}
const ids = ['one', 'two', 'three'].map((text) => idOf(Buffer.from(text)))
const [one = '', two = '', three = ''] = ids
const buffers = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))

const times = { mtime: '2020-01-02T03:04:05.123456789+02:00', atime: '2020-01-01T00:00:00Z' }
const link: TreeNode = {
  ...times,
  name: 'link',
  type: 'symlink',
  mode: 0x0800_01ff,
  ctime: '2020-01-01T00:00:00Z',
  uid: 0,
  gid: 0,
  linktarget: '/\ufffd',
  linktarget_raw: 'L/8=',
}
const exampleTrees = [
  encodeTree([]),
  encodeTree(
    orderNodes([
      fileNode({ name: 'a<&>"\n', size: 3, content: [one, two], mtime: 1500 }),
      directoryNode({ name: 'b', subtree: three, mtime: 0 }),
      {
        ...fileNode({ name: 'c\u200b', size: 0, content: [], mtime: 0 }),
        ...times,
        inode: 2n ** 63n,
        device_id: 5,
        user: 'u',
        group: 'g',
        links: 2,
        extended_attributes: [{ name: 'user.a', value: 'AAEC' }],
        generic_attributes: { 'windows.file_attributes': 32, 'windows.creation_time': 'dGltZQ==' },
        error: 'open: <denied>',
      },
      link,
    ]),
  ),
  Buffer.from(
    `{"nodes":[{"first":1,"name":"n","type":"file","mode":420,"between":[{"x":null}],"mtime":"2020-01-01T00:00:00Z","atime":"2020-01-01T00:00:00Z","ctime":"2020-01-01T00:00:00Z","uid":0,"gid":0,"content":[],"last":{}}]}\n`,
  ),
]

const encodable = ['STO_NODE_INVALID', 'STO_TIME_INVALID']
const tree: Decoder = {
  name: 'tree',
  examples: exampleTrees,
  read(bytes) {
    const nodes = unless(() => decodeTree(bytes, 'it'), 'STO_TREE_INVALID')
    if (!nodes) return
    for (const node of nodes) {
      nameFault(nameBytes(node))
      nameKey(node)
      assert.ok(Array.from(nodeOddities(node)).length < 10)
    }
    unless(() => orderNodes(nodes), 'STO_NAME_INVALID', 'STO_NAME_DUPLICATE')
    const encoded = unless(() => encodeTree(nodes), ...encodable)
    if (!encoded) return
    assert.equal(encodeTree(decodeTree(encoded, 'it')).toString(), encoded.toString())
  },
}

const name: Decoder = {
  name: 'name',
  examples: [
    ...buffers('plain', 'a\\"b\\\\c', '\\xff\\303\\244\\u200b\\U000e0001\\a', '\\n\\t', 'ä€😀'),
    Buffer.from([0x61, 0xff, 0xc3]),
  ],
  read(bytes) {
    const text = bytes.toString('utf8')
    const unquoted = unquoteName(text)
    isQuotedByGo(text)
    if (unquoted) {
      const again = quoteBytes(unquoted)
      assert.deepEqual(unquoteName(again), unquoted)
      assert.ok(isQuotedByGo(again))
    }
    // And as the bytes of a name on a disk.
    assert.deepEqual(unquoteName(quoteBytes(bytes)), Buffer.from(bytes))
    assert.equal(unquoteName(quoteName(text))?.toString(), text.toWellFormed())
  },
}

const packed = [
  { id: one, type: 'data' as const, offset: 0, length: 100 },
  { id: two, type: 'data' as const, offset: 100, length: 4_294_967_295, uncompressedLength: 4_294_967_295 },
]
const packHeader: Decoder = {
  name: 'pack-header',
  examples: [
    encodePackHeader(packed),
    encodePackHeader([{ ...packed[0], type: 'tree' } as never]),
    Buffer.alloc(0),
  ],
  read(bytes) {
    const blobs = unless(() => decodePackHeader(bytes, 'it'), 'STO_PACK_INVALID')
    if (blobs) assert.ok(encodePackHeader(blobs).equals(bytes))
  },
}

const sealedHeader = seal(key, encodePackHeader([{ id: one, type: 'data', offset: 0, length: 40 }]))
const headerLength = Buffer.alloc(4)
headerLength.writeUInt32LE(sealedHeader.length)
const pack: Decoder = {
  name: 'pack',
  examples: [Buffer.concat([Buffer.alloc(40), sealedHeader, headerLength])],
  async read(bytes) {
    const backend = memoryBackend()
    await backend.save('data', one, bytes)
    const content = await unlessLater(
      () => readPackHeader(backend, key, one, bytes.length),
      'STO_PACK_INVALID',
      'STO_SEAL_BROKEN',
    )
    const last = content?.blobs.at(-1)
    if (last) assert.ok(last.offset + last.length < bytes.length)
  },
}

const index: Decoder = {
  name: 'index',
  examples: [
    encodeIndex([{ id: three, blobs: packed }]),
    encodeIndex([]),
    Buffer.from(`[{"id":"${one}","blobs":[{"id":"${two}","type":"tree","offset":0,"length":9}]}]`),
    Buffer.from(`{"supersedes":["${one}"],"packs":null}`),
  ],
  read(bytes) {
    const packs = unless(() => decodeIndex(bytes, 'it'), 'STO_INDEX_INVALID')
    if (!packs) return
    unknownIndexFields(bytes)
    assert.deepEqual(decodeIndex(encodeIndex(packs), 'it'), packs)
  },
}

const sealed: Decoder = {
  name: 'sealed',
  examples: [seal(key, Buffer.from('something')), seal(key, Buffer.alloc(0))],
  read(bytes) {
    unless(() => unseal(key, bytes, 'it'), 'STO_SEAL_BROKEN')
    assert.ok(unseal(key, seal(key, bytes), 'it').equals(bytes))
  },
}

/** The inside of index, snapshot and lock files. */
const jsonFile: Decoder = {
  name: 'json-file',
  examples: [
    Buffer.concat([Buffer.of(2), compress(Buffer.from('{"packs":[]}'))]),
    Buffer.concat([Buffer.of(2), compress(Buffer.alloc(100_000))]),
    ...buffers('{}', '[]'),
  ],
  async read(bytes) {
    const backend = memoryBackend()
    const file = seal(key, bytes)
    await backend.save('index', idOf(file), file)
    await unlessLater(
      () => loadJsonFile(backend, key, 'index', idOf(file)),
      'STO_FILE_DAMAGED',
      'STO_COMPRESSION_BROKEN',
    )
  },
}

const compression: Decoder = {
  name: 'compression',
  examples: [0, 1, 100, 3000].map((length) => compress(Buffer.alloc(length, 'ab'))),
  read(bytes) {
    for (const length of [undefined, 0, 3000]) {
      const plain = unless(() => decompress(bytes, 'it', length), 'STO_COMPRESSION_BROKEN')
      if (plain && length !== undefined) assert.equal(plain.length, length)
    }
    frameFault(bytes, 3000)
    assert.ok(decompress(compress(bytes), 'it', bytes.length).equals(bytes))
    assert.equal(frameFault(compress(bytes), bytes.length), undefined)
  },
}

const time: Decoder = {
  name: 'time',
  examples: buffers(
    '2024-02-29T12:00:00.123456789+01:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
  ),
  read(bytes) {
    const text = bytes.toString('utf8')
    if (!isTime(text)) return
    assert.ok(Number.isFinite(Date.parse(text)))
    const zoned = zonedTime(text)
    assert.ok(zoned.isoWeek >= 1 && zoned.isoWeek <= 53)
    assert.equal(nanoseconds(zoned) / 1_000_000n - BigInt(Date.parse(text)) <= 1n, true)
  },
}

export const formatDecoders: readonly Decoder[] = [
  tree,
  name,
  packHeader,
  pack,
  index,
  sealed,
  jsonFile,
  compression,
  time,
]

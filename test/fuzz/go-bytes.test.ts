/** Trees as Go writes them are read and written to the same bytes, whatever is in them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quoteBytes, quoteName, unquoteName } from '../../src/repository/format/go-quote.ts'
import { decodeTree } from '../../src/repository/format/tree-decoder.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { fuzzOptions } from './fuzz.ts'
import {
  bytesOf,
  goMap,
  goNode,
  goQuote,
  goString,
  type Piece,
  printable,
  unprintable,
} from './go-reference.ts'

const { runs, seed } = fuzzOptions(2000, 3)
const options = { numRuns: runs, seed }

const character = fc.oneof(
  fc.constantFrom(...printable),
  fc.constantFrom(...unprintable).map((code) => String.fromCodePoint(code)),
  fc.constantFrom('"', '\\', '\n', '\t', '\r', '\b', '\f', '\v', '\x07', '<', '>', '&'),
)
/** Bytes that are part of no character, whatever stands beside them: ends without a beginning are not made here. */
const loose = fc.constantFrom(0xc0, 0xc1, 0xf5, 0xfe, 0xff)
const pieces: fc.Arbitrary<Piece[]> = fc.array(fc.oneof({ weight: 4, arbitrary: character }, loose), {
  maxLength: 30,
})
const text = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''))
const id = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `"${Buffer.from(bytes).toString('hex')}"`)
const unsigned = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }).map(String)
const edges = fc.constantFrom('0', '1', '9007199254740991', '9007199254740993', '18446744073709551615')
const long = fc.oneof(edges, unsigned(64))
const time = fc
  .tuple(
    fc.nat(9999),
    fc.constantFrom('', '.1', '.000000001', '.123456789'),
    fc.constantFrom('Z', '+14:00', '-03:30'),
  )
  .map(([year, fraction, zone]) => `"${String(year).padStart(4, '0')}-02-28T23:59:59${fraction}${zone}"`)
const rawValue: fc.Arbitrary<string> = fc.oneof(
  text.map(goString),
  long,
  fc.constantFrom('null', 'true', 'false', '[]', '{}', '[1,"x",[]]', '{"z":1,"a":{"b":null}}'),
)
const attribute = fc
  .tuple(text, fc.option(fc.base64String({ maxLength: 8 })))
  .map(([name, value]) => `{"name":${goString(name)},"value":${value === null ? 'null' : `"${value}"`}}`)
const list = (items: fc.Arbitrary<string>) =>
  fc.array(items, { maxLength: 3 }).map((all) => `[${all.join(',')}]`)
const common = {
  name: pieces.map((parts) => goString(goQuote(parts))),
  mode: unsigned(32),
  mtime: time,
  atime: time,
  ctime: time,
  uid: unsigned(32),
  gid: unsigned(32),
  user: text.map(goString),
  group: text.map(goString),
  inode: long,
  device_id: long,
  links: unsigned(52),
  extended_attributes: list(attribute),
  generic_attributes: fc
    .array(fc.tuple(fc.oneof(text, fc.constantFrom('10', '9', '1', '__proto__')), rawValue), { maxLength: 5 })
    .map(goMap),
  error: text.map(goString),
}
const kinds: readonly Readonly<Record<string, fc.Arbitrary<string>>>[] = [
  { type: fc.constant('"file"'), size: unsigned(53), content: list(id) },
  { type: fc.constant('"dir"'), content: fc.constant('null'), subtree: id },
  { type: fc.constant('"symlink"'), content: fc.constant('null'), linktarget: text.map(goString) },
  { type: fc.constantFrom('"dev"', '"chardev"'), content: fc.constant('null'), device: long },
]
const node = fc.oneof(
  ...kinds.map((kind) => fc.record({ ...common, ...kind }, { noNullPrototype: true }).map(goNode)),
)

test('trees as Go writes them come back to the same bytes', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 3 }), (nodes) => {
      const tree = `{"nodes":[${nodes.join(',')}]}\n`
      assert.equal(encodeTree(decodeTree(Buffer.from(tree), 'it')).toString(), tree)
    }),
    options,
  )
})

test('names of any bytes are quoted and unquoted as Go does', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const [bytes, quoted] = [bytesOf(parts), goQuote(parts)]
      assert.deepEqual(unquoteName(quoted), bytes)
      assert.equal(quoteBytes(bytes), quoted)
      if (parts.every((part) => typeof part === 'string')) assert.equal(quoteName(parts.join('')), quoted)
    }),
    options,
  )
})

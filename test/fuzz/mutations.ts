/** Inputs for decoders: anything at all, and valid ones with something wrong in them. */
import fc from 'fast-check'

type Edit = (bytes: Buffer) => Buffer

const place = fc.nat(1 << 16)
const at = (bytes: Buffer, position: number) => (bytes.length === 0 ? 0 : position % bytes.length)
const splice = (bytes: Buffer, from: number, to: number, inserted: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(to)])

/** What decoders stumble over: ends of ranges, other types, other encodings of the same thing. */
const tokens = [
  'null',
  'true',
  '-1',
  '0',
  '1.5',
  '1e999',
  '-0',
  '4294967295',
  '4294967296',
  '2147483648',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '""',
  '"x"',
  '[]',
  '{}',
  '[null]',
  '{"":null}',
  '"\\ud800"',
  '"\\u0000"',
  '"\\\\xff"',
  '"\\\\"',
  '"__proto__":1,',
  '"constructor":{},',
  '"1":1,',
  '"a":{"b":[{}]},',
  '\u2028',
  '﻿',
  '\\',
  '"',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999-23:59',
  '2024-02-30T00:00:00Z',
  '"dir"',
].map((token) => Buffer.from(token))
const raw = [[0], [255], [0xc0, 0x80], [0xed, 0xa0, 0x80], [255, 255, 255, 255], [0x28, 0xb5, 0x2f, 0xfd]]
const inserted = fc.oneof(
  fc.constantFrom(...tokens, ...raw.map((bytes) => Buffer.from(bytes))),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
)

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(
    ([position, bit]): Edit =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        const target = at(bytes, position)
        if (bytes.length > 0) changed[target] = (changed[target] ?? 0) ^ (1 << bit)
        return changed
      },
  ),
  fc.tuple(place, inserted).map(
    ([position, token]): Edit =>
      (bytes) =>
        splice(bytes, at(bytes, position), at(bytes, position), token),
  ),
  // A value of JSON in place of another.
  fc.tuple(place, inserted).map(([position, token]): Edit => {
    return (bytes) => {
      const text = bytes.toString('latin1')
      const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|[^",[{}\]]+|\[\]|\{\})/g)]
      const value = values[values.length === 0 ? 0 : position % values.length]
      if (!value) return bytes
      return splice(bytes, value.index + 1, value.index + value[0].length, token)
    }
  }),
  fc.tuple(place, place).map(
    ([from, to]): Edit =>
      (bytes) =>
        splice(bytes, at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to)), Buffer.alloc(0)),
  ),
  fc.tuple(place, place).map(([from, to]): Edit => {
    return (bytes) => {
      const [begin, end] = [at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to))]
      return splice(bytes, end, end, bytes.subarray(begin, end))
    }
  }),
)

/** Any bytes, and the examples with up to five things changed. */
export function inputsLike(examples: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const mutated = fc
    .tuple(fc.constantFrom(...examples), fc.array(edits, { maxLength: 5 }))
    .map(([example, list]) => list.reduce((bytes, edit) => edit(bytes), example))
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
  )
  return fc.oneof({ weight: 5, arbitrary: mutated }, { weight: 1, arbitrary: anything })
}

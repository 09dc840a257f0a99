import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sanitizeName } from '../../../src/repository/index.ts'
import { driveEntryName } from '../../../src/workloads/index.ts'

test('a name that every disk can hold stays as it is', () => {
  for (const name of [
    'Report 2024.docx',
    '.archive',
    "it's, [ok]; &co=.txt",
    '写真',
    'Pictures 🌊',
    'no ending',
  ])
    assert.equal(driveEntryName({ externalId: '1', name }), name)
})

test('other names are changed, and differ by the id', () => {
  const long = `${'é'.repeat(200)}.docx`
  for (const name of [
    '_items.jsonl',
    'e\u0301te\u0301.txt',
    'aux.txt',
    'end. ',
    long,
    'x~0123abcd.txt',
    '',
  ]) {
    const [one, other] = ['1', '2'].map((externalId) => driveEntryName({ externalId, name }))
    assert.ok(one && other)
    assert.notEqual(one, other, name)
    assert.match(one, /~[0-9a-f]{8}(\.[a-z]+)?$/)
  }
  assert.ok(Buffer.byteLength(driveEntryName({ externalId: '1', name: long })) <= 255)
  assert.ok(driveEntryName({ externalId: '1', name: long }).endsWith('.docx'))
})

test('any two items of a folder have names that differ, and every name is a good one', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('_a', 'a', 'A~00000000', 'con', 'a.', 'a '),
  )
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8, selector: (text) => text.toLowerCase() }), (names) => {
      const kept = names.map((text, index) => driveEntryName({ externalId: `id-${index}`, name: text }))
      assert.equal(new Set(kept).size, kept.length)
      for (const one of kept) {
        assert.ok(!one.startsWith('_') || /~[0-9a-f]{8}/.test(one), one)
        assert.equal(sanitizeName(one), one)
      }
    }),
  )
})

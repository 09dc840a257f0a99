import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  chunkerTables,
  createChunker,
  largestChunk,
  smallestChunk,
} from '../../src/repository/write/chunker.ts'
import { parsePolynomial, randomPolynomial, remainder } from '../../src/repository/write/polynomial.ts'
import { madeUp } from './material.ts'
import { polynomial } from './support.ts'

/** Cuts of the content when it comes in pieces of these lengths, the last of which repeats. */
function cutsOf(content: Buffer, pieces: readonly number[], modulus = parsePolynomial(polynomial)): number[] {
  const chunker = createChunker(chunkerTables(modulus))
  const cuts: number[] = []
  let start = 0
  for (let piece = 0; start < content.length; piece++) {
    const bytes = content.subarray(start, start + (pieces[Math.min(piece, pieces.length - 1)] ?? 1))
    for (let from = 0; from < bytes.length; ) {
      const length = chunker.nextCut(bytes, from)
      if (length === -1) break
      from += length
      cuts.push(start + from)
    }
    start += bytes.length
  }
  return cuts
}

/** The definition, straight: the remainder of the last 64 bytes as a polynomial, for the places that a cut may have. */
function fingerprint(content: Buffer, end: number, modulus: bigint): bigint {
  return remainder(BigInt(`0x${content.toString('hex', end - 64, end)}`), modulus)
}

test('cuts are where the fingerprint of the last 64 bytes ends in 20 zeros, whatever the pieces', () => {
  const content = madeUp('chunks', 12_000_000)
  const modulus = randomPolynomial()
  const cuts = cutsOf(content, [content.length], modulus)
  // How many there are is up to the polynomial: seven or eight mostly, three or fewer with one of forty.
  assert.ok(cuts.length > 0)
  let start = 0
  for (const cut of cuts) {
    assert.ok(cut - start >= smallestChunk && cut - start <= largestChunk)
    if (cut - start < largestChunk) assert.equal(fingerprint(content, cut, modulus) & 0xfffffn, 0n)
    start = cut
  }
  // Nothing is overlooked: between the smallest chunk and a cut no other place qualifies. Some thousand are looked at.
  start = 0
  for (const cut of cuts) {
    for (let place = start + smallestChunk; place < Math.min(cut, start + smallestChunk + 700); place++)
      assert.notEqual(fingerprint(content, place, modulus) & 0xfffffn, 0n)
    for (let place = cut - 700; place < cut; place++)
      if (place >= start + smallestChunk) assert.notEqual(fingerprint(content, place, modulus) & 0xfffffn, 0n)
    start = cut
  }
  for (const pieces of [[1, 63, 64, 65, 4096, 1_000_003], [524_287, 1, 1, 524_288], [7777], [65_536]])
    assert.deepEqual(cutsOf(content, pieces, modulus), cuts, pieces.join())
})

test('any way of cutting the stream into pieces gives the same chunks', () => {
  const content = madeUp('pieces', 3_000_000)
  const cuts = cutsOf(content, [content.length])
  assert.ok(cuts.length > 0)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 6 }), (pieces) => {
      assert.deepEqual(cutsOf(content, [...pieces, 100_000]), cuts)
    }),
    { numRuns: 30 },
  )
})

test('content without any cut ends at the largest chunk', () => {
  // The fingerprint of zeros is zero: the first place that may end a chunk does.
  assert.deepEqual(
    cutsOf(Buffer.alloc(3 * smallestChunk), [1_000_000]),
    [1, 2, 3].map((n) => n * smallestChunk),
  )
  const content = Buffer.alloc(2 * largestChunk + 10, 'a')
  assert.notEqual(fingerprint(content, 64, parsePolynomial(polynomial)) & 0xfffffn, 0n)
  assert.deepEqual(cutsOf(content, [300_000]), [largestChunk, 2 * largestChunk])
})

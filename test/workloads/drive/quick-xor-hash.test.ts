import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createQuickXorHash } from '../../../src/workloads/index.ts'
import { slowQuickXorHash } from '../../simulator/drive-client.ts'

test('the hash is that of the definition, however the bytes come', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      fc.array(fc.nat(700), { maxLength: 12 }),
      fc.nat(3),
      (bytes, cuts, shift) => {
        const hash = createQuickXorHash()
        // Views that begin anywhere in a buffer.
        const moved = new Uint8Array(bytes.length + shift)
        moved.set(bytes, shift)
        let at = shift
        for (const cut of cuts) {
          hash.update(moved.subarray(at, at + cut))
          at = Math.min(moved.length, at + cut)
        }
        hash.update(moved.subarray(at))
        assert.equal(hash.digest(), slowQuickXorHash(bytes))
      },
    ),
    { numRuns: 300 },
  )
})

test('the length of files beyond four gigabytes counts whole', () => {
  const hash = createQuickXorHash()
  const zeros = new Uint8Array(256 * 1024 * 1024)
  for (let gibibytes = 0; gibibytes < 5; gibibytes += 0.25) hash.update(zeros)
  const size = Buffer.alloc(20)
  size.writeBigUInt64LE(BigInt(5 * 1024 ** 3), 12)
  assert.equal(hash.digest(), size.toString('base64'))
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { createSecretBox } from '../../src/security/index.ts'

test('a sealed secret opens with the same key and context, and does not contain the plaintext', () => {
  const box = createSecretBox(randomBytes(32))
  const sealed = box.seal('hunter2 and more', 'credential:1')
  assert.equal(box.open(sealed, 'credential:1').toString(), 'hunter2 and more')
  assert.ok(!sealed.includes('hunter2'))
  assert.notDeepEqual(box.seal('x', 'a'), box.seal('x', 'a'))
})

test('a sealed secret opens neither in another place, nor changed, nor cut, nor with another key', () => {
  const box = createSecretBox(randomBytes(32))
  const sealed = box.seal('secret', 'credential:1')
  const refused = (bytes: Buffer, context = 'credential:1', opener = box) =>
    assert.throws(
      () => opener.open(bytes, context),
      (error) => isAppError(error, 'SEC_SECRET_UNREADABLE'),
    )
  refused(sealed, 'credential:2')
  refused(sealed, 'credential:1', createSecretBox(randomBytes(32)))
  for (let length = 0; length < sealed.length; length += 1) refused(sealed.subarray(0, length))
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    refused(changed)
  }
})

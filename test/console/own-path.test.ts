import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPath } from '../../console/src/format/own-path.ts'

test('after the sign-in only pages of the console itself are gone back to', () => {
  const origin = 'https://backup.example'
  for (const path of ['/', '/organizations/5?tab=runs#now', '/mail?query=//x']) {
    assert.equal(ownPath(path, origin), path)
  }
  for (const elsewhere of [
    undefined,
    '',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    ' /\\evil.example',
    '/\\backup.example@evil.example',
  ]) {
    assert.equal(ownPath(elsewhere, origin), undefined, elsewhere)
  }
})

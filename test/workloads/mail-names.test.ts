import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bucketMonth,
  folderDirectory,
  isBucketName,
  mailboxPath,
  mailFileName,
  numberedBucket,
} from '../../src/workloads/index.ts'

test('a mail is named by its time, its subject and digits of its id', () => {
  const name = mailFileName({
    externalId: 'AAMk1',
    subject: 'Re: Budget / 2025?',
    receivedAt: Date.UTC(2025, 2, 14, 9, 15, 2),
  })
  assert.match(name, /^2025-03-14 091502 Re_ Budget _ 2025_~[0-9a-f]{16}\.eml$/)
})

test('names that would be hostile to a disk are made harmless, and stay unique', () => {
  for (const subject of ['', '..', '../../etc/passwd', 'a\0b', '\ud800', '_items.jsonl', 'x'.repeat(5_000)]) {
    const one = mailFileName({ externalId: 'one', subject, receivedAt: null })
    const two = mailFileName({ externalId: 'two', subject, receivedAt: null })
    assert.notEqual(one, two)
    assert.ok(Buffer.byteLength(one) <= 255)
    assert.ok(!one.startsWith('_') && !one.includes('/') && one.isWellFormed() && one.endsWith('.eml'))
  }
})

test('ids that differ in case alone have different names', () => {
  const folder = { externalId: 'AAMkAGx', name: 'Inbox' }
  assert.notEqual(folderDirectory(folder), folderDirectory({ ...folder, externalId: 'AAMkAGX' }))
})

test('a folder is never taken for a bucket', () => {
  for (const name of ['2025-03', '2025-03-12', 'undated', 'undated-2']) {
    assert.ok(isBucketName(name))
    assert.ok(!isBucketName(folderDirectory({ externalId: 'id', name })))
  }
})

test('the bucket of a mail is its month in UTC', () => {
  assert.equal(bucketMonth(Date.UTC(2025, 11, 31, 23, 59, 59)), '2025-12')
  assert.equal(bucketMonth(null), 'undated')
  assert.equal(bucketMonth(Date.UTC(275_000, 0)), 'undated')
  assert.equal(bucketMonth(Number.MAX_VALUE), 'undated')
  assert.equal(numberedBucket('2025-12', 1), '2025-12')
  assert.equal(numberedBucket('2025-12', 3), '2025-12-3')
})

test('mailboxes are spread over 256 directories', () => {
  const path = mailboxPath({ externalId: '87d349ed', userPrincipalName: 'anna@contoso.example' })
  assert.equal(path.length, 3)
  assert.match(path.join('/'), /^mail\/([0-9a-f]{2})\/anna@contoso\.example~\1[0-9a-f]{6}$/)
})

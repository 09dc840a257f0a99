import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWhole, mailFacts } from '../../src/workloads/index.ts'

const message = {
  id: 'AAMk1',
  changeKey: 'CQAAABYA',
  parentFolderId: 'inbox',
  internetMessageId: '<one@contoso.example>',
  subject: 'Budget',
  bodyPreview: 'Dear Anna',
  from: { emailAddress: { name: 'Ben', address: 'ben.berg@fabrikam.example' } },
  toRecipients: [{ emailAddress: { name: 'Anna', address: 'anna@contoso.example' } }],
  receivedDateTime: '2025-03-14T09:15:02Z',
  sentDateTime: '2025-03-14T09:15:00Z',
  hasAttachments: false,
  isRead: false,
  isDraft: false,
  flag: { flagStatus: 'notFlagged' },
  categories: [],
}

test('state of a mail does not touch its fingerprint, content does', () => {
  const { fingerprint } = mailFacts(message)
  for (const state of [
    { isRead: true },
    { flag: { flagStatus: 'flagged' } },
    { categories: ['Red'] },
    { parentFolderId: 'archive' },
    { changeKey: 'CQAAABYB' },
    { importance: 'high' },
    { lastModifiedDateTime: '2026-01-01T00:00:00Z' },
  ])
    assert.equal(mailFacts({ ...message, ...state }).fingerprint, fingerprint)
  for (const content of [
    { subject: 'Budget 2' },
    { bodyPreview: 'Dear Ben' },
    { hasAttachments: true },
    { toRecipients: [] },
    { internetMessageId: '<two@contoso.example>' },
  ])
    assert.notEqual(mailFacts({ ...message, ...content }).fingerprint, fingerprint)
})

test('a search finds people by parts of their address', () => {
  const words = mailFacts(message).searchText.split(/\s+/)
  for (const word of ['Budget', 'Ben', 'ben.berg@fabrikam.example', 'fabrikam', 'anna'])
    assert.ok(words.includes(word))
})

test('text that a database refuses is cleaned, in lists and records too', () => {
  const facts = mailFacts({
    ...message,
    subject: 'a\0b\ud800',
    categories: ['x\0'],
    inner: { deep: ['\0y'] },
  })
  assert.equal(facts.subject, 'ab\ufffd')
  assert.deepEqual(facts.categories, ['x'])
  assert.ok(!JSON.stringify(facts).includes('\\u0000'))
  assert.equal(facts.metadata['bodyPreview'], undefined)
})

test('missing and impossible values have a plain meaning', () => {
  const facts = mailFacts({ id: 'x', changeKey: 'k', receivedDateTime: 'yesterday' })
  assert.equal(facts.receivedAt, null)
  assert.equal(facts.fromAddress, '')
  assert.equal(facts.flag, 'notFlagged')
  assert.throws(() => mailFacts({ id: 'x' }), { code: 'WRK_MESSAGE_INCOMPLETE' })
  assert.ok(!isWhole({ id: 'x', changeKey: 'k', isRead: true }))
  assert.ok(isWhole(message))
})

test('a mail to ten thousand people does not fill the index', () => {
  const toRecipients = Array.from({ length: 10_000 }, (_, index) => ({
    emailAddress: { name: `Person ${index}`, address: `person${index}@contoso.example` },
  }))
  const facts = mailFacts({ ...message, toRecipients })
  assert.ok(facts.searchText.length <= 20_000)
  assert.equal(facts.people.to.length, 10_000)
})

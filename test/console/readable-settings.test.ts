import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainReply, ruleParts } from '../../console/src/features/mailbox-settings/readable-settings.ts'

test('conditions and actions of rules are said in words; what is empty is not', () => {
  assert.deepEqual(
    ruleParts({
      senderContains: ['board', 'chair'],
      bodyContains: [],
      hasAttachments: true,
      isSigned: false,
      fromAddresses: [{ emailAddress: { name: 'Ada', address: 'ada@contoso.example' } }],
      withinSizeRange: { minimumSize: 10, maximumSize: null },
    }),
    [
      'sender contains: board, chair',
      'has attachments',
      'from addresses: Ada <ada@contoso.example>',
      'within size range: minimum size: 10',
    ],
  )
  assert.deepEqual(ruleParts(undefined), [])
})

test('a reply is read as text, whatever it was written with', () => {
  const html =
    '<html><head><style>p{}</style></head><body><p>Back &amp; rested</p><script>alert(1)</script><div>in&nbsp;May</div></body></html>'
  assert.equal(plainReply(html), 'Back & rested\nin May')
  assert.equal(plainReply('plain'), 'plain')
})

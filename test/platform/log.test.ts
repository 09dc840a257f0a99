import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/main/log.ts'

function logged(fields: object, message = 'said', pretty = false): string {
  let text = ''
  const log = createLog({
    level: 'debug',
    pretty,
    write: (line) => {
      text += line
    },
  })
  log.info(fields, message)
  return text
}

test('secret fields and texts that look like secrets do not reach the log', () => {
  const text = logged(
    {
      headers: { authorization: 'Basic hunter2hunter2', cookie: 'hunter2', 'x-csrf-token': 'hunter2' },
      body: { password: 'hunter2', clientSecret: 'hunter2', items: [{ accessToken: 'hunter2' }] },
      code: '0.AXEA-hunter2',
      url: '/?code=hunter2&state=hunter2&next=1',
      err: new Error('connect postgres://bdr:hunter2@db/x with Bearer hunter2.hunter2 failed'),
    },
    'the link is http://localhost/setup#token=hunter2',
  )
  assert.ok(!text.includes('hunter2'), text)
  assert.ok(text.includes('next=1') && text.includes('"level":"info"'))
})

test('codes of errors and states of runs stay readable', () => {
  const text = logged({ code: 'DB_START_FAILED', state: 'need-admin-approval', status: 200 })
  assert.match(text, /DB_START_FAILED.*need-admin-approval.*200/)
})

test('at a terminal each entry is one short line', () => {
  assert.match(logged({ run: 5 }, 'backup started', true), /^\d\d:\d\d:\d\d {3}backup started {2}run=5\n$/)
})

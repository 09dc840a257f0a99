import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  explanationSections,
  findExplanation,
  findTextExplanation,
} from '../../src/microsoft/failures/catalogue.ts'
import { entraFailure, graphFailure } from '../../src/microsoft/failures/read-failure.ts'
import {
  type Explanation,
  explainMicrosoftError,
  isAccessDenied,
  isReplicationDelay,
  isResyncRequired,
  isThrottled,
  microsoftProblem,
} from '../../src/microsoft/index.ts'
import { aadstsRows, graphErrors, oauthErrors } from './contract-codes.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body,
  now: Date.UTC(2026, 10, 22),
})

/** Whole sentences, and nothing left to be filled in. */
function assertWords({ happened, why, remedy }: Explanation): void {
  for (const part of [happened, why, remedy]) assert.match(part, /^[A-Z'][^{}]{10,}[.)]$/)
}

test('every AADSTS number is explained in words of its own, with what to do', () => {
  const said = new Map<string, readonly number[]>()
  for (const row of aadstsRows) {
    for (const number of row) {
      const failure = entraFailure(
        answer(400, {
          error: 'invalid_grant',
          error_description: `AADSTS${number}: text`,
          error_codes: [number],
        }),
      )
      assert.equal(failure.microsoft.aadsts, number)
      const words = explainMicrosoftError(failure.microsoft)
      assertWords(words)
      assert.doesNotMatch(words.happened, /text/)
      assert.ok(failure.what.endsWith(words.happened))
      assert.deepEqual([failure.why, failure.remedy], [words.why, words.remedy])
      const key = JSON.stringify(words)
      const other = said.get(key)
      assert.ok(other === undefined || other === row, `${number} says what ${other?.join(', ')} says`)
      said.set(key, row)
    }
  }
})

test('every OAuth error without a number is explained in words of its own', () => {
  for (const error of oauthErrors) {
    const failure = entraFailure(answer(400, { error }))
    const words = explainMicrosoftError(failure.microsoft)
    assertWords(words)
    assert.deepEqual(words, findExplanation(error))
  }
})

test('every error of Graph is explained in words of its own', () => {
  for (const [status, code, text = ''] of graphErrors) {
    const failure = graphFailure(answer(status, { error: { code, message: text } }))
    const words = explainMicrosoftError(failure.microsoft)
    assertWords(words)
    const named = words.why.includes('A, B')
    const byText = findTextExplanation([code], text)
    assert.ok(named || byText || findExplanation(code), `${status} ${code} ${text}`)
    if (text !== '' && !named && !/Check credentials|MailboxConcurrency/.test(text)) {
      assert.ok(byText, `"${text}" has words of its own`)
    }
    assert.equal(failure.remedy, words.remedy)
  }
})

test('no code is explained twice', () => {
  const codes = explanationSections.flatMap(([, rows]) =>
    rows.flatMap((row) => row.codes.map((code) => String(code).toLowerCase())),
  )
  assert.deepEqual(
    codes.filter((code, index) => codes.indexOf(code) !== index),
    [],
  )
})

test('an unknown number falls back to the own text of Microsoft', () => {
  const failure = entraFailure(
    answer(400, { error: 'invalid_grant', error_description: 'AADSTS999999: Something entirely new.' }),
  )
  assert.match(failure.message, /Something entirely new\./)
  assert.equal(failure.microsoft.microsoftCode, 'AADSTS999999')
})

for (const [name, separator] of [
  ['line breaks', '\r\n'],
  ['spaces', ' '],
] as const) {
  test(`ids and time are read from a text whose parts are separated by ${name}`, () => {
    const id = '0000aaaa-11bb-cccc-dd22-eeeeee333333'
    const description = [
      'AADSTS7000215: Invalid client secret provided.',
      `Trace ID: ${id}`,
      'Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd',
      'Timestamp: 2026-01-09 02:02:12Z',
    ].join(separator)
    const failure = entraFailure(answer(401, { error: 'invalid_client', error_description: description }))
    assert.equal(failure.code, 'MSG_CREDENTIAL_REFUSED')
    assert.equal(failure.microsoft.requestId, id)
    assert.deepEqual(microsoftProblem(failure), {
      code: 'AADSTS7000215',
      message: 'AADSTS7000215: Invalid client secret provided.',
      requestId: id,
      correlationId: 'aaaa0000-bb11-2222-33cc-444444dddddd',
      time: '2026-01-09 02:02:12Z',
    })
  })
}

test('the deepest known code counts, whatever the case of the inner error', () => {
  const nested = {
    error: {
      code: 'BadRequest',
      message: 'x',
      innererror: { code: 'syncStateNotFound', innerError: { code: 'NeverSeen' } },
    },
  }
  const failure = graphFailure(answer(400, nested))
  assert.equal(failure.microsoft.microsoftCode, 'syncStateNotFound')
  assert.ok(isResyncRequired(failure))
})

test('410, and 404 with a lost synchronization state, ask for a new synchronization', () => {
  assert.ok(isResyncRequired(graphFailure(answer(410, {}))))
  assert.ok(
    isResyncRequired(graphFailure(answer(404, { error: { code: 'SyncStateNotFound', message: '' } }))),
  )
  assert.ok(
    !isResyncRequired(graphFailure(answer(404, { error: { code: 'ErrorItemNotFound', message: '' } }))),
  )
})

test('each dialect of a denied access is understood', () => {
  for (const code of ['Authorization_RequestDenied', 'ErrorAccessDenied', 'accessDenied', 'Forbidden', '']) {
    assert.ok(isAccessDenied(graphFailure(answer(403, { error: { code, message: '' } }))))
  }
  const policy = graphFailure(
    answer(403, { error: { code: 'ErrorAccessDenied', message: 'Access to OData is disabled.' } }),
  )
  assert.match(policy.message, /access policy of Exchange/)
})

test('Teams names the permissions of which one is missing', () => {
  const message =
    "Missing role permissions on the request. API requires one of 'Chat.Read.All, Chat.ReadWrite.All'. Roles on the request ''."
  const failure = graphFailure(answer(403, { error: { code: 'Forbidden', message } }))
  assert.deepEqual(failure.microsoft.requiredPermissions, ['Chat.Read.All', 'Chat.ReadWrite.All'])
  assert.match(failure.remedy, /Chat\.Read\.All, Chat\.ReadWrite\.All/)
})

test('answers that mean "not replicated yet" are told apart from other refusals', () => {
  const missing = {
    error: {
      code: 'Request_BadRequest',
      message: '',
      details: [{ code: 'NoBackingApplicationObject', target: 'appId' }],
    },
  }
  assert.ok(isReplicationDelay(graphFailure(answer(400, missing))))
  assert.ok(
    isReplicationDelay(
      graphFailure(answer(404, { error: { code: 'Request_ResourceNotFound', message: '' } })),
    ),
  )
  const backing =
    'When using this permission, the backing application of the service principal being created must in the local tenant'
  assert.ok(
    isReplicationDelay(
      graphFailure(answer(403, { error: { code: 'Authorization_RequestDenied', message: backing } })),
    ),
  )
  for (const number of [700016, 7000215, 7000229]) {
    assert.ok(
      isReplicationDelay(entraFailure(answer(401, { error: 'invalid_client', error_codes: [number] }))),
    )
  }
  assert.ok(
    !isReplicationDelay(entraFailure(answer(401, { error: 'invalid_client', error_codes: [7000222] }))),
  )
  assert.ok(
    !isReplicationDelay(
      graphFailure(answer(403, { error: { code: 'Authorization_RequestDenied', message: '' } })),
    ),
  )
})

test('an empty answer, an empty code and a code inside the text are survived', () => {
  assert.equal(graphFailure(answer(503, '')).code, 'MSG_UNAVAILABLE')
  assert.equal(
    graphFailure(answer(403, { error: { code: '', message: 'no' } })).microsoft.microsoftCode,
    'HTTP 403',
  )
  const inside = { error: { code: 'UnknownError', message: '{"errorCode":"TooManyRequests","message":"x"}' } }
  assert.ok(isThrottled(graphFailure(answer(400, inside))))
})

test('nothing that looks like a token gets into an error', () => {
  const token = `eyJ${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(40)}`
  const failure = graphFailure(answer(400, { error: { code: 'x', message: `bad ${token} here` } }))
  assert.ok(!JSON.stringify(failure).includes('bbbb') && !failure.message.includes('bbbb'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entraFailure, graphFailure } from '../../src/microsoft/failures/read-failure.ts'
import {
  explainMicrosoftError,
  isAccessDenied,
  isReplicationDelay,
  isResyncRequired,
  isThrottled,
  microsoftProblem,
} from '../../src/microsoft/index.ts'

/** Every number Microsoft's onboarding can answer with. */
const numbers = [
  16000, 50011, 500113, 900971, 500011, 50001, 50020, 50034, 50053, 50055, 50144, 50057, 50058, 50059, 90019,
  50072, 50079, 50074, 50076, 50078, 50097, 530003, 53000, 53001, 50105, 50126, 50132, 50133, 50173, 50158,
  50194, 50196, 50199, 53002, 53003, 530032, 530035, 53004, 53011, 54005, 65001, 65002, 65004, 650051, 650052,
  650056, 650057, 70000, 70008, 700082, 70043, 700011, 700016, 70001, 7000112, 1000031, 70011, 70016, 70018,
  70019, 70020, 7000215, 7000218, 7000222, 7000229, 700022, 700025, 700027, 700030, 50012, 700024, 700005,
  700054, 90002, 900023, 90008, 90014, 900144, 90033, 90006, 90024, 90090, 50033, 90012, 90038, 900439,
  900382, 900432, 90055, 90072, 90093, 90094, 90095, 900941, 900981, 90099, 9002326, 9001023,
]
const codes = [
  'Authorization_RequestDenied', 'ErrorAccessDenied', 'accessDenied', 'Forbidden', 'InvalidAuthenticationToken',
  'NoBackingApplicationObject', 'Request_ResourceNotFound', 'Directory_ObjectNotFound',
  'Request_MultipleObjectsWithSameKeyValue', 'CredentialTypeNotAllowedAsPerAppPolicy',
  'CredentialInvalidLifetimeAsPerAppPolicy', 'HostNameNotOnVerifiedDomain', 'InefficientFilter', 'ErrorItemNotFound',
  'ErrorSyncFolderNotFound', 'MailboxNotEnabledForRESTAPI', 'ErrorInvalidUser', 'ErrorCorruptData',
  'ErrorCannotOpenFileAttachment', 'SyncStateNotFound', 'SyncStateInvalid', 'ResyncRequired',
  'resyncChangesApplyDifferences', 'resyncChangesUploadDifferences', 'ApplicationThrottled', 'activityLimitReached',
  'TooManyRequests', 'Request_ThrottledTemporarily', 'malwareDetected', 'resourceLocked', 'quotaLimitReached',
  'nameAlreadyExists', 'access_denied',
] // biome-ignore format: a list of codes

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body,
  now: Date.UTC(2026, 10, 22),
})

for (const number of numbers) {
  test(`AADSTS${number} is explained in words, with what to do`, () => {
    const failure = entraFailure(
      answer(400, {
        error: 'invalid_grant',
        error_description: `AADSTS${number}: text`,
        error_codes: [number],
      }),
    )
    assert.equal(failure.microsoft.aadsts, number)
    const { happened, why, remedy } = explainMicrosoftError(failure.microsoft)
    for (const part of [happened, why, remedy]) assert.match(part, /^[^{}]{10,}[.)]$/)
    assert.doesNotMatch(happened, /text/)
    assert.ok(failure.message.includes(happened) && failure.remedy === remedy)
  })
}

for (const code of codes) {
  test(`the code ${code} is explained in words, with what to do`, () => {
    const { happened, why, remedy } = explainMicrosoftError({ microsoftCode: code, microsoftMessage: 'text' })
    for (const part of [happened, why, remedy]) assert.match(part, /^[^{}]{10,}\.$/)
  })
}

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

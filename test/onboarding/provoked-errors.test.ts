/**
 * Every error that Microsoft is known to answer with, provoked at the simulated service by a real request, and what the API and the
 * command line then say: what happened, why, what to do, with the ids and the time for Microsoft's support.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { graphErrors as simulatedGraphErrors } from '../../simulator/graph/error-table.ts'
import { errorJson, errorLines, ProblemError } from '../../src/cli/problem-error.ts'
import type { OnboardingView, OrganizationView, Problem, SignInAddress } from '../../src/contract/index.ts'
import { findExplanation } from '../../src/microsoft/failures/catalogue.ts'
import { type Explanation, explainMicrosoftError } from '../../src/microsoft/index.ts'
import { registerOnboardingRoutes } from '../../src/server/routes/onboardings/onboarding-routes.ts'
import { registerOrganizationRoutes } from '../../src/server/routes/organizations/organization-routes.ts'
import { registerSignInReturn } from '../../src/server/routes/sign-in-return/sign-in-return-routes.ts'
import { covers } from '../covers.ts'
import { aadstsRows, graphErrors } from '../microsoft/contract-codes.ts'
import { createTestServer, type TestServer } from '../server.ts'
import { signIn } from './browser.ts'
import { setFaults } from './fault-walk.ts'
import {
  applications,
  createdApplication,
  hold,
  type Lab,
  openLab,
  operatorId,
  signInAs,
  start,
} from './lab.ts'

let lab: Lab
let server: TestServer
let headers: Record<string, string>
before(async () => {
  lab = await openLab()
  server = await createTestServer({
    routes: (api) => {
      registerOnboardingRoutes(api, lab)
      registerOrganizationRoutes(api, lab)
    },
    pages: (app) => registerSignInReturn(app, lab),
  })
  headers = (await server.signIn()).headers
})
after(async () => {
  await server.stop()
  await lab.stop()
})
beforeEach(() => setFaults(lab, 'global', []))

const numbers = aadstsRows.flat()
/** Numbers by which Microsoft asks for an administrator: they open 'Need Admin Approval' instead of an error. */
const approvals = [90093, 90094, 90095, 900941, 900981]
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function call<T>(method: 'GET' | 'POST', path: string): Promise<{ status: number; body: T }> {
  const answer = await server.app.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(method === 'POST' && { payload: {} }),
  })
  return { status: answer.statusCode, body: answer.json<T>() }
}

function wordsOf(code: number | string): Explanation {
  const words = findExplanation(code)
  assert.ok(words, `${code} is explained`)
  return words
}

/** The problem says it all, and the command line says the same. */
function assertExplained(problem: Problem | null, code: string, words: Explanation): void {
  assert.ok(problem, `${code} is an error`)
  assert.ok(problem.title.endsWith(words.happened), `${code}: ${problem.title}`)
  assert.equal(problem.why, words.why, code)
  assert.equal(problem.detail, words.remedy, code)
  const { microsoft } = problem
  assert.ok(microsoft, code)
  assert.equal(microsoft.code, code)
  assert.match(microsoft.correlationId ?? '', guid, code)
  assert.match(microsoft.requestId ?? '', guid, code)
  assert.match(microsoft.time ?? '', /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?$/, code)
  const error = new ProblemError(problem)
  const lines = errorLines(error).join('\n')
  for (const part of [words.happened, words.why, words.remedy, code, microsoft.correlationId, microsoft.time])
    assert.ok(lines.includes(part ?? '?'), `"${part}" stands in: ${lines}`)
  assert.deepEqual(errorJson(error).microsoft, microsoft)
}

async function comeBack(id: string): Promise<OnboardingView> {
  const { body } = await call<SignInAddress>('POST', `/onboardings/${id}/sign-in`)
  const landing = await signIn(body.authorizationUrl, lab.persona('Global Administrator'))
  assert.ok(landing.kind === 'returned', 'the browser comes back')
  const cookie = headers['cookie'] ?? ''
  const answer = await server.app.inject({ url: `/?${landing.query.toString()}`, headers: { cookie } })
  assert.equal(answer.statusCode, 303)
  return (await call<OnboardingView>('GET', `/onboardings/${id}`)).body
}

test('every AADSTS number with which the browser comes back is explained', async () => {
  const { id } = await start(lab)
  for (const number of numbers) {
    const fault = `AADSTS${number}`
    await setFaults(lab, 'global', [{ match: { server: 'authorize' }, fault }])
    const view = await comeBack(id)
    const words = wordsOf(number)
    if (approvals.includes(number)) {
      assert.equal(view.state, 'need-admin-approval', fault)
      assert.equal(view.approval?.explanation, `${words.happened} ${words.why} ${words.remedy}`)
    } else {
      assert.equal(view.state, 'signing-in', fault)
      assertExplained(view.error, fault, words)
    }
  }
})

test('every AADSTS number that the redemption of a sign-in is refused with is explained', async () => {
  const { id } = await start(lab)
  for (const number of numbers) {
    const fault = `AADSTS${number}`
    await setFaults(lab, 'global', [{ match: { server: 'login', path: '/token(\\?|$)' }, fault }])
    const view = await comeBack(id)
    assert.equal(view.state, 'signing-in', fault)
    assertExplained(view.error, fault, wordsOf(number))
  }
})

test('every AADSTS number that the request for a one-time code is refused with is explained', async () => {
  const { id } = await start(lab, { method: 'device-code' })
  for (const number of numbers) {
    const fault = `AADSTS${number}`
    await setFaults(lab, 'global', [{ match: { server: 'login', path: '/devicecode$' }, fault }])
    const { status, body } = await call<Problem>('POST', `/onboardings/${id}/device-code`)
    assert.equal(status, body.status, fault)
    assert.ok(status >= 400, fault)
    assertExplained(body, fault, wordsOf(number))
  }
})

test('every AADSTS number that ends a one-time code is explained, and those that mean "not yet" end none', async () => {
  const { id } = await start(lab, { method: 'device-code' })
  const waiting: number[] = []
  for (const number of numbers) {
    const fault = `AADSTS${number}`
    await setFaults(lab, 'global', [])
    const release = hold(lab, 5_000)
    try {
      await call('POST', `/onboardings/${id}/device-code`)
      await setFaults(lab, 'global', [{ match: { server: 'login', path: '/token(\\?|$)' }, fault }])
      const { body } = await call<OnboardingView>('POST', `/onboardings/${id}/device-code/check`)
      if (body.deviceCode) {
        waiting.push(number)
        // A passing failure is said, and the code stays.
        if (number !== 70016) assert.ok(body.deviceCode.notice?.includes(wordsOf(number).happened), fault)
        continue
      }
      const { error } = body
      assert.equal(error?.microsoft?.code, fault)
      if (error?.code.startsWith('ONB_CODE_')) {
        assert.match(error.detail, /'New code'/, fault)
        if (error.code === 'ONB_CODE_BLOCKED') assert.ok(error.title.endsWith(wordsOf(number).happened))
      } else assertExplained(error, fault, wordsOf(number))
    } finally {
      release()
    }
  }
  assert.deepEqual(
    waiting.toSorted((a, b) => a - b),
    [50033, 70016, 90006, 90012, 90024, 90033, 90055, 90090],
  )
})

test('every error of the sign-in and of Graph that an application meets is explained in its health', async () => {
  const { id } = await createdApplication(lab)
  const saved = await lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
  const verify = async () => {
    const path = `/organizations/${saved.organizationId}/verify`
    return (await call<OrganizationView>('POST', path)).body.health[0]?.message ?? ''
  }
  for (const number of numbers) {
    const rule = { match: { server: 'login', path: '/token(\\?|$)' }, fault: `AADSTS${number}` }
    await setFaults(lab, 'global', [rule])
    const message = await verify()
    const { happened, why, remedy } = wordsOf(number)
    assert.ok(message.endsWith(`${happened} ${why} ${remedy}`), `${number}: ${message}`)
  }
  for (const name of Object.keys(simulatedGraphErrors)) {
    await setFaults(lab, 'global', [{ match: { server: 'graph', path: '/mailFolders' }, fault: name }])
    const message = await verify()
    const { happened, why, remedy } = graphWords(name)
    // A mailbox that is not there is left out of the probe, and nothing is said against the access.
    if (simulatedGraphErrors[name]?.status === 404) assert.match(message, /No mailbox was found/, name)
    else assert.ok(message.endsWith(`${happened} ${why} ${remedy}`), `${name}: ${message}`)
  }
})

function graphWords(name: string): Explanation {
  const { code = name, text = '', details = [], inner = {} } = simulatedGraphErrors[name] ?? {}
  const deeper = [...details.map((one) => one.code), inner['code']].filter((one) => typeof one === 'string')
  const requiredPermissions = name === 'Forbidden' ? ['Chat.Read.All', 'Chat.ReadWrite.All'] : []
  const microsoftCode = deeper.findLast((one) => findExplanation(one)) ?? code
  return explainMicrosoftError({
    microsoftCode,
    microsoftMessage: text,
    codes: [code, ...deeper],
    requiredPermissions,
  })
}

test('every error of Graph that the look-up of an administrator meets is explained', async () => {
  const { id } = await start(lab)
  for (const name of Object.keys(simulatedGraphErrors)) {
    await setFaults(lab, 'global', [{ match: { server: 'graph', path: '/transitiveMemberOf' }, fault: name }])
    const view = await comeBack(id)
    assert.equal(view.state, 'signing-in', name)
    assertExplained(view.error, view.error?.microsoft?.code ?? '', graphWords(name))
  }
  const simulated = Object.entries(simulatedGraphErrors).map(
    ([name, { status, code = name, details }]) => [status, code, details?.[0]?.code] as const,
  )
  for (const [status, code] of graphErrors) {
    const found = simulated.some(
      ([answered, outer, inner]) =>
        answered === status && [outer.toLowerCase(), inner?.toLowerCase()].includes(code.toLowerCase()),
    )
    assert.ok(found || code === 'throttledRequest', `${status} ${code} can be provoked`)
  }
})

const creation = [
  ['GET', '/applications\\(uniqueName', 'application'],
  ['PATCH', '/applications\\(uniqueName', 'application'],
  ['GET', '/servicePrincipals\\(appId', 'application'],
  ['POST', '/servicePrincipals$', 'service-principal'],
  ['POST', '/addPassword$', 'credential'],
  ['POST', '/appRoleAssignedTo$', 'permission:User.Read.All'],
  ['GET', '/users\\?', 'probe:mail'],
  ['GET', '/mailFolders', 'probe:mail'],
] as const

test('a refusal to list the permissions that are offered is explained before anything is granted or made', async () => {
  covers('credential', 'global', 'signing-in')
  await lab.database.db.deleteFrom('organizations').execute()
  const { id } = await start(lab)
  const match = { server: 'graph', method: 'GET', path: '/servicePrincipals\\(appId' }
  await setFaults(lab, 'global', [{ match, fault: 'Authorization_RequestDenied' }])
  const view = await signInAs(lab, id, 'Global Administrator')
  assert.equal(view.state, 'signing-in')
  assertExplained(view.error, 'Authorization_RequestDenied', wordsOf('Authorization_RequestDenied'))
  await setFaults(lab, 'global', [])
  assert.equal((await signInAs(lab, id, 'Global Administrator')).state, 'awaiting-grant')
})

for (const [method, path, step] of creation) {
  test(`a refusal of ${method} ${path} is explained at its step, and what is left is listed`, async () => {
    covers('credential', 'global', 'failed')
    await lab.database.db.deleteFrom('organizations').execute()
    lab.tenant().directory.applications.splice(0)
    const code = 'Authorization_RequestDenied'
    // What is offered was looked up at the sign-in already.
    const nth = path.startsWith('/servicePrincipals\\(') ? { nth: 2 } : {}
    await setFaults(lab, 'global', [{ match: { server: 'graph', method, path }, ...nth, fault: code }])
    const view = await createdApplication(lab)
    assert.equal(view.state, 'failed')
    const failed = view.steps.find(({ state }) => state === 'failed')
    assert.equal(failed?.id, step)
    const words = wordsOf(code)
    if (step === 'probe:mail') assert.equal(view.error?.code, 'ONB_TOO_SLOW', 'it could mean "not yet"')
    else {
      assertExplained(view.error, code, words)
      assert.ok(failed.detail?.includes(words.happened))
    }
    assert.equal(view.error?.microsoft?.code, code)
    for (const { appId, uniqueName } of applications(lab))
      assert.ok(view.leftovers.some((line) => line.includes(appId) || line.includes(uniqueName ?? '')))
  })
}

/** Customer links over HTTP: what opening an address does, what the cookie reaches, and what it does not. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CustomerView, NewCustomerLink } from '../../src/contract/index.ts'
import { registerCustomerRoutes } from '../../src/server/routes/customer/customer-routes.ts'
import { registerOnboardingRoutes } from '../../src/server/routes/onboardings/onboarding-routes.ts'
import { registerOrganizationRoutes } from '../../src/server/routes/organizations/organization-routes.ts'
import { registerSignInReturn } from '../../src/server/routes/sign-in-return/sign-in-return-routes.ts'
import { covers } from '../covers.ts'
import { createTestServer, type TestServer } from '../server.ts'
import { signIn } from './browser.ts'
import { type Lab, openLab, start } from './lab.ts'
import { ownApplication } from './own-application.ts'

const host = 'backup.example'
let lab: Lab
let server: TestServer
let operator: { headers: Record<string, string> }
before(async () => {
  lab = await openLab()
  await ownApplication(lab)
  const { customers, onboardings, organizations, signInReturns } = lab
  server = await createTestServer({
    allowedHosts: [host],
    trustedProxy: ['127.0.0.1'],
    customers,
    routes: (api) => {
      registerCustomerRoutes(api, { customers, secureCookies: true })
      registerOnboardingRoutes(api, { onboardings })
      registerOrganizationRoutes(api, { organizations })
    },
    pages: (app) => registerSignInReturn(app, { signInReturns }),
  })
  operator = await server.signIn()
  // What comes over https has cookies of other names.
  const { cookie } = operator.headers
  operator = { ...operator, headers: { ...operator.headers, cookie: `__Host-${cookie}` } }
})
after(async () => {
  await server.stop()
  await lab.stop()
})

type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE'
const send = (method: Method, url: string, headers: Record<string, string> = {}, payload?: object) =>
  server.app.inject({
    method,
    url: url.startsWith('/api') || url.startsWith('/microsoft') ? url : `/api/v1${url}`,
    headers: { host, 'x-forwarded-proto': 'https', ...headers },
    ...(payload && { payload }),
  })

async function made(): Promise<{ token: string; onboardingId: string }> {
  const { id } = await start(lab)
  const answer = await send('POST', `/onboardings/${id}/customer-links`, operator.headers, {
    providerName: 'Example Provider',
  })
  assert.equal(answer.statusCode, 201, answer.body)
  const { address } = answer.json<NewCustomerLink>()
  return {
    token: new URLSearchParams(new URL(address).hash.slice(1)).get('token') ?? '',
    onboardingId: id,
  }
}

/** Opens a link as the page does after the click. */
async function open(token: string) {
  const answer = await send('POST', '/customer/open', {}, { token })
  assert.equal(answer.statusCode, 200, answer.body)
  const [cookie] = answer.cookies
  const { csrfToken } = answer.json<CustomerView>()
  return { cookie, headers: { cookie: `${cookie?.name}=${cookie?.value}`, 'x-csrf-token': csrfToken } }
}

test('whatever opens or fetches addresses does not use a link up; only the POST of the token does', async () => {
  covers('customer-link', 'global', ['opened', 'used'])
  const { token } = await made()
  // What a mail scanner or a preview does with the address: the fragment never reaches the server.
  for (const method of ['GET', 'HEAD'] as const) {
    await send(method, '/customer')
    await send(method, '/customer/open')
    await send(method, `/customer/open?token=${token}`)
    await send(method, `/customer?token=${token}`)
  }
  assert.equal((await send('POST', `/customer/open?token=${token}`, {}, {})).statusCode, 400)
  const { cookie } = await open(token)
  assert.deepEqual(
    { httpOnly: cookie?.httpOnly, secure: cookie?.secure, sameSite: cookie?.sameSite, path: cookie?.path },
    { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
  )
  assert.notEqual(cookie?.value, token)
  const again = await send('POST', '/customer/open', {}, { token })
  assert.equal(again.statusCode, 403)
  assert.equal(again.json<{ code: string }>().code, 'CUS_LINK_UNKNOWN')
})

test("a customer's cookie reaches its own onboarding and nothing else of the API", async () => {
  const { token, onboardingId } = await made()
  const { headers } = await open(token)
  assert.equal((await send('GET', '/customer', headers)).statusCode, 200)
  for (const [method, url] of [
    ['GET', '/onboardings'],
    ['GET', `/onboardings/${onboardingId}`],
    ['POST', `/onboardings/${onboardingId}/grant`],
    ['POST', `/onboardings/${onboardingId}/application-password`],
    ['POST', `/onboardings/${onboardingId}/customer-links`],
    ['GET', '/organizations'],
    ['GET', '/customer-links'],
    ['GET', '/session'],
    ['GET', '/status'],
    ['GET', '/recovery-kit'],
    ['GET', '/events'],
  ] as const)
    assert.equal((await send(method, url, headers)).statusCode, 401, `${method} ${url}`)
})

test("an operator's session is no customer, and nobody without a cookie is", async () => {
  for (const headers of [operator.headers, {}, { cookie: 'bdrcloud_customer=guess' }])
    assert.equal((await send('GET', '/customer', headers)).statusCode, 401)
})

test('writes need the token of their session and our own page', async () => {
  const { token } = await made()
  const { headers } = await open(token)
  const { cookie } = headers
  assert.equal((await send('POST', '/customer/decline', { cookie })).statusCode, 403)
  assert.equal(
    (await send('POST', '/customer/decline', { ...headers, origin: 'https://elsewhere.example' })).statusCode,
    403,
  )
  assert.equal((await send('POST', '/customer/decline', { ...headers, 'x-csrf-token': 'x' })).statusCode, 403)
  assert.equal((await send('POST', '/customer/decline', headers)).statusCode, 200)
})

test('the return from Microsoft leads the customer to the page of the link, never into the console', async () => {
  const { token } = await made()
  const { headers } = await open(token)
  const answer = await send('POST', '/customer/sign-in', headers, {})
  const { authorizationUrl } = answer.json<{ authorizationUrl: string }>()
  const landing = await signIn(authorizationUrl, lab.persona('Global Administrator'), 'accept')
  assert.ok(landing.kind === 'returned')
  const back = new URL(landing.address)
  const stranger = await send('GET', `${back.pathname}${back.search}`)
  assert.equal(stranger.statusCode, 401, 'without the cookie the return is nobody’s')
  const returned = await send('GET', `${back.pathname}${back.search}`, { cookie: headers.cookie })
  assert.equal(returned.statusCode, 303)
  assert.equal(returned.headers['location'], '/customer')
  assert.equal((await send('GET', '/customer', headers)).json<CustomerView>().state, 'awaiting-grant')
})

test('guessing is slowed down by address', async () => {
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => send('POST', '/customer/open', {}, { token: 'g'.repeat(43) })),
  )
  const codes = new Set(answers.map(({ statusCode }) => statusCode))
  assert.ok(codes.has(429), [...codes].join())
})

test('an approval for the whole organization is thanked for, and nothing is believed of it', async () => {
  const approved = await send('GET', '/microsoft/return?admin_consent=True&tenant=whatever')
  assert.equal(approved.statusCode, 200)
  assert.match(approved.body, /recorded your approval/)
  assert.doesNotMatch(approved.body, /whatever/)
  const refused = await send('GET', '/microsoft/return?admin_consent=True&error=consent_required')
  assert.match(refused.body, /Nothing was approved/)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  DetectedCloud,
  OnboardingView,
  OrganizationView,
  Page,
  Problem,
  RegistrationGuide,
  SignInAddress,
} from '../../src/contract/index.ts'
import { registerConsole } from '../../src/server/console/console-pages.ts'
import { registerCloudRoutes } from '../../src/server/routes/clouds/cloud-routes.ts'
import { registerOnboardingRoutes } from '../../src/server/routes/onboardings/onboarding-routes.ts'
import { registerOrganizationRoutes } from '../../src/server/routes/organizations/organization-routes.ts'
import { registerSignInReturn } from '../../src/server/routes/sign-in-return/sign-in-return-routes.ts'
import { createTestServer, type TestServer } from '../server.ts'
import { signIn } from './browser.ts'
import { hold, type Lab, openLab } from './lab.ts'
import { registerByHand } from './manual.ts'

let lab: Lab
let server: TestServer
let headers: Record<string, string>
before(async () => {
  lab = await openLab()
  server = await createTestServer({
    routes: (api) => {
      registerCloudRoutes(api, lab)
      registerOnboardingRoutes(api, lab)
      registerOrganizationRoutes(api, lab)
    },
    pages: async (app) => {
      await registerConsole(app, { folder: '/nowhere' })
      registerSignInReturn(app, lab)
    },
  })
  headers = (await server.signIn()).headers
})
after(async () => {
  await server.stop()
  await lab.stop()
})

async function call<T>(method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, payload?: object) {
  const answer = await server.app.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json<T>() }
}
const wanted = {
  method: 'credential',
  cloud: 'global',
  workloads: ['mail'],
  restoreRights: true,
  credentialKind: 'password',
}

test('a console walks the whole wizard over the API', async () => {
  const started = await call<OnboardingView>('POST', '/onboardings', wanted)
  assert.equal(started.status, 201)
  const path = `/onboardings/${started.body.id}`
  const open = await call<Page<OnboardingView>>('GET', '/onboardings?limit=1')
  assert.deepEqual(open.body.items[0]?.id, started.body.id)

  const address = await call<SignInAddress>('POST', `${path}/sign-in`, {})
  const landing = await signIn(address.body.authorizationUrl, lab.persona('Global Administrator'))
  assert.ok(landing.kind === 'returned')
  const back = `/?${landing.query.toString()}`
  const stranger = await server.app.inject({ url: back })
  assert.equal(stranger.statusCode, 401)
  assert.match(stranger.body, /not signed in to the console/)
  const returned = await server.app.inject({ url: back, headers: { cookie: headers['cookie'] ?? '' } })
  assert.equal(returned.statusCode, 303)
  assert.equal(returned.headers['location'], `/onboarding/${started.body.id}`)
  assert.equal(returned.headers['cache-control'], 'no-store')
  const again = await server.app.inject({ url: back, headers: { cookie: headers['cookie'] ?? '' } })
  assert.equal(again.statusCode, 400)
  assert.match(again.body, /used already/)
  assert.ok(!again.body.includes(landing.query.get('state') ?? ''))

  assert.equal((await call<OnboardingView>('POST', `${path}/grant`)).body.state, 'creating')
  let view = started.body
  while (view.state !== 'completing' && view.state !== 'failed') {
    view = (await call<OnboardingView>('GET', path)).body
  }
  assert.equal(view.state, 'completing')
  const password = await call<{ applicationPassword: string }>('POST', `${path}/application-password`)
  assert.equal(password.status, 200)
  const second = await call<Problem>('POST', `${path}/application-password`)
  assert.equal(second.body.code, 'ONB_PASSWORD_NOT_AVAILABLE')
  const saved = await call<OnboardingView>('POST', `${path}/save`, { organizationName: 'Harbour' })
  assert.equal(saved.body.state, 'saved')

  const id = saved.body.organizationId
  const list = await call<Page<OrganizationView>>('GET', '/organizations')
  assert.deepEqual(
    list.body.items.map((one) => one.id),
    [id],
  )
  assert.equal(
    (await call<OrganizationView>('PATCH', `/organizations/${id}`, { name: 'New' })).body.name,
    'New',
  )
  assert.equal(
    (await call<OrganizationView>('POST', `/organizations/${id}/verify`)).body.health[0]?.write,
    'ok',
  )
  assert.equal((await call<OrganizationView>('GET', `/organizations/${id}`)).body.name, 'New')
})

test('the first page is the console unless the query is a return from the sign-in', async () => {
  for (const url of ['/', '/?state=x', '/?code=x']) {
    const answer = await server.app.inject({ url })
    assert.match(answer.body, /console is not built/)
  }
  const unknown = await server.app.inject({
    url: '/?state=x&error=access_denied',
    headers: { cookie: headers['cookie'] ?? '' },
  })
  assert.equal(unknown.statusCode, 400)
})

test('clouds, permissions and refusals are told in words', async () => {
  const clouds = await call<{ items: { id: string }[] }>('GET', '/clouds')
  assert.deepEqual(
    clouds.body.items.map(({ id }) => id),
    ['global', 'usgov', 'usdod', 'china'],
  )
  const values = async (restore: boolean) => {
    const answer = await call<{ items: { value: string }[] }>(
      'GET',
      `/permissions?cloud=global&workloads=mail&restore=${restore}`,
    )
    return answer.body.items.map(({ value }) => value)
  }
  assert.deepEqual(await values(false), ['User.Read.All', 'Mail.Read'])
  assert.deepEqual(await values(true), ['User.Read.All', 'Mail.Read', 'Mail.ReadWrite'])
  const refused = await call<Problem>('POST', '/onboardings', { ...wanted, cloud: 'china' })
  assert.equal(refused.status, 422)
  assert.match(refused.body.title, /Only Global Azure supports the Automatic Credential Process/)
  const missing = await call<Problem>('GET', '/onboardings/00000000-0000-0000-0000-000000000000')
  assert.equal(missing.status, 404)
  assert.equal(
    (await call<Problem>('GET', '/organizations/00000000-0000-0000-0000-000000000000')).status,
    404,
  )
})

test('a console walks the Manual Process over the API, and nothing secret comes back', async () => {
  await lab.database.db.deleteFrom('organizations').execute()
  const { appId, secret } = registerByHand(lab.tenant())
  const started = await call<OnboardingView>('POST', '/onboardings', { ...wanted, method: 'manual' })
  const path = `/onboardings/${started.body.id}`
  const guide = await call<RegistrationGuide>('GET', `${path}/registration-guide`)
  assert.deepEqual(
    guide.body.scripts.map(({ id }) => id),
    ['powershell', 'azure-cli'],
  )
  assert.equal(guide.body.steps[0]?.address, 'https://entra.microsoft.com')
  const upload = await call<RegistrationGuide>('GET', `${path}/registration-guide?credential=certificate`)
  assert.ok(upload.body.steps.some(({ title }) => title === 'Upload the certificate'))

  assert.equal((await call<Problem>('GET', `${path}/certificate`)).body.code, 'ONB_NO_CERTIFICATE')
  const made = await call<OnboardingView>('POST', `${path}/certificate`, { days: 30 })
  assert.equal(made.body.completion?.certificateOrigin, 'made-here')
  const file = await server.app.inject({ url: `/api/v1${path}/certificate`, headers })
  assert.match(
    file.headers['content-disposition'] as string,
    /attachment; filename="bdrcloud-certificate\.cer"/,
  )
  assert.match(file.body, /^-----BEGIN CERTIFICATE-----/)

  const wrong = await call<Problem>('PUT', `${path}/details`, { applicationId: 'not an id' })
  assert.equal(wrong.status, 400)
  const given = await call<OnboardingView>('PUT', `${path}/details`, {
    tenant: lab.simulator.tenant.domains[0],
    applicationId: appId,
    credential: { kind: 'password', applicationPassword: secret },
  })
  assert.equal(given.status, 200)
  assert.ok(!JSON.stringify(given.body).includes(secret))
  const saved = await call<OnboardingView>('POST', `${path}/save`, { organizationName: 'By hand' })
  assert.equal(saved.body.state, 'saved')
  assert.equal((await call<Problem>('PUT', `${path}/details`, { organizationName: 'x' })).status, 409)
})

test('the cloud of a domain is told, and a code is shown and checked over the API', async () => {
  const domain = lab.simulator.tenant.domains[0] ?? ''
  const detected = await call<DetectedCloud>('POST', '/clouds/detect', { domain })
  assert.equal(detected.body.cloud, 'global')
  const refused = await call<Problem>('POST', '/clouds/detect', { domain: 'no domain' })
  assert.equal(refused.status, 422)
  const started = await call<OnboardingView>('POST', '/onboardings', { ...wanted, method: 'device-code' })
  const path = `/onboardings/${started.body.id}`
  const release = hold(lab)
  const shown = await call<OnboardingView>('POST', `${path}/device-code`)
  assert.equal(shown.body.state, 'code-shown')
  const checked = await call<OnboardingView>('POST', `${path}/device-code/check`)
  assert.equal(checked.body.deviceCode?.userCode, shown.body.deviceCode?.userCode)
  assert.equal((await call<Problem>('POST', `${path}/sign-in`, {})).body.code, 'ONB_WRONG_METHOD')
  assert.equal((await call<OnboardingView>('POST', `${path}/cancel`)).body.state, 'cancelled')
  release()
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Application } from '../../simulator/tenant/index.ts'
import { graphScope, type Lab, openBrowser, openLab, type Page, personaOf } from './tenant-client.ts'

const mailRead = '810c84a8-4a9e-49e6-bf7d-12d183f40d01'
const redirectUri = 'http://localhost:8123/done'
let lab: Lab
let app: Application
before(async () => {
  lab = await openLab({ withApp: true })
})
after(() => lab.stop())

/** A new application that wants to read mail, without a service principal. */
function register(redirectUris: string[]): Application {
  const [ready] = lab.simulator.tenant.directory.applications
  assert.ok(ready)
  app = {
    ...ready,
    id: randomUUID(),
    appId: randomUUID(),
    redirectUris: { web: redirectUris, publicClient: [], spa: [] },
    requiredResourceAccess: [
      {
        resourceAppId: '00000003-0000-0000-c000-000000000000',
        resourceAccess: [{ id: mailRead, type: 'Role' }],
      },
    ],
  }
  lab.simulator.tenant.directory.applications.push(app)
  return app
}

async function open(
  version: 'adminconsent' | 'v2.0/adminconsent',
  name: string,
  parameters: Record<string, string>,
): Promise<{ page: Page; answer: (text: string) => Promise<Page>; leave: () => Promise<Page> }> {
  const browser = openBrowser(lab)
  const { upn, password } = personaOf(lab, name)
  const query = new URLSearchParams({ client_id: app.appId, state: 'state-1', ...parameters })
  const page = await browser.signIn(
    `${lab.pages}/${lab.tenantId}/${version}?${query.toString()}`,
    upn,
    password,
  )
  return {
    page,
    answer: async (text) => browser.submit(page, { answer: text }),
    leave: () => browser.visit(browser.link(page, 'Return to the application without granting consent')),
  }
}

async function roles(): Promise<unknown> {
  const { body } = await lab.token({
    grant_type: 'client_credentials',
    client_id: app.appId,
    client_secret: app.passwordCredentials[0]?.secretText ?? '',
    scope: graphScope(lab),
  })
  const token = body['access_token']
  return typeof token === 'string' ? decodeJwt(token)['roles'] : body['error_codes']
}
const landed = (page: Page): unknown => Object.fromEntries(page.location?.searchParams ?? [])

describe('admin consent', () => {
  test('grants what the application requires, principal included, and says so', async () => {
    register([redirectUri])
    assert.deepEqual(await roles(), [7000229])
    const { page, answer } = await open('adminconsent', 'admin', { redirect_uri: redirectUri })
    assert.match(page.html, /Review for your organization/)
    assert.match(page.html, /Mail\.Read/)
    const end = await answer('accept')
    assert.equal(`${end.location?.origin}${end.location?.pathname}`, redirectUri)
    assert.deepEqual(landed(end), { admin_consent: 'True', tenant: lab.tenantId, state: 'state-1' })
    assert.deepEqual(await roles(), ['Mail.Read'])
  })

  test('version 2 needs a scope, and repeats it', async () => {
    register([redirectUri])
    const asked = { redirect_uri: redirectUri, scope: graphScope(lab) }
    const end = await (await open('v2.0/adminconsent', 'privileged.role.admin', asked)).answer('accept')
    assert.deepEqual(landed(end), {
      admin_consent: 'True',
      tenant: lab.tenantId,
      scope: graphScope(lab),
      state: 'state-1',
    })
    assert.deepEqual(await roles(), ['Mail.Read'])
    const url = `${lab.pages}/${lab.tenantId}/v2.0/adminconsent?client_id=${app.appId}`
    assert.match((await openBrowser(lab).visit(url)).html, /AADSTS900144/)
  })

  test('cancelled, it grants nothing and answers as documented or as measured', async () => {
    register([redirectUri])
    const asked = { redirect_uri: redirectUri, scope: graphScope(lab) }
    const first = await (await open('adminconsent', 'admin', asked)).answer('cancel')
    assert.deepEqual(landed(first), {
      error: 'permission_denied',
      error_description: 'The admin canceled the request',
      state: 'state-1',
    })
    const second = await (await open('v2.0/adminconsent', 'admin', asked)).answer('cancel')
    assert.equal(second.location?.searchParams.get('error'), 'consent_required')
    assert.match(second.location?.searchParams.get('error_description') ?? '', /^AADSTS65004/)
    await lab.control('POST', '/policies', { adminConsentCancel: 'measured' })
    const third = await (await open('adminconsent', 'admin', asked)).answer('cancel')
    assert.deepEqual(landed(third), { error: 'access_denied', error_subcode: 'cancel', state: 'state-1' })
    await lab.control('POST', '/policies', { adminConsentCancel: 'documented' })
    assert.deepEqual(await roles(), [7000229])
  })

  test('is beyond a user and an administrator of applications', async () => {
    register([redirectUri])
    for (const name of ['user', 'cloud.app.admin']) {
      const { page, answer, leave } = await open('adminconsent', name, { redirect_uri: redirectUri })
      assert.match(page.html, /Need admin approval/)
      assert.equal((await leave()).location?.searchParams.get('error'), 'permission_denied')
      await assert.rejects(answer('accept'))
    }
    assert.deepEqual(await roles(), [7000229])
  })

  test('without a redirect address it takes a registered one, or fails after the grant', async () => {
    register(['http://localhost:8123/first', 'http://localhost:8123/second'])
    const end = await (await open('adminconsent', 'admin', {})).answer('accept')
    assert.equal(end.location?.pathname, '/first')
    register([])
    const dead = await (await open('adminconsent', 'admin', {})).answer('accept')
    assert.match(dead.html, /AADSTS500113/)
    assert.deepEqual(await roles(), ['Mail.Read'])
    const wrong = `${lab.pages}/${lab.tenantId}/adminconsent?client_id=${app.appId}&redirect_uri=http://localhost:1/x`
    assert.match((await openBrowser(lab).visit(wrong)).html, /AADSTS50011/)
  })

  test('the address at the sign-in service leads to the pages', async () => {
    const path = `/${lab.tenantId}/adminconsent?client_id=${app.appId}`
    const answer = await lab.call('GET', `${lab.login}${path}`)
    assert.deepEqual([answer.status, answer.headers['location']], [302, `${lab.pages}${path}`])
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import {
  authorizeUrl,
  azureCli,
  confidentialClient,
  graphScope,
  type Lab,
  openBrowser,
  openLab,
  type Page,
  personaOf,
  pkce,
  publicClient,
} from './tenant-client.ts'

const graphTools = '14d82eec-204b-4c2f-b7e8-296a70dab67e'
let lab: Lab
before(async () => {
  lab = await openLab({ withApp: true })
})
after(() => lab.stop())

/** Signs a persona in through the forms; returns where that ends. */
async function signIn(name: string, parameters: Record<string, string> = {}): Promise<Page> {
  const { upn, password } = personaOf(lab, name)
  return openBrowser(lab).signIn(authorizeUrl(lab, parameters), upn, password)
}

const redeem = (page: Page, verifier: string, changes: Record<string, string> = {}) =>
  lab.token(
    {
      grant_type: 'authorization_code',
      client_id: azureCli,
      code: page.location?.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost:8123',
      code_verifier: verifier,
      ...changes,
    },
    'organizations',
  )

describe('MSAL as a public client', () => {
  test('gets tokens by authorization code with PKCE and nonce, and refreshes them', async () => {
    const client = publicClient(lab)
    const { verifier, challenge } = pkce()
    const redirectUri = 'http://localhost:8123'
    const scopes = [graphScope(lab)]
    const url = await client.getAuthCodeUrl({
      scopes,
      redirectUri,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      state: 'a state',
      nonce: 'a-nonce',
      prompt: 'select_account',
    })
    assert.ok(url.startsWith(`${lab.pages}/${lab.tenantId}/oauth2/v2.0/authorize`))
    const { upn, password } = personaOf(lab, 'admin')
    const end = await openBrowser(lab).signIn(url, upn, password)
    assert.equal(end.location?.origin, redirectUri)
    assert.equal(end.location?.pathname, '/')
    assert.equal(end.location?.searchParams.get('state'), 'a state')
    const result = await client.acquireTokenByCode(
      { scopes, redirectUri, codeVerifier: verifier, code: end.location?.searchParams.get('code') ?? '' },
      { code: end.location?.searchParams.get('code') ?? '', nonce: 'a-nonce' },
    )
    assert.equal(result.account?.username, upn)
    const scp = String(decodeJwt(result.accessToken)['scp']).split(' ')
    assert.ok(scp.includes('AppRoleAssignment.ReadWrite.All'))
    const me = await lab.call('GET', `${lab.graph}/me`, { token: result.accessToken })
    assert.equal(me.body['userPrincipalName'], upn)
    assert.ok(result.account)
    const renewed = await client.acquireTokenSilent({ account: result.account, scopes, forceRefresh: true })
    assert.notEqual(renewed.accessToken, '')
    assert.equal(renewed.fromCache, false)
  })

  test('signs in over organizations before the tenant is known', async () => {
    const client = publicClient(lab, azureCli, 'organizations')
    const { verifier, challenge } = pkce()
    const redirectUri = 'http://localhost:8123/'
    const asked = { scopes: [graphScope(lab)], redirectUri }
    const url = await client.getAuthCodeUrl({
      ...asked,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
    })
    const { upn, password } = personaOf(lab, 'admin')
    const end = await openBrowser(lab).signIn(url, upn, password)
    const code = end.location?.searchParams.get('code') ?? ''
    const result = await client.acquireTokenByCode({ ...asked, code, codeVerifier: verifier })
    assert.equal(result.tenantId, lab.tenantId)
  })

  test('asking for sign-in alone gives a token that opens nothing else', async () => {
    const { verifier, challenge } = pkce()
    const asked = { code_challenge: challenge, code_challenge_method: 'S256', scope: 'openid profile' }
    const { body } = await redeem(await signIn('admin', asked), verifier)
    assert.equal(body['scope'], 'openid profile')
    const token = String(body['access_token'])
    assert.equal((await lab.call('GET', `${lab.graph}/applications`, { token })).status, 403)
  })

  test('without offline_access there is no refresh token, without openid no id token', async () => {
    const { verifier, challenge } = pkce()
    const page = await signIn('admin', {
      code_challenge: challenge,
      code_challenge_method: 'S256',
      scope: graphScope(lab),
    })
    const { body } = await redeem(page, verifier)
    assert.deepEqual(
      ['refresh_token' in body, 'id_token' in body, 'access_token' in body],
      [false, false, true],
    )
  })
})

describe('codes', () => {
  test('are single use, bound to verifier, redirect address and client, and live ten minutes', async () => {
    const { verifier, challenge } = pkce()
    const asked = { code_challenge: challenge, code_challenge_method: 'S256' }
    const page = await signIn('admin', asked)
    const numbers = async (changes: Record<string, string>, one = page, word = verifier): Promise<unknown> =>
      (await redeem(one, word, changes)).body['error_codes']
    assert.deepEqual(await numbers({}, page, pkce().verifier), [501481])
    assert.deepEqual(await numbers({ redirect_uri: 'http://localhost:9' }), [500112])
    assert.deepEqual(await numbers({ client_id: graphTools }), [70000])
    assert.deepEqual(await numbers({ client_secret: 'x' }), [700025])
    assert.deepEqual(await numbers({ code: 'nonsense' }), [9002313])
    const both = await Promise.all([redeem(page, verifier), redeem(page, verifier)])
    assert.equal(both.filter((one) => one.status === 200).length, 1)
    assert.deepEqual(await numbers({}), [54005])
    const late = await signIn('admin', asked)
    await lab.control('POST', '/clock', { advanceSeconds: 601 })
    assert.deepEqual(await numbers({}, late), [70008])
    await lab.control('POST', '/clock', { advanceSeconds: -601 })
  })
})

describe('what people see', () => {
  test('a wrong password and an unknown account are said on the page, then sign-in goes on', async () => {
    const browser = openBrowser(lab)
    const account = await browser.visit(authorizeUrl(lab, {}))
    const unknown = await browser.submit(account, { login: 'nobody@harbourlights.example' })
    assert.match(unknown.html, /AADSTS50034/)
    const password = await browser.submit(unknown, { login: personaOf(lab, 'user').upn })
    assert.match(password.html, /Enter password/)
    const wrong = await browser.submit(password, { password: 'wrong' })
    assert.match(wrong.html, /AADSTS50126/)
    const end = await browser.submit(wrong, { password: personaOf(lab, 'user').password })
    assert.ok(end.location?.searchParams.has('code'))
  })

  test('cancelling ends with the bare access_denied and no description', async () => {
    const browser = openBrowser(lab)
    const page = await browser.visit(authorizeUrl(lab, {}))
    const end = await browser.visit(browser.link(page, 'Cancel and go back'))
    assert.equal(end.location?.search, '?error=access_denied&error_subcode=cancel&state=state-1')
  })

  test('a guest, a blocked account and an unmet second factor stay on an error page', async () => {
    for (const [name, number] of [
      ['guest', 50020],
      ['blocked', 53003],
    ] as const) {
      const page = await signIn(name)
      assert.equal(page.location, undefined)
      assert.match(page.html, new RegExp(`<dd>${number}</dd>`), name)
    }
    const browser = openBrowser(lab)
    const { upn, password } = personaOf(lab, 'mfa.required')
    const approval = await browser.signIn(authorizeUrl(lab, {}), upn, password)
    assert.match(approval.html, /Approve sign in request/)
    await lab.control('POST', '/policies', { multiFactorFails: true })
    assert.match((await browser.submit(approval, {})).html, /AADSTS50076/)
    await lab.control('POST', '/policies', { multiFactorFails: false })
    assert.ok((await browser.submit(approval, {})).location?.searchParams.has('code'))
  })

  test('administrators and ordinary users alike get through a pre-authorized client', async () => {
    for (const name of ['admin', 'privileged.role.admin', 'cloud.app.admin', 'user']) {
      assert.ok((await signIn(name)).location?.searchParams.has('code'), name)
    }
  })

  test('a consentable client asks an administrator, and tells a user to find one', async () => {
    const asked = { client_id: graphTools, scope: 'Directory.Read.All openid' }
    const browser = openBrowser(lab)
    const { upn, password } = personaOf(lab, 'user')
    const approval = await browser.signIn(authorizeUrl(lab, asked), upn, password)
    assert.match(approval.html, /Need admin approval/)
    const back = await browser.visit(
      browser.link(approval, 'Return to the application without granting consent'),
    )
    assert.equal(back.location?.search, '?error=access_denied&error_subcode=cancel&state=state-1')
    const low = await signIn('user', { client_id: graphTools, scope: 'User.Read' })
    assert.match(low.html, /Permissions requested/)
    const admin = openBrowser(lab)
    const boss = personaOf(lab, 'admin')
    const consent = await admin.signIn(authorizeUrl(lab, asked), boss.upn, boss.password)
    assert.match(consent.html, /Permissions requested/)
    const refused = await admin.submit(consent, { answer: 'cancel' })
    assert.equal(refused.location?.searchParams.get('error_subcode'), 'cancel')
    const again = await admin.signIn(
      authorizeUrl(lab, { ...asked, prompt: 'login' }),
      boss.upn,
      boss.password,
    )
    const accepted = await admin.submit(again, { answer: 'accept', everyone: 'yes' })
    assert.ok(accepted.location?.searchParams.has('code'))
    assert.ok((await signIn('user', asked)).location?.searchParams.has('code'))
  })

  test('a browser that is signed in picks its account, signs in again or asks silently', async () => {
    const browser = openBrowser(lab)
    const { upn, password } = personaOf(lab, 'admin')
    const silent = await browser.visit(authorizeUrl(lab, { prompt: 'none' }))
    assert.equal(silent.location?.searchParams.get('error'), 'login_required')
    await browser.signIn(authorizeUrl(lab, {}), upn, password)
    assert.ok((await browser.visit(authorizeUrl(lab, {}))).location?.searchParams.has('code'))
    assert.ok((await browser.visit(authorizeUrl(lab, { prompt: 'none' }))).location?.searchParams.has('code'))
    const pick = await browser.visit(authorizeUrl(lab, { prompt: 'select_account' }))
    assert.match(pick.html, /Pick an account/)
    assert.ok((await browser.submit(pick, { login: upn })).location?.searchParams.has('code'))
    const other = await browser.visit(authorizeUrl(lab, { prompt: 'select_account' }))
    assert.match((await browser.submit(other, { login: '' })).html, /<h1>Sign in<\/h1>/)
    assert.match(
      (await browser.visit(authorizeUrl(lab, { prompt: 'login', login_hint: upn }))).html,
      /Enter password/,
    )
  })
})

describe('authorize', () => {
  test('errors that never reach the application stay on a page', async () => {
    const browser = openBrowser(lab)
    const cases: [number, Record<string, string>, string?][] = [
      [50011, { redirect_uri: 'https://evil.example/' }],
      [50011, { redirect_uri: 'http://localhost:8123/other' }],
      [50011, { redirect_uri: 'http://127.0.0.1:8123' }],
      [700016, { client_id: randomUUID() }],
      [90002, {}, randomUUID()],
      [900023, {}, 'x'],
      [50194, { client_id: lab.simulator.ready.app?.clientId ?? '' }],
    ]
    for (const [number, parameters, tenant] of cases) {
      const page = await browser.visit(authorizeUrl(lab, parameters, tenant))
      assert.equal(page.location, undefined)
      assert.match(page.html, new RegExp(`<dd>${number}</dd>`))
    }
    assert.match((await signIn('admin', { scope: 'Mail.Read' })).html, /<dd>65002<\/dd>/)
  })

  test('other errors go back to the application with the state', async () => {
    const browser = openBrowser(lab)
    const cases: [string, Record<string, string>][] = [
      ['unsupported_response_type', { response_type: 'id_token' }],
      ['invalid_request', { response_type: '' }],
      ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
      ['invalid_request', { prompt: 'maybe' }],
      ['invalid_resource', { scope: 'https://graph.microsoft.us/.default' }],
    ]
    for (const [error, parameters] of cases) {
      const { location } = await browser.visit(authorizeUrl(lab, parameters))
      assert.deepEqual(
        [location?.searchParams.get('error'), location?.searchParams.get('state')],
        [error, 'state-1'],
      )
      assert.match(location?.searchParams.get('error_description') ?? '', /^AADSTS\d+: /)
    }
  })

  test('an application with a web address redeems its code with its secret, and by form post', async () => {
    const application = lab.simulator.tenant.directory.applications[0]
    const ready = lab.simulator.ready.app
    assert.ok(application && ready)
    application.redirectUris.web = ['https://backup.example/callback']
    const { upn, password } = personaOf(lab, 'admin')
    const browser = openBrowser(lab)
    const url = authorizeUrl(
      lab,
      {
        client_id: ready.clientId,
        redirect_uri: 'https://backup.example/callback',
        scope: 'User.Read offline_access',
        response_mode: 'form_post',
      },
      lab.tenantId,
    )
    const consent = await browser.signIn(url, upn, password)
    const end = await browser.submit(consent, { answer: 'accept' })
    const code = /name="code" value="([^"]+)"/.exec(end.html)?.[1] ?? ''
    const form = {
      grant_type: 'authorization_code',
      client_id: ready.clientId,
      code,
      redirect_uri: 'https://backup.example/callback',
    }
    assert.deepEqual((await lab.token(form)).body['error_codes'], [7000218])
    const client = confidentialClient(lab, ready.clientId, { clientSecret: ready.clientSecret })
    const result = await client.acquireTokenByCode({
      code,
      scopes: ['User.Read'],
      redirectUri: form.redirect_uri,
    })
    assert.equal(decodeJwt(result.accessToken)['upn'], upn)
  })
})

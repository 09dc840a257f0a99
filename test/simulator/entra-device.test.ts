import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Application } from '../../simulator/tenant/index.ts'
import {
  type Answer,
  azureCli,
  graphScope,
  type Lab,
  openBrowser,
  openLab,
  type Page,
  personaOf,
  publicClient,
} from './tenant-client.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
let lab: Lab
let ready: Application
before(async () => {
  lab = await openLab({ withApp: true })
  const [application] = lab.simulator.tenant.directory.applications
  assert.ok(application)
  ready = application
})
after(() => lab.stop())

const ask = (changes: Record<string, string> = {}, tenant = 'organizations'): Promise<Answer> =>
  lab.call('POST', `${lab.login}/${tenant}/oauth2/v2.0/devicecode`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: azureCli,
      scope: `${graphScope(lab)} openid profile`,
      ...changes,
    }).toString(),
  })
const poll = (code: Answer, changes: Record<string, string> = {}, tenant = 'organizations') =>
  lab.token(
    {
      grant_type: grantType,
      client_id: azureCli,
      device_code: String(code.body['device_code']),
      ...changes,
    },
    tenant,
  )
const told = ({ status, body }: Answer): unknown => [status, body['error'], body['error_codes']]
const advance = (seconds: number) => lab.control('POST', '/clock', { advanceSeconds: seconds })

/** Types the code and signs the persona in; returns the page after the password. */
async function enter(
  code: Answer,
  name: string,
): Promise<{ page: Page; click: (answer: string) => Promise<Page> }> {
  const browser = openBrowser(lab)
  const { upn, password } = personaOf(lab, name)
  const first = await browser.visit(String(code.body['verification_uri']))
  const account = await browser.submit(first, { otc: String(code.body['user_code']).toLowerCase() })
  const page = await browser.submit(await browser.submit(account, { login: upn }), { password })
  return { page, click: (answer) => browser.submit(page, { answer }) }
}

describe('a device code', () => {
  test('MSAL signs a person in with it', { timeout: 120_000 }, async (t) => {
    await lab.control('POST', '/policies', { deviceCodeInterval: 1 })
    t.after(() => lab.control('POST', '/policies', { deviceCodeInterval: 5 }))
    let signedIn: Promise<Page> | undefined
    const result = await publicClient(lab, azureCli, 'organizations').acquireTokenByDeviceCode({
      scopes: [graphScope(lab)],
      deviceCodeCallback: ({ userCode, verificationUri, message }) => {
        assert.ok(message.includes(userCode) && message.includes(verificationUri))
        const body = { user_code: userCode, verification_uri: verificationUri }
        signedIn = enter({ status: 200, headers: {}, text: '', body }, 'admin').then(({ click }) =>
          click('continue'),
        )
      },
    })
    assert.match((await signedIn)?.html ?? '', /You have signed in to the Microsoft Azure CLI application/)
    assert.equal(result?.tenantId, lab.tenantId)
    assert.equal(result?.account?.username, personaOf(lab, 'admin').upn)
    assert.equal(decodeJwt(result?.accessToken ?? '')['idtyp'], 'user')
  })

  test('comes with an address, a life and a pause, and asks whether it is that application', async () => {
    const code = await ask()
    assert.equal(code.status, 200)
    assert.deepEqual(Object.keys(code.body).toSorted(), [
      'device_code',
      'expires_in',
      'interval',
      'message',
      'user_code',
      'verification_uri',
    ])
    assert.equal(code.body['verification_uri'], `${lab.pages}/devicelogin`)
    assert.deepEqual([code.body['expires_in'], code.body['interval']], [900, 5])
    assert.match(String(code.body['user_code']), /^[A-Z2-9]{9}$/)
    assert.deepEqual(told(await poll(code)), [400, 'authorization_pending', [70016]])
    const { page, click } = await enter(code, 'admin')
    assert.match(page.html, /Are you trying to sign in to Microsoft Azure CLI\?/)
    await advance(6)
    assert.deepEqual(told(await poll(code)), [400, 'authorization_pending', [70016]])
    await click('continue')
    await advance(6)
    const tokens = await poll(code)
    assert.equal(tokens.status, 200)
    assert.ok('id_token' in tokens.body && !('refresh_token' in tokens.body))
    assert.deepEqual(told(await poll(code)), [400, 'invalid_grant', [54005]])
  })

  test('tells a hasty client to slow down, and goes on after', async () => {
    const code = await ask()
    await poll(code)
    assert.deepEqual(told(await poll(code)), [400, 'slow_down', [70016]])
    await advance(5)
    assert.deepEqual(told(await poll(code)), [400, 'authorization_pending', [70016]])
  })

  test('ends when declined, expired, unknown, or of another client', async () => {
    const declined = await ask()
    const { click } = await enter(declined, 'admin')
    assert.match((await click('cancel')).html, /You have declined/)
    assert.deepEqual(told(await poll(declined)), [400, 'authorization_declined', [65004]])
    const expired = await ask()
    await advance(901)
    assert.deepEqual(told(await poll(expired)), [400, 'expired_token', [70020]])
    assert.deepEqual(told(await poll(expired, { device_code: 'nonsense' })), [
      400,
      'bad_verification_code',
      [70018],
    ])
    const other = await ask()
    const client_id = '14d82eec-204b-4c2f-b7e8-296a70dab67e'
    assert.deepEqual(told(await poll(other, { client_id })), [400, 'invalid_grant', [70000]])
  })

  test('a wrong, old or used code is said on the page', async () => {
    const browser = openBrowser(lab)
    const first = await browser.visit(`${lab.pages}/devicelogin`)
    assert.match((await browser.submit(first, { otc: '' })).html, /Please enter the code/)
    assert.match((await browser.submit(first, { otc: 'NONSENSE2' })).html, /That code didn&#39;t work/)
    const old = await ask()
    await advance(901)
    const typed = { otc: String(old.body['user_code']) }
    assert.match((await browser.submit(first, typed)).html, /That code didn&#39;t work/)
  })

  test('Conditional Access blocks a person or the whole flow, and the device hears of it', async () => {
    const blocked = await ask()
    assert.match((await enter(blocked, 'blocked')).page.html, /You cannot access this right now/)
    assert.deepEqual(told(await poll(blocked)), [400, 'invalid_grant', [53003]])
    await lab.control('POST', '/policies', { deviceCodeFlowBlocked: true })
    const flow = await ask()
    assert.match((await enter(flow, 'admin')).page.html, /AADSTS53003/)
    assert.deepEqual(told(await poll(flow)), [400, 'invalid_grant', [53003]])
    await lab.control('POST', '/policies', { deviceCodeFlowBlocked: false })
  })

  test('a guest stays on the page and the device keeps waiting; a user gets through a pre-authorized client', async () => {
    const guest = await ask()
    assert.match((await enter(guest, 'guest')).page.html, /AADSTS50020/)
    assert.deepEqual(told(await poll(guest)), [400, 'authorization_pending', [70016]])
    const user = await ask()
    await (await enter(user, 'user')).click('continue')
    assert.equal((await poll(user)).status, 200)
  })

  test('an application must be flagged as a public client, and then shows no credential', async () => {
    const mine = { client_id: ready.appId, scope: `${lab.graph.replace('/v1.0', '')}/User.Read openid` }
    assert.deepEqual(told(await ask(mine)), [400, 'invalid_request', [50194]])
    const code = await ask(mine, lab.tenantId)
    assert.deepEqual(told(await poll(code, { client_id: ready.appId }, lab.tenantId)), [
      401,
      'invalid_client',
      [7000218],
    ])
    ready.isFallbackPublicClient = true
    assert.deepEqual(told(await poll(code, { client_id: ready.appId }, lab.tenantId)), [
      400,
      'authorization_pending',
      [70016],
    ])
    const secret = { client_id: ready.appId, client_secret: 'x' }
    assert.deepEqual(told(await poll(code, secret, lab.tenantId)), [401, 'invalid_client', [700025]])
    ready.isFallbackPublicClient = false
  })

  test('malformed requests get their own numbers', async () => {
    const expected: [Answer, unknown][] = [
      [await ask({ client_id: '' }), [400, 'invalid_request', [900144]]],
      [await ask({ scope: '' }), [400, 'invalid_request', [900144]]],
      [await ask({ scope: 'https://graph.microsoft.us/.default' }), [400, 'invalid_resource', [500011]]],
      [await ask({ client_id: lab.tenantId }), [400, 'unauthorized_client', [700016]]],
      [await ask({}, 'nonsense'), [400, 'invalid_request', [900023]]],
      [
        await lab.call('GET', `${lab.login}/common/oauth2/v2.0/devicecode`),
        [400, 'invalid_request', [900561]],
      ],
      [
        await lab.token({ grant_type: grantType, client_id: azureCli }, 'organizations'),
        [400, 'invalid_request', [900144]],
      ],
    ]
    for (const [answer, wanted] of expected) assert.deepEqual(told(answer), wanted, answer.text)
  })
})

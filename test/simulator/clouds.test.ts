import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { readOptions } from '../../simulator/options.ts'
import type { ReadyCloud } from '../../simulator/start.ts'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import { type Answer, azureCli, errorOf, type Lab, list, openBrowser, openLab } from './tenant-client.ts'

let lab: Lab
let clouds: Record<CloudName, ReadyCloud>
before(async () => {
  lab = await openLab({ withApp: true, clouds: cloudNames, mails: 2 })
  const { global, usgov, usdod, china } = lab.simulator.ready.clouds
  assert.ok(usgov && usdod && china)
  clouds = { global, usgov, usdod, china }
})
after(() => lab.stop())

const told = ({ status, body }: Answer): unknown => [status, body['error_codes']]
const appToken = (cloud: ReadyCloud, scope = `${cloud.graph}/.default`, tenant = cloud.tenantId) =>
  lab.call('POST', `${cloud.login}/${tenant}/oauth2/v2.0/token`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: cloud.app?.clientId ?? '',
      client_secret: cloud.app?.clientSecret ?? '',
      scope,
    }).toString(),
  })
async function accessToken(cloud: ReadyCloud): Promise<string> {
  const token = (await appToken(cloud)).body['access_token']
  assert.ok(typeof token === 'string')
  return token
}
const discovery = (cloud: ReadyCloud, name: string) =>
  lab.call('GET', `${cloud.login}/${name}/v2.0/.well-known/openid-configuration`)
const scopes = ({ body }: Answer): unknown => [body['tenant_region_scope'], body['tenant_region_sub_scope']]

describe('clouds', () => {
  test('each has its own tenant, hosts and personas, and the ready line still speaks of the global one', () => {
    const all = Object.values(clouds)
    for (const name of ['tenantId', 'login', 'graph', 'pages', 'control'] as const)
      assert.equal(new Set(all.map((cloud) => cloud[name])).size, 4, name)
    assert.equal(lab.simulator.ready.tenantId, clouds.global.tenantId)
    assert.ok(clouds.china.personas.some((one) => one.upn === 'admin@harbourlights-china.example'))
    assert.deepEqual(readOptions(['--clouds', 'china,usdod'])?.clouds, ['global', 'usdod', 'china'])
    assert.throws(() => readOptions(['--clouds', 'moon']), /knows global/)
  })

  test('discovery tells region, issuer and Graph host of each', async () => {
    const expected = {
      global: ['EU', undefined],
      usgov: ['USGov', 'DODCON'],
      usdod: ['USGov', 'DOD'],
      china: ['AS', undefined],
    }
    for (const name of cloudNames) {
      const cloud = clouds[name]
      const answer = await discovery(cloud, cloud.domains[0] ?? '')
      assert.deepEqual(scopes(answer), expected[name])
      assert.equal(answer.body['issuer'], `${cloud.issuer}/${cloud.tenantId}/v2.0`)
      assert.equal(answer.body['msgraph_host'], new URL(cloud.graph).host)
    }
    assert.equal(clouds.china.issuer, 'https://login.partner.microsoftonline.cn')
  })

  test('the clouds of the US Government, and the public one, tell their tenants apart by the sub-scope', async () => {
    for (const asked of [clouds.global, clouds.usgov, clouds.usdod]) {
      assert.deepEqual(scopes(await discovery(asked, clouds.usgov.domains[0] ?? '')), ['USGov', 'DODCON'])
      const other = await discovery(asked, clouds.usdod.tenantId)
      assert.deepEqual(scopes(other), ['USGov', 'DOD'])
      assert.equal(other.body['msgraph_host'], new URL(clouds.usdod.graph).host)
    }
    assert.deepEqual(told(await discovery(clouds.china, clouds.usgov.tenantId)), [400, [90002]])
  })

  test('MSAL gets a token in each, which opens that cloud alone', async () => {
    const tokens = new Map<CloudName, string>()
    for (const name of cloudNames) {
      const cloud = clouds[name]
      const client = new ConfidentialClientApplication({
        auth: {
          clientId: cloud.app?.clientId ?? '',
          clientSecret: cloud.app?.clientSecret ?? '',
          authority: `${cloud.login}/${cloud.tenantId}`,
          knownAuthorities: [new URL(cloud.login).host],
        },
        system: { networkClient: lab.network },
      })
      const result = await client.acquireTokenByClientCredential({ scopes: [`${cloud.graph}/.default`] })
      assert.ok(result)
      tokens.set(name, result.accessToken)
    }
    for (const from of cloudNames) {
      for (const to of cloudNames) {
        const token = tokens.get(from) ?? ''
        const answer = await lab.call('GET', `${clouds[to].graph}/v1.0/organization`, { token })
        assert.equal(answer.status, from === to ? 200 : 401, `${from} to ${to}`)
        if (from === to) assert.equal(list(answer.body['value'])[0]?.['id'], clouds[to].tenantId)
        else assert.match(String(errorOf(answer)['message']), /Invalid audience/)
      }
    }
  })

  test('a scope of another cloud is refused, and a short scope name means the global one', async () => {
    assert.deepEqual(told(await appToken(clouds.usgov, 'https://graph.microsoft.com/.default')), [
      400,
      [500011],
    ])
    assert.deepEqual(told(await appToken(clouds.usgov, 'https://dod-graph.microsoft.us/.default')), [
      400,
      [500011],
    ])
    assert.equal((await appToken(clouds.usgov, 'https://graph.microsoft.us/.default')).status, 200)
    assert.equal(
      (await appToken(clouds.china, 'https://microsoftgraph.chinacloudapi.cn/.default')).status,
      200,
    )
    const device = (cloud: ReadyCloud, scope: string, client = azureCli) =>
      lab.call('POST', `${cloud.login}/organizations/oauth2/v2.0/devicecode`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ client_id: client, scope }).toString(),
      })
    assert.equal((await device(clouds.global, 'User.Read.All')).status, 200)
    assert.deepEqual(told(await device(clouds.china, 'User.Read.All')), [400, [500011]])
    const scope = `${clouds.china.graph}/.default`
    assert.equal(
      (await device(clouds.china, scope)).body['verification_uri'],
      `${clouds.china.pages}/deviceloginchina`,
    )
    assert.deepEqual(told(await device(clouds.china, scope, '14d82eec-204b-4c2f-b7e8-296a70dab67e')), [
      400,
      [700016],
    ])
  })

  test('a tenant of another cloud is sent there by the public one and unknown to the others', async () => {
    const { global, usgov, china } = clouds
    assert.deepEqual(told(await appToken(global, undefined, usgov.tenantId)), [400, [90038]])
    assert.deepEqual(told(await appToken(global, undefined, china.domains[0])), [400, [90038]])
    assert.deepEqual(told(await appToken(global, undefined, 'someone.onmicrosoft.us')), [400, [90038]])
    assert.deepEqual(told(await appToken(usgov, undefined, global.tenantId)), [400, [90002]])
    const query = new URLSearchParams({
      client_id: azureCli,
      response_type: 'code',
      redirect_uri: 'http://localhost:8123',
      scope: `${global.graph}/.default`,
    })
    const browser = openBrowser(lab)
    const account = await browser.visit(
      `${lab.pages}/organizations/oauth2/v2.0/authorize?${query.toString()}`,
    )
    const page = await browser.submit(account, { login: 'admin@harbourlights-gov.example' })
    assert.match(page.html, /AADSTS900439/)
  })

  test('roles that a cloud lacks are not offered, and what its schema lacks is an unknown segment', async () => {
    const offered = async (cloud: ReadyCloud): Promise<unknown[]> => {
      const { body } = await lab.call(
        'GET',
        `${cloud.graph}/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=appRoles`,
        { token: await accessToken(cloud) },
      )
      return list(body['appRoles']).map((role) => role['value'])
    }
    const inGlobal = await offered(clouds.global)
    const inChina = await offered(clouds.china)
    const inGovernment = await offered(clouds.usgov)
    const has = (name: string) => [inGlobal, inGovernment, inChina].map((roles) => roles.includes(name))
    assert.deepEqual(has('Mail.Read'), [true, true, true])
    assert.deepEqual(has('Tasks.Read.All'), [true, true, false])
    assert.deepEqual(has('MailboxItem.Export.All'), [true, false, false])
    const get = async (cloud: ReadyCloud, path: string) => {
      const user = `user@${cloud.domains[0]}`
      const answer = await lab.call('GET', `${cloud.graph}/v1.0/users/${user}/${path}`, {
        token: await accessToken(cloud),
      })
      return [answer.status, errorOf(answer)['code'], errorOf(answer)['message']]
    }
    const unknown = (segment: string) => [
      400,
      'BadRequest',
      `Resource not found for the segment '${segment}'.`,
    ]
    for (const path of ['mailFolders/delta', 'mailFolders/inbox/messages/delta']) {
      assert.deepEqual(await get(clouds.china, path), unknown('delta'))
      assert.equal((await get(clouds.usgov, path))[0], 200)
    }
    assert.deepEqual(await get(clouds.china, 'mailFolders/inbox/messageRules'), unknown('messageRules'))
    assert.deepEqual(await get(clouds.china, 'todo/lists'), unknown('todo'))
    assert.equal((await get(clouds.china, 'mailFolders/inbox/messages'))[0], 200)
    const upload = await lab.call(
      'POST',
      `${clouds.usgov.graph}/v1.0/users/user@${clouds.usgov.domains[0]}/messages/x/attachments/createUploadSession`,
      { token: await accessToken(clouds.usgov), body: {} },
    )
    assert.deepEqual([upload.status, errorOf(upload)['message']], [400, unknown('createUploadSession')[2]])
  })

  test('what is done to one cloud does not reach another', async () => {
    await lab.call('POST', `${clouds.china.control}/policies`, { body: { passwordsAllowed: false } })
    assert.equal(lab.simulator.tenant.policies.passwordsAllowed, true)
    assert.equal(lab.simulator.clouds.get('china')?.tenant.policies.passwordsAllowed, false)
  })
})

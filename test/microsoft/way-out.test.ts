/** The way to Microsoft through proxies, inspected TLS, broken names and wrong clocks: it works, or says in words why not. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { promisify } from 'node:util'
import { isAppError } from '../../src/errors/index.ts'
import {
  createAppTokenProvider,
  createMicrosoftNetwork,
  createSignIn,
  findCloud,
  loadClouds,
  type MicrosoftNetworkOptions,
  makeCertificate,
} from '../../src/microsoft/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { logged, logger, skippingClock, startTenant } from './support.ts'
import { startInterceptor, startProxy } from './way-out.ts'

const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-way-out-'))
let tenant: Awaited<ReturnType<typeof startTenant>>
before(async () => {
  tenant = await startTenant({ users: 1, mails: 1 })
})
after(async () => {
  await tenant.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  logged.length = 0
})

interface Way extends Pick<MicrosoftNetworkOptions, 'proxy' | 'certificateAuthorityFile'> {
  readonly login?: string
  /** Of the cloud's own row; the simulated tenant's when left out. */
  readonly authority?: string | null
}

/** One request on that way; its status. */
async function ask({ login = tenant.cloud.loginAuthority, authority, ...way }: Way): Promise<number> {
  const known = authority === undefined ? tenant.cloud.certificateAuthorityFile : authority
  const clouds = loadClouds({
    global: {
      loginAuthority: login,
      graphRoot: tenant.cloud.graphRoot,
      ...(known ? { certificateAuthorityFile: known } : {}),
    },
  })
  const network = createMicrosoftNetwork({ clouds, logger, userAgent: 'test', ...way })
  try {
    const url = `${login}/${tenant.tenantId}/v2.0/.well-known/openid-configuration`
    const headers = { 'client-request-id': 'c0ffee00-0000-4000-8000-000000000000' }
    const exchange = { method: 'GET', url, headers, timeoutMs: 30_000 } as const
    const answer = await network.exchange(findCloud(clouds, 'global'), exchange)
    await answer.read(1_000_000)
    return answer.status
  } finally {
    await network.close()
  }
}

/** What the request fails with, checked to hold the ids and no secret. */
async function refusal(way: Way): Promise<{ code: string; text: string }> {
  try {
    await ask(way)
  } catch (error) {
    assert.ok(isAppError(error), String(error))
    const text = `${error.message} ${error.remedy}`
    assert.ok(!`${text}${error.stack}${JSON.stringify(error)}${logged.join()}`.includes('hunter2'))
    assert.match(JSON.stringify(error), /c0ffee00/)
    return { code: error.code, text }
  }
  return assert.fail('it went through')
}

const host = () => new URL(tenant.cloud.loginAuthority).host

test('everything goes through the proxy that is set, and past it for exempted hosts', async () => {
  const proxy = await startProxy()
  try {
    assert.equal(await ask({ proxy: { url: proxy.address, noProxy: [] } }), 200)
    assert.deepEqual(proxy.asked, [host()])
    for (const noProxy of [['localhost'], ['*'], ['other.example', '.localhost', host()]])
      assert.equal(await ask({ proxy: { url: proxy.address, noProxy } }), 200)
    assert.equal(proxy.asked.length, 1)
  } finally {
    await proxy.stop()
  }
})

test('a proxy with Basic authentication lets the server through; its password is in no log and no error', async () => {
  const proxy = await startProxy({ login: 'ada:hunter2 &/@' })
  try {
    const url = proxy.address.replace('//', `//ada:${encodeURIComponent('hunter2 &/@')}@`)
    assert.equal(await ask({ proxy: { url, noProxy: [] } }), 200)
    const wrong = await refusal({
      proxy: { url: proxy.address.replace('//', '//ada:hunter2x@'), noProxy: [] },
    })
    assert.equal(wrong.code, 'MSG_PROXY_REFUSED')
    assert.match(wrong.text, /status 407.*user name and a password.*BDRCLOUD_PROXY/)
    const none = await refusal({ proxy: { url: proxy.address, noProxy: [] } })
    assert.match(none.text, new RegExp(`The proxy ${new URL(proxy.address).host} .*${host()}.*407`))
  } finally {
    await proxy.stop()
  }
})

for (const [status, code, words] of [
  [403, 'MSG_PROXY_REFUSED', /rules do not allow the address.*port 443/],
  [405, 'MSG_PROXY_REFUSED', /offers no tunnels/],
  [502, 'MSG_UNREACHABLE', /answers 502, so it does not reach the host itself/],
] as const) {
  test(`a proxy that answers ${status} to CONNECT is named with the reason`, async () => {
    const proxy = await startProxy({ status })
    try {
      const told = await refusal({ proxy: { url: proxy.address, noProxy: [] } })
      assert.equal(told.code, code)
      assert.match(told.text, words)
    } finally {
      await proxy.stop()
    }
  })
}

test('a proxy that is not there is told apart from a host that is not there', async () => {
  const gone = await startProxy()
  await gone.stop()
  const proxy = await refusal({ proxy: { url: gone.address, noProxy: [] } })
  assert.equal(proxy.code, 'MSG_UNREACHABLE')
  assert.match(proxy.text, new RegExp(`the proxy ${new URL(gone.address).host} cannot be reached: .*refused`))
  const closed = gone.address.replace('http://', 'https://')
  const direct = await refusal({
    login: closed,
    proxy: { url: 'http://127.0.0.1:9', noProxy: ['127.0.0.1'] },
  })
  assert.match(direct.text, new RegExp(`cannot reach ${new URL(closed).host}: the connection is refused`))
  const named = await refusal({ proxy: { url: 'http://proxy.invalid:3128', noProxy: [] } })
  assert.match(named.text, /the proxy proxy\.invalid:3128 cannot be reached: its name cannot be resolved/)
})

test('a login host whose name does not exist is said, with what to check', async () => {
  const { code, text } = await refusal({ login: 'https://login.nowhere.invalid' })
  assert.equal(code, 'MSG_UNREACHABLE')
  assert.match(text, /login\.nowhere\.invalid: its name cannot be resolved.*DNS/)
})

test('inspected TLS is refused with the name of the authority, and works when that one is trusted', async () => {
  const { loginAuthority: origin, certificateAuthorityFile: ca = '' } = tenant.cloud
  const { readFileSync } = await import('node:fs')
  const interceptor = await startInterceptor({ target: { origin, ca: readFileSync(ca, 'utf8') } })
  const file = join(folder, 'inspection.pem')
  writeFileSync(file, interceptor.authority)
  const proxy = await startProxy()
  try {
    const login = interceptor.origin
    for (const way of [{}, { proxy: { url: proxy.address, noProxy: [] } }]) {
      const { code, text } = await refusal({ login, authority: null, ...way })
      assert.equal(code, 'MSG_CERTIFICATE_UNTRUSTED')
      assert.match(text, /issued by Inspection CA \(Example Corp\)/)
      assert.match(text, /--certificate-authority FILE \(BDRCLOUD_CERTIFICATE_AUTHORITY/)
      assert.equal(await ask({ login, authority: null, certificateAuthorityFile: file, ...way }), 200)
      assert.equal(await ask({ login, authority: file, ...way }), 200)
    }
  } finally {
    await proxy.stop()
    await interceptor.stop()
  }
})

test('an authority of NODE_EXTRA_CA_CERTS is trusted as well', async () => {
  const interceptor = await startInterceptor()
  const file = join(folder, 'extra.pem')
  writeFileSync(file, interceptor.authority)
  const script = `
    import { createMicrosoftNetwork, loadClouds } from './src/microsoft/index.ts'
    const logger = { debug() {}, warn() {} }
    const [cloud] = loadClouds({ global: { loginAuthority: '${interceptor.origin}', graphRoot: '${interceptor.origin}' } })
    const network = createMicrosoftNetwork({ clouds: [cloud], logger, userAgent: 'test' })
    const answer = await network.exchange(cloud, { method: 'GET', url: '${interceptor.origin}/', headers: {}, timeoutMs: 30000 })
    console.log(answer.status)
    process.exit()`
  const root = join(import.meta.dirname, '..', '..')
  const run = promisify(execFile)
  try {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env, cwd: root })
    assert.equal(stdout.trim(), '200')
  } finally {
    await interceptor.stop()
  }
})

test('a certificate of another host, or of another time, is told as such', async () => {
  const other = await startInterceptor({ host: 'elsewhere.example' })
  const day = 86_400_000
  const ended = new Date(Date.now() - 10 * day)
  const old = await startInterceptor({ notBefore: new Date(ended.getTime() - day), notAfter: ended })
  const file = join(folder, 'both.pem')
  writeFileSync(file, other.authority + old.authority)
  try {
    const name = await refusal({ login: other.origin, authority: file })
    assert.equal(name.code, 'MSG_CERTIFICATE_NAME')
    assert.match(name.text, /belongs to elsewhere\.example/)
    const time = await refusal({ login: old.origin, authority: file })
    assert.equal(time.code, 'MSG_CERTIFICATE_TIME')
    const [seconds] = ended.toISOString().split('.')
    assert.match(
      time.text,
      new RegExp(`to ${seconds}.*clock of this server says ${new Date().getFullYear()}-`),
    )
  } finally {
    await other.stop()
    await old.stop()
  }
})

test('an authority that cannot be used, and an address of a proxy that is none, are found at the start', () => {
  const empty = join(folder, 'empty.pem')
  writeFileSync(empty, 'no certificate')
  const broken = join(folder, 'broken.pem')
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  const make = (options: object) => () =>
    createMicrosoftNetwork({ clouds: [tenant.cloud], logger, userAgent: 'test', ...options })
  for (const certificateAuthorityFile of [empty, broken, join(folder, 'absent.pem')])
    assert.throws(make({ certificateAuthorityFile }), { code: 'MSG_CERTIFICATE_AUTHORITY_UNUSABLE' })
  for (const url of ['hunter2', 'ftp://ada:hunter2@proxy'])
    assert.throws(
      make({ proxy: { url, noProxy: [] } }),
      (error) => isAppError(error, 'MSG_PROXY_ADDRESS_INVALID') && !error.message.includes('hunter2'),
    )
})

test('a wrong clock is named with both times where Microsoft refuses because of it', async () => {
  const { network, cloud, tenantId, app } = tenant
  const clocks =
    /clock of this server says 20\d\d-\S+Z, Microsoft's says 20\d\d-\S+Z: it is 120 minutes behind/
  await tenant.control('clock', { advanceSeconds: 7200 })
  try {
    const { certificatePem, privateKeyPem } = await makeCertificate({ subject: 'x', days: 30 })
    const credential = { kind: 'certificate', certificatePem, privateKeyPem } as const
    const clock = skippingClock()
    const tokens = createAppTokenProvider({
      network,
      cloud,
      tenantId,
      clientId: app.clientId,
      credential,
      clock,
    })
    await assert.rejects(tokens.token(), (error) => {
      assert.ok(isAppError(error, 'MSG_CREDENTIAL_REFUSED'))
      assert.match(error.message, clocks)
      assert.match(error.remedy, /^Set the clock of this server right \(NTP\)\./)
      return true
    })
    // Other refusals say so as well: a clock that far off is never right.
    const signIn = createSignIn({ network, cloud, clock: systemClock })
    const redemption = { code: 'x', redirectUri: 'http://localhost:1/', codeVerifier: 'y', nonce: 'z' }
    await assert.rejects(
      signIn.redeem(redemption),
      (error) => isAppError(error) && clocks.test(error.message),
    )
  } finally {
    await tenant.control('clock', { advanceSeconds: -7200 })
  }
})

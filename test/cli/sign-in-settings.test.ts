/** The operator's own sign-in application and links for customers, with the command line alone. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from '../../scripts/run.ts'
import { addVisitingApplication } from '../../simulator/tenant/index.ts'
import type {
  CustomerLinkView,
  NewCustomerLink,
  OnboardingView,
  PendingCertificate,
  SignInCloudView,
  SignInSettings,
} from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { operator, type Product, startProduct } from '../product.ts'

let product: Product
before(async () => {
  product = await startProduct({ users: 1, mails: 1 }, async () => ({
    environment: { BDRCLOUD_ALLOWED_HOSTS: 'backup.example' },
  }))
  writeFileSync(path('password'), `${operator.password}\n`)
  await run(['login', '--server', product.address, '--user', operator.userName], operator.password)
})
after(() => product.stop())

const program = join(root, 'src/cli/main.ts')
const path = (name: string) => join(product.folder, name)

/** Without a terminal; the operator's password is in the environment of `login` alone. */
function start(args: readonly string[], stdin: string, password?: string) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: {
        ...process.env,
        BDRCLOUD_CREDENTIALS: path('credentials.json'),
        BDRCLOUD_PASSWORD: password,
      },
      timeout: 60_000,
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.stdin.end(stdin)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

async function run(args: readonly string[], password?: string): Promise<string> {
  const { code, out, err } = await start(args, '', password)
  assert.equal(code, 0, err)
  return out
}

async function json<T>(args: readonly string[], stdin = ''): Promise<T> {
  const { code, out, err } = await start([...args, '--json'], stdin)
  assert.equal(code, 0, err)
  return JSON.parse(out) as T
}

const asOperator = () => ['--operator-password-file', path('password')]
const signIn = ['settings', 'sign-in']
/** Where browsers reach the server. */
const external = 'https://backup.example'
const secret = 'own~application-secret-value'

function register(credential: { secret: string } | { certificatePem: string }) {
  const { appId, home } = addVisitingApplication(
    product.simulator.tenant.directory,
    {
      redirectUris: [`${external}/microsoft/return`],
      scopes: ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read'],
      ...credential,
    },
    product.simulator.tenant.clock.now(),
  )
  return ['--client-id', appId, '--home-tenant', home.domain]
}

test('every command has its help', async () => {
  const commands = [
    ...['create', 'list', 'revoke'].map((verb) => ['org', 'link', verb]),
    ...['show', 'set', 'test', 'remove'].map((verb) => [...signIn, verb]),
  ]
  const helps = await Promise.all(commands.map((command) => run([...command, '--help'])))
  for (const help of helps) assert.match(help, /--json/)
  assert.doesNotMatch(helps.join(), /--secret[ =]/, 'no secret as an argument')
})

test('a customer link needs a sign-in application, and nothing is left of the try', async () => {
  const refused = await start(['org', 'link', 'create', '--cloud', 'global', '--provider', 'Us', '--yes'], '')
  assert.equal(refused.code, 2)
  assert.match(refused.err, /CUS_NO_OWN_APPLICATION/)
  const { items } = await product.session.get<{ items: OnboardingView[] }>('/onboardings')
  assert.deepEqual(items, [])
})

test('the external address is set with the operator’s password, and shown with what to register', async () => {
  covers('own-application', 'global', 'settings')
  const address = ['--external-address', external]
  const asked = await start([...signIn, 'set', ...address], '')
  assert.match(asked.err, /CLI_NO_TERMINAL[\s\S]*--operator-password-file/)
  const wrong = await start([...signIn, 'set', ...address, '--operator-password-file', '-'], 'wrong')
  assert.equal(wrong.code, 2)
  const set = await json<SignInSettings>([...signIn, 'set', ...address, ...asOperator()])
  assert.equal(set.externalAddress, external)
  const shown = await run([...signIn, 'show'])
  assert.match(shown, new RegExp(`${external}/microsoft/return`))
  assert.match(shown, /usgov +.*Only Global Azure/)
})

test('a client secret from standard input is tried before it is kept, and nowhere to be seen', async () => {
  covers('own-application', 'global', 'client-secret')
  const ids = register({ secret })
  const flags = [...signIn, 'set', ...ids, '--secret-file', '-', ...asOperator()]
  const refused = await start(flags, 'another~secret-that-nobody-made')
  assert.equal(refused.code, 2)
  assert.match(refused.err, /SGN_NOT_WORKING/)
  const saved = await json<SignInCloudView>([...flags, '--expires', '2027-11-30'], `${secret}\n`)
  assert.equal(saved.client?.credential.kind, 'password')
  assert.equal(saved.client?.credential.expiresAt, '2027-11-30T00:00:00.000Z')
  const shown = await json<SignInSettings>([...signIn, 'show'])
  assert.ok(!JSON.stringify(shown).includes(secret))
  assert.match(await run([...signIn, 'show']), new RegExp(saved.client?.clientId ?? 'none'))
  const tested = await json<SignInCloudView>([...signIn, 'test'])
  assert.equal(tested.client?.test?.problem, null)
})

test('a certificate is made on the server, uploaded, and put into use', async () => {
  covers('own-application', 'global', 'client-certificate')
  const file = path('sign-in.cer')
  const made = await json<PendingCertificate>([...signIn, 'set', '--make-certificate', file])
  assert.equal(readFileSync(file, 'utf8'), made.certificatePem)
  const ids = register({ certificatePem: made.certificatePem })
  const saved = await json<SignInCloudView>([
    ...signIn,
    'set',
    ...ids,
    '--use-made-certificate',
    ...asOperator(),
  ])
  assert.deepEqual(
    [saved.client?.credential.kind, saved.client?.credential.thumbprint],
    ['certificate', made.thumbprint],
  )
})

test('a link for a customer is made, listed, opened once and revoked', async () => {
  covers('customer-link', 'global', ['created', 'withdrawn'])
  const create = ['org', 'link', 'create', '--cloud', 'global', '--provider', 'North Cloud Services', '--yes']
  const { address, link } = await json<NewCustomerLink>([...create, '--hours', '24'])
  const url = new URL(address)
  assert.equal(url.origin, external)
  assert.equal(url.search, '', 'what it holds is in the fragment, which no log sees')
  const listed = async () =>
    (await json<{ items: CustomerLinkView[] }>(['org', 'link', 'list'])).items.find(
      ({ id }) => id === link.id,
    )
  assert.deepEqual([(await listed())?.state, (await listed())?.providerName], ['waiting', link.providerName])
  assert.ok(!(await run(['org', 'link', 'list'])).includes(url.hash.slice(-20)), 'the address is not kept')
  const again = ['org', 'link', 'create', '--onboarding', link.onboardingId, '--provider', 'Us']
  assert.equal((await json<NewCustomerLink>(again)).link.onboardingId, link.onboardingId)
  const bad = await start([...again, '--hours', 'ever'], '')
  assert.deepEqual([bad.code, /whole number from 1 to 168/.test(bad.err)], [2, true])
  const revoked = await json<CustomerLinkView>(['org', 'link', 'revoke', link.id])
  assert.equal(revoked.state, 'revoked')
  assert.equal((await listed())?.state, 'revoked')
  const opened = await fetch(`${product.address}/api/v1/customer/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: product.address },
    body: JSON.stringify({ token: new URLSearchParams(url.hash.slice(1)).get('token') }),
  })
  assert.equal(opened.status, 403)
})

test('the sign-in application is forgotten, with a yes only', async () => {
  const asked = await start([...signIn, 'remove'], '')
  assert.match(asked.err, /CLI_NO_TERMINAL[\s\S]*--yes/)
  assert.deepEqual(await json([...signIn, 'remove', '--yes']), { removed: 'global' })
  const tested = await start([...signIn, 'test'], '')
  assert.equal(tested.code, 2)
  assert.match(tested.err, /SGN_NO_CREDENTIAL/)
})

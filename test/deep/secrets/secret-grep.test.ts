/**
 * The whole product works for a while with everything secret that it can meet, and then nothing of that is anywhere but sealed: not in the
 * log, the database, its files and memory, the data folder, command lines, the audit trail, or the browser. The same search
 * finds secrets that are planted there.
 */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Browser, Page as Tab } from 'playwright-core'
import { waitFor } from '../../../scripts/demo/api.ts'
import { addVisitingApplication } from '../../../simulator/tenant/index.ts'
import type {
  CreateExport,
  ExportView,
  MailboxView,
  NewCustomerLink,
  NewResticAccess,
  OnboardingView,
  OperatorLink,
  OrganizationView,
  Page,
  PendingCertificate,
  RecoveryKit,
  RepositoryPassword,
  RestoreView,
  SecretsStatus,
  SuppliedCredential,
} from '../../../src/contract/index.ts'
import { connectionOptions, openDatabase } from '../../../src/database/index.ts'
import { createSecretBox } from '../../../src/security/index.ts'
import { launchBrowser, noBrowser } from '../../browser.ts'
import { openConsole, signInToConsole } from '../../console-walk.ts'
import { enterCode } from '../../onboarding/browser.ts'
import { registerByHand } from '../../onboarding/manual.ts'
import {
  addOrganization,
  backUp,
  globalAdministrator,
  operator,
  type Product,
  persona,
  startProduct,
} from '../../product.ts'
import { createSearch, formsOf, type Search } from './needles.ts'
import { type Leak, searchCommandLines, searchFolder, searchMemory, searchRows } from './places.ts'
import { createRecorder } from './recorder.ts'

const recorder = createRecorder()
const run = promisify(execFile)
const external = 'https://backup.example'
const second = { userName: 'grace', password: 'another ünusual pass phrase/2' }
const canReadMemory = process.getuid?.() === 0

let product: Product
let browser: Browser | undefined
let page: Tab | undefined
let data = ''
let socket = ''

before(async () => {
  product = await startProduct({ users: 2, mails: 6, clouds: ['global', 'usgov', 'china'] }, async () => ({
    environment: { BDRCLOUD_LOG_LEVEL: 'debug', BDRCLOUD_ALLOWED_HOSTS: 'backup.example' },
  }))
  data = join(product.folder, 'data')
  socket = join(data, 'postgresql', 'socket')
})
after(async () => {
  recorder.stop()
  await browser?.close()
  await product?.stop()
})

test('the product works through everything that has to do with secrets', { timeout: 600_000 }, async () => {
  const { session, address } = product
  recorder.add('setup token', tokenIn(product.setupLink))
  recorder.add('password of the first operator', operator.password)
  recorder.add('password of the second operator', second.password)

  const organization = await addOrganization(product, 'certificate')
  await byDeviceCode()
  await byHand()
  await customerLink()

  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  const [mailbox] = (
    await session.get<Page<MailboxView>>(`/organizations/${organization.id}/mailboxes?limit=10`)
  ).items
  const selection: CreateExport['selection'] = { mailbox: mailbox?.id ?? '' }
  const restore = await session.post<RestoreView>(`/organizations/${organization.id}/restores`, { selection })
  await waitFor<RestoreView>(session, `/restores/${restore.id}`, ({ state }) => state === 'succeeded', 3)
  const exported = await session.post<ExportView>(`/organizations/${organization.id}/exports`, { selection })
  assert.ok((await session.bytes(exported.address.replace('/api/v1', ''))).length > 0)

  await resticAccess(organization)
  const kit = await session.get<RecoveryKit>('/recovery-kit')
  recorder.add('password of the vault', kit.vaultPassword)
  const invited = await session.post<OperatorLink>('/operators', {
    userName: second.userName,
    role: 'auditor',
  })
  await fetch(
    `${address}/api/v1/operator-links/accept`,
    json({ token: invited.token, password: second.password }),
  )
  await fetch(`${address}/api/v1/session/token`, json(second))
  await fetch(`${address}/api/v1/session`, json({ ...second, password: `${second.password} mistyped` }))
  await rotateKey()
  if (!noBrowser) {
    browser = await launchBrowser()
    page = await openConsole(browser)
    await signInToConsole(page, address, operator)
    for (const { name, value } of await page.context().cookies()) recorder.add(`cookie ${name}`, value)
    await page.goto(`${address}/organizations/${organization.id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  await unsealEverything()
})

test('nothing of it is anywhere in the open', { timeout: 600_000 }, async () => {
  const secrets = recorder.secrets()
  const names = [...recorder.names]
  for (const wanted of [
    /^setup token/,
    /^cookie \(from the server\)/,
    /^csrfToken/,
    /^access_token/,
    /^device_code/,
    /^code \(/,
    /^state \(/,
    /^client_assertion/,
    /^code_verifier/,
    /^key of the secrets/,
    /^private key/,
    /^sealed /,
    /^token of the customer link/,
    /^password of restic/,
  ])
    assert.ok(
      names.some((name) => wanted.test(name)),
      `the run met ${wanted}; it met ${names.join(', ')}`,
    )
  const search = createSearch(secrets)
  assert.ok(search.needles > 500, `${search.needles} forms`)
  assert.deepEqual(await searchEverywhere(search), [])
})

test('the same search finds what is planted, in every place and every form', {
  timeout: 600_000,
}, async () => {
  const planted = { name: 'planted', value: Buffer.from('pl?nted~secret/wïth "all"+kinds&of%signs') }
  const search = createSearch([planted])
  for (const { form, bytes } of formsOf(planted)) {
    const near = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('xyz')])
    assert.ok(
      search.in(near).some((one) => one.form === form),
      form,
    )
  }
  const value = planted.value.toString('utf8')
  appendFileSync(join(product.folder, 'server.log'), `${JSON.stringify({ msg: value })}\n`)
  writeFileSync(
    join(data, 'vault', 'planted'),
    Buffer.concat([Buffer.alloc(9 * 1024 * 1024 - 20), planted.value]),
  )
  await inDatabase(async (client) => {
    await client.query(
      `insert into settings (name, value, updated_at) values ('planted', to_jsonb($1::text), now())`,
      [planted.value.toString('base64')],
    )
    await client.query('checkpoint')
  })
  const program = "process.stdout.write('runs'); setTimeout(() => {}, 300000)"
  const child = spawn(process.execPath, ['-e', program, value], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  await page?.evaluate(`localStorage.setItem('planted', ${JSON.stringify(value)})`)
  try {
    const leaks = await searchEverywhere(search)
    const places = [
      /server\.log/,
      /vault\/planted/,
      /in a row of settings/,
      /postgresql\/.*base|postgresql\/.*pg_wal/,
      /command line/,
    ]
    if (page) places.push(/in the browser/)
    if (canReadMemory) places.push(/in the memory of PostgreSQL/)
    for (const place of places)
      assert.ok(
        leaks.some((leak) => place.test(leak)),
        `${place} in ${leaks.join('\n')}`,
      )
  } finally {
    child.kill()
  }
})

async function searchEverywhere(search: Search): Promise<Leak[]> {
  const keyFile = join(data, 'secrets.key')
  const leaks = [
    ...searchFolder(product.folder, search, [keyFile]),
    ...(await searchRows(socket, search)),
    ...searchCommandLines(search),
  ]
  const trail = await product.session.bytes('/audit-entries/export')
  leaks.push(...search.in(trail).map(({ secret, form }) => `${secret}, ${form}: in the exported audit trail`))
  if (page) {
    const kept = await page.evaluate<string>(browserStorage)
    leaks.push(
      ...search.in(Buffer.from(kept)).map(({ secret, form }) => `${secret}, ${form}: in the browser`),
    )
  }
  if (canReadMemory) {
    const memory = searchMemory(data, search)
    assert.ok(memory.read > 3, `the memory of ${memory.read} processes was read`)
    leaks.push(...memory.leaks)
  }
  return leaks
}

/** What scripts of the page could read, and what stays on the disk of whoever uses the browser. */
const browserStorage = `(async () => {
  const databases = (await indexedDB.databases()).map(({ name }) => name)
  const cached = []
  for (const name of await caches.keys()) cached.push(name, ...(await (await caches.open(name)).keys()).map(({ url }) => url))
  return [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href, ...databases, ...cached].join('\\n')
})()`

const tokenIn = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? ''
const json = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

async function begin(
  method: OnboardingView['method'],
  cloud: string,
  credentialKind: 'password' | 'certificate',
) {
  const { id } = await product.session.post<OnboardingView>('/onboardings', {
    method,
    cloud,
    workloads: ['mail'],
    restoreRights: true,
    credentialKind,
  })
  return `/onboardings/${id}`
}

async function byDeviceCode(): Promise<void> {
  const { session } = product
  const path = await begin('device-code', 'usgov', 'password')
  const { deviceCode } = await session.post<OnboardingView>(`${path}/device-code`)
  assert.ok(deviceCode)
  await enterCode(deviceCode, persona(product, globalAdministrator, 'usgov'), 'continue')
  await session.post(`${path}/device-code/check`)
  await waitFor<OnboardingView>(session, path, ({ state }) => state === 'awaiting-grant', 2)
  await session.post(`${path}/grant`)
  await waitFor<OnboardingView>(session, path, ({ state }) => state === 'completing', 2)
  await session.post(`${path}/save`, { organizationName: 'By code' })
}

/** Registered by hand: first with a password, which is then replaced by a certificate from a PFX. */
async function byHand(): Promise<void> {
  const { session, simulator } = product
  const { tenant } = simulator.clouds.get('china') ?? assert.fail('china')
  const { appId, secret, upload } = registerByHand(tenant)
  recorder.add('application password by hand', secret)
  const path = await begin('manual', 'china', 'password')
  await session.put(`${path}/details`, {
    tenant: tenant.domains[0],
    applicationId: appId,
    credential: { kind: 'password', applicationPassword: secret },
  })
  const { organizationId } = await session.post<OnboardingView>(`${path}/save`, {
    organizationName: 'By hand',
  })
  const supplied = (name: string) =>
    readFileSync(join(import.meta.dirname, '..', '..', 'microsoft', 'supplied', name))
  upload(supplied('rsa.crt').toString())
  const credential: SuppliedCredential = {
    kind: 'pfx',
    pfx: supplied('modern.pfx').toString('base64'),
    passphrase: 'correct horse',
  }
  recorder.add('passphrase of the PFX', 'correct horse')
  addPrivateKey('private key of the PFX', supplied('rsa.key').toString())
  await session.post(`/organizations/${organizationId}/credential`, {
    operatorPassword: operator.password,
    credential,
  })
}

async function customerLink(): Promise<void> {
  const { session, simulator, address } = product
  const secret = 'own~application-secret-value'
  recorder.add('secret of the sign-in application', secret)
  const { directory, clock } = simulator.tenant
  const { appId, home } = addVisitingApplication(
    directory,
    {
      redirectUris: [`${external}/microsoft/return`],
      scopes: ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read'],
      secret,
    },
    clock.now(),
  )
  const operatorPassword = operator.password
  await session.put('/settings/sign-in/external-address', { externalAddress: external, operatorPassword })
  await session.put('/settings/sign-in/clouds/global', {
    clientId: appId,
    homeTenant: home.domain,
    credential: { kind: 'password', secret },
    operatorPassword,
  })
  await session.post<PendingCertificate>('/settings/sign-in/clouds/global/certificate')
  const path = await begin('credential', 'global', 'password')
  const link = await session.post<NewCustomerLink>(`${path}/customer-links`, { providerName: 'North' })
  const token = tokenIn(link.address)
  recorder.add('token of the customer link', token)
  const opened = await fetch(`${address}/api/v1/customer/open`, json({ token }))
  assert.equal(opened.status, 200)
  const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken = '' } = (await opened.json()) as { csrfToken?: string }
  await fetch(`${address}/api/v1/customer/sign-in`, {
    ...json({}),
    headers: { 'content-type': 'application/json', cookie, 'x-csrf-token': csrfToken },
  })
}

async function resticAccess({ id }: OrganizationView): Promise<void> {
  const { session, address, folder } = product
  const access = await session.post<NewResticAccess>(`/organizations/${id}/restic-accesses`, {
    label: 'Auditor',
  })
  recorder.add('password of restic access', access.password)
  const { password } = await session.post<RepositoryPassword>(`/organizations/${id}/repository/password`, {
    operatorPassword: operator.password,
  })
  recorder.add('password of the repository', password)
  const place = new URL(`${address}/restic/${id}/`)
  place.username = access.access.userName
  place.password = access.password
  await run('restic', ['snapshots', '--no-cache'], {
    env: { ...process.env, RESTIC_REPOSITORY: `rest:${place.href}`, RESTIC_PASSWORD: password, HOME: folder },
    timeout: 60_000,
  })
}

/** Both keys are secrets: that of before opens databases of before. */
async function rotateKey(): Promise<void> {
  const { session } = product
  const keyNow = () => Buffer.from(readFileSync(join(data, 'secrets.key'), 'utf8').trim(), 'base64')
  recorder.add('key of the secrets at rest before', keyNow())
  await session.post('/secrets/rotation', { operatorPassword: operator.password })
  await waitFor<SecretsStatus>(session, '/secrets', ({ rotation }) => rotation === null, 2)
  await waitFor(session, '/secrets', () => !existsSync(join(data, 'secrets.key.next')), 1)
  recorder.add('key of the secrets at rest', keyNow())
}

/** With the key, what only the server knows is known as well. */
async function unsealEverything(): Promise<void> {
  const box = createSecretBox(Buffer.from(readFileSync(join(data, 'secrets.key'), 'utf8').trim(), 'base64'))
  const db = openDatabase({ socketDirectory: socket, database: 'postgres', user: 'bdrcloud' })
  try {
    const open = (name: string, sealed: Buffer | null, context: string) => {
      if (sealed === null) return
      const secret = box.open(sealed, context)
      recorder.add(`sealed ${name}`, secret)
      if (secret.includes('PRIVATE KEY')) addPrivateKey(`private key of ${name}`, secret.toString())
    }
    for (const { name, sealed } of await db.selectFrom('settings').selectAll().execute())
      open(`setting ${name}`, sealed, `setting:${name}`)
    for (const { id, password_sealed } of await db.selectFrom('repositories').selectAll().execute())
      open('repository password', password_sealed, `repository:${id}`)
    for (const table of ['organizations', 'onboardings', 'sign_in_clients'] as const)
      for (const row of await db.selectFrom(table).select(['credential_id', 'credential_sealed']).execute())
        open(table, row.credential_sealed, `credential:${row.credential_id}`)
    for (const row of await db.selectFrom('sign_in_clients').selectAll().execute())
      open('pending certificate', row.pending_sealed, `credential:${row.pending_id}`)
    for (const { state_hash, sealed } of await db.selectFrom('sign_ins').selectAll().execute()) {
      const { nonce, codeVerifier } = JSON.parse(box.open(sealed, `sign-in:${state_hash}`).toString()) as {
        nonce: string
        codeVerifier: string
      }
      recorder.add('sealed nonce', nonce)
      recorder.add('sealed verifier', codeVerifier)
    }
  } finally {
    await db.destroy()
  }
}

/** The PEM, its lines, and the DER within. */
function addPrivateKey(name: string, pem: string): void {
  recorder.add(name, pem)
  const lines = pem.split('\n').filter((line) => line.length >= 40 && !line.startsWith('-----'))
  // The first line of an RSA key is mostly what all of them begin with.
  for (const line of lines.slice(1)) recorder.add(`${name}: a line`, line)
  const der = Buffer.from(lines.join(''), 'base64')
  recorder.add(`${name}: DER`, der)
  recorder.add(`${name}: middle of the DER`, der.subarray(200, 264))
}

async function inDatabase(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(
    connectionOptions({ socketDirectory: socket, database: 'postgres', user: 'bdrcloud' }),
  )
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

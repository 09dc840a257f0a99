/** The server as a process of its own, killed without warning in every state of an onboarding, over real time. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { type RunningSimulator, startSimulator } from '../../../simulator/start.ts'
import type { OnboardingView, SessionView, SignInAddress } from '../../../src/contract/index.ts'
import { covers } from '../../covers.ts'
import { signIn } from '../../onboarding/browser.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-killed-'))
const operator = { userName: 'ada', password: 'correct horse battery' }

let simulator: RunningSimulator
let port: number
let server: ChildProcess
let headers: Record<string, string>

before(async () => {
  simulator = await startSimulator({ users: 3, mails: 6, lagSeconds: 2 })
  const { login, graph, ca } = simulator.ready.clouds.global
  writeFileSync(
    join(folder, 'clouds.json'),
    JSON.stringify({
      global: { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca },
    }),
  )
  port = await freePort()
  const { setupLink } = await boot()
  const token = new URL(setupLink ?? '').hash.replace('#token=', '')
  const answer = await fetch(`${origin()}/api/v1/setup/operator`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...operator }),
  })
  assert.ok(answer.ok, await answer.clone().text())
  const session = (await answer.json()) as SessionView
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  headers = { cookie, 'x-csrf-token': session.csrfToken, 'content-type': 'application/json' }
})

after(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await ended
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

const origin = () => `http://localhost:${port}`

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function boot(): Promise<{ setupLink: string | null }> {
  server = spawn(
    process.execPath,
    [
      join(root, 'src', 'main.ts'),
      '--port',
      String(port),
      '--data',
      join(folder, 'data'),
      '--vault',
      join(folder, 'vault'),
      '--clouds',
      join(folder, 'clouds.json'),
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, BDRCLOUD_LOG_LEVEL: 'error' } },
  )
  const { stdout } = server
  if (!stdout) throw new Error('the server has no output')
  for await (const line of createInterface({ input: stdout })) {
    const said = JSON.parse(line) as { ready?: boolean; setupLink: string | null }
    if (said.ready) return said
  }
  throw new Error('the server did not start')
}

async function killAndBoot(): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await ended
  await boot()
}

async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const answer = await fetch(`${origin()}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert.ok(answer.ok, text)
  return JSON.parse(text) as T
}

async function comeBack(address: SignInAddress, as = 'Global Administrator'): Promise<void> {
  const person = simulator.ready.personas.find(({ role }) => role === as)
  assert.ok(person)
  const landing = await signIn(address.authorizationUrl, person)
  assert.ok(landing.kind === 'returned')
  const answer = await fetch(landing.address, { headers, redirect: 'manual' })
  assert.equal(answer.status, 303)
}

async function until(path: string, wanted: (view: OnboardingView) => boolean): Promise<OnboardingView> {
  const limit = Date.now() + 60_000
  for (;;) {
    const view = await call<OnboardingView>('GET', path)
    if (wanted(view)) return view
    assert.ok(Date.now() < limit, JSON.stringify(view))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('killed in every state, the onboarding ends with one application after new sign-ins', async () => {
  covers('credential', 'global', [
    'killed',
    'started',
    'signing-in',
    'need-admin-approval',
    'awaiting-grant',
    'creating',
    'completing',
    'verifying',
  ])
  const { id } = await call<OnboardingView>('POST', '/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail'],
    restoreRights: true,
    credentialKind: 'password',
  })
  const path = `/onboardings/${id}`
  await killAndBoot()
  assert.equal((await call<OnboardingView>('GET', path)).state, 'started')

  const address = await call<SignInAddress>('POST', `${path}/sign-in`, {})
  await killAndBoot()
  await comeBack(address, 'Cloud Application Administrator')
  await until(path, ({ state }) => state === 'need-admin-approval')
  await killAndBoot()
  assert.equal((await call<OnboardingView>('GET', path)).state, 'need-admin-approval')

  await comeBack(await call<SignInAddress>('POST', `${path}/sign-in`, {}))
  await until(path, ({ state }) => state === 'awaiting-grant')

  await killAndBoot()
  const asked = await until(path, ({ state }) => state === 'signing-in')
  assert.equal(asked.notice, 'Sign in again to continue')
  await comeBack(await call<SignInAddress>('POST', `${path}/sign-in`, {}))
  await call<OnboardingView>('POST', `${path}/grant`)

  const steps = ['application', 'service-principal', 'credential', 'permission:Mail.Read', 'first-token']
  for (const step of steps) {
    const reached = (view: OnboardingView) =>
      view.state !== 'creating' ||
      view.steps.findIndex(({ state }) => state === 'running') >=
        view.steps.findIndex((one) => one.id === step)
    const view = await until(path, reached)
    if (view.state !== 'creating') break
    await killAndBoot()
    await until(path, ({ state }) => state === 'signing-in')
    await comeBack(await call<SignInAddress>('POST', `${path}/sign-in`, {}))
  }
  const created = await until(path, ({ state }) => state === 'completing' || state === 'failed')
  assert.equal(created.error, null)

  await killAndBoot()
  assert.equal((await call<OnboardingView>('GET', path)).state, 'completing')
  const saving = call<OnboardingView>('POST', `${path}/save`, { organizationName: 'Harbour' }).catch(
    (error: unknown) => error,
  )
  await until(path, ({ state }) => state !== 'completing')
  await killAndBoot()
  await saving
  const view = await until(path, ({ state }) => state === 'completing' || state === 'saved')
  if (view.state === 'completing') {
    assert.match(view.notice ?? '', /'Save' again/)
    await call<OnboardingView>('POST', `${path}/save`, { organizationName: 'Harbour' })
  }

  const { applications } = simulator.tenant.directory
  const ours = applications.filter(({ uniqueName }) => uniqueName?.startsWith('bdrcloud-'))
  assert.equal(ours.length, 1)
  assert.equal(ours[0]?.passwordCredentials.length, 1)
  const { items } = await call<{ items: unknown[] }>('GET', '/organizations')
  assert.equal(items.length, 1)
})

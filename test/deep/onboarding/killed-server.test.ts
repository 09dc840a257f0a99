/**
 * The server as a process of its own, killed without warning in every state of an onboarding, in each method, and in administrators'
 * tasks, over real time. Whoever starts it again and signs in anew gets one organization with one application.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInByForms } from '../../../scripts/demo/sign-in-forms.ts'
import type { CloudName } from '../../../simulator/tenant/index.ts'
import type {
  CredentialKind,
  OnboardingView,
  OrganizationView,
  SignInAddress,
  StartTask,
  TaskView,
} from '../../../src/contract/index.ts'
import { covers } from '../../covers.ts'
import { enterCode } from '../../onboarding/browser.ts'
import { registerByHand } from '../../onboarding/manual.ts'
import { addOrganization, globalAdministrator, type Product, persona, startProduct } from '../../product.ts'

let product: Product
before(async () => {
  product = await startProduct(
    { users: 3, mails: 6, lagSeconds: 2, clouds: ['global', 'usgov', 'china'] },
    async () => ({ ownPostgres: true }),
  )
})
after(() => product.stop())

const limitMs = 180_000
const cloudAdministrator = 'Cloud Application Administrator'

async function killAndBoot(): Promise<void> {
  await product.kill()
  await product.restart()
}

async function until<T>(path: string, wanted: (view: T) => boolean): Promise<T> {
  for (const limit = Date.now() + limitMs; ; ) {
    const view = await product.session.get<T>(path)
    if (wanted(view)) return view
    assert.ok(Date.now() < limit, JSON.stringify(view))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function directoryOf(cloud: CloudName) {
  const { tenant } = product.simulator.clouds.get(cloud) ?? assert.fail(cloud)
  return tenant.directory
}

/** One application of that cloud, with one credential; its organization is listed and its access works. */
async function assertOne(cloud: CloudName, view: OnboardingView): Promise<OrganizationView> {
  const { applications } = directoryOf(cloud)
  assert.equal(applications.length, 1)
  const [application] = applications
  assert.equal(
    (application?.passwordCredentials.length ?? 0) + (application?.keyCredentials.length ?? 0),
    1,
    'one credential',
  )
  const { items } = await product.session.get<{ items: OrganizationView[] }>('/organizations')
  assert.equal(items.filter((one) => one.cloud === cloud).length, 1)
  const organization = await product.session.post<OrganizationView>(
    `/organizations/${view.organizationId}/verify`,
  )
  assert.equal(organization.health[0]?.read, 'ok')
  return organization
}

/** The browser's way to Microsoft and back; with `killed`, the server dies while somebody types. */
async function byBrowser(path: string, role: string, killed: boolean): Promise<void> {
  const { session, address } = product
  const { authorizationUrl } = await session.post<SignInAddress>(`${path}/sign-in`)
  if (killed) await killAndBoot()
  await session.visit(await signInByForms(authorizationUrl, persona(product, role), `${address}/`))
}

/** The code's way; a code that was shown when the server died is gone, and another one is asked for. */
async function byCode(path: string, role: string, killed: boolean): Promise<void> {
  const { session } = product
  const show = () => session.post<OnboardingView>(`${path}/device-code`)
  let { deviceCode, cloud } = await show()
  if (killed) {
    await killAndBoot()
    const forgotten = await session.get<OnboardingView>(path)
    assert.equal(forgotten.state, 'code-shown')
    assert.equal(forgotten.deviceCode, null)
    assert.match(forgotten.notice ?? '', /'New code'/)
    ;({ deviceCode } = await show())
  }
  assert.ok(deviceCode)
  await enterCode(deviceCode, persona(product, role, cloud as CloudName), 'continue')
  await session.post(`${path}/device-code/check`)
}

interface Way {
  readonly method: 'credential' | 'device-code'
  readonly cloud: CloudName
  readonly credentialKind: CredentialKind
  readonly signIn: typeof byBrowser
  /** Where a new sign-in is waited for. */
  readonly waiting: OnboardingView['state']
}

async function killInEveryState({ method, cloud, credentialKind, signIn, waiting }: Way): Promise<void> {
  const { session } = product
  const { id } = await session.post<OnboardingView>('/onboardings', {
    method,
    cloud,
    workloads: ['mail'],
    restoreRights: true,
    credentialKind,
  })
  const path = `/onboardings/${id}`
  const state = async () => (await session.get<OnboardingView>(path)).state
  await killAndBoot()
  assert.equal(await state(), 'started')

  await signIn(path, cloudAdministrator, true)
  await until<OnboardingView>(path, (view) => view.state === 'need-admin-approval')
  await killAndBoot()
  assert.equal(await state(), 'need-admin-approval')

  await signIn(path, globalAdministrator, false)
  await until<OnboardingView>(path, (view) => view.state === 'awaiting-grant')
  await killAndBoot()
  const asked = await until<OnboardingView>(path, (view) => view.state === waiting)
  assert.match(asked.notice ?? '', /Sign in again to continue|New code/)
  await signIn(path, globalAdministrator, false)
  await session.post(`${path}/grant`)

  const steps = ['application', 'service-principal', 'credential', 'permission:Mail.Read', 'first-token']
  for (const step of steps) {
    const reached = (view: OnboardingView) =>
      view.state !== 'creating' ||
      view.steps.findIndex((one) => one.state === 'running') >= view.steps.findIndex((one) => one.id === step)
    if ((await until(path, reached)).state !== 'creating') break
    await killAndBoot()
    await until<OnboardingView>(path, (view) => view.state === waiting)
    await signIn(path, globalAdministrator, false)
  }
  const created = await until<OnboardingView>(path, (view) => ['completing', 'failed'].includes(view.state))
  assert.equal(created.error, null)
  await killAndBoot()
  assert.equal(await state(), 'completing')
  await assertOne(cloud, await killWhileSaving(path))
}

/** Killed while 'Save' verifies: it is saved by then, or 'Save' is asked for again. */
async function killWhileSaving(path: string): Promise<OnboardingView> {
  const { session } = product
  const save = () => session.post<OnboardingView>(`${path}/save`, { organizationName: 'Harbour' })
  const saving = save().catch((error: unknown) => error)
  await until<OnboardingView>(path, ({ state }) => state !== 'completing')
  await killAndBoot()
  await saving
  const view = await until<OnboardingView>(path, ({ state }) => ['completing', 'saved'].includes(state))
  if (view.state === 'saved') return view
  assert.match(view.notice ?? '', /'Save' again/)
  return save()
}

test('Automatic Credential Process: killed in every state, it ends with one application after new sign-ins', async () => {
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
  await killInEveryState({
    method: 'credential',
    cloud: 'global',
    credentialKind: 'password',
    signIn: byBrowser,
    waiting: 'signing-in',
  })
})

test('Device Code Process: killed in every state, it ends with one application after new codes', async () => {
  covers('device-code', 'usgov', [
    'killed',
    'started',
    'code-shown',
    'need-admin-approval',
    'awaiting-grant',
    'creating',
    'completing',
    'verifying',
  ])
  await killInEveryState({
    method: 'device-code',
    cloud: 'usgov',
    credentialKind: 'certificate',
    signIn: byCode,
    waiting: 'code-shown',
  })
})

test('Manual Process: killed in every state, nothing that was typed is lost and the key stays the same', async () => {
  covers('manual', 'china', ['killed', 'started', 'completing', 'verifying'])
  const { session, simulator } = product
  const { tenant } = simulator.clouds.get('china') ?? assert.fail('china')
  const { appId, upload } = registerByHand(tenant, ['User.Read.All', 'Mail.Read'])
  for (const one of tenant.directory.applications) one.passwordCredentials = []
  const { id } = await session.post<OnboardingView>('/onboardings', {
    method: 'manual',
    cloud: 'china',
    workloads: ['mail'],
    restoreRights: false,
    credentialKind: 'certificate',
  })
  const path = `/onboardings/${id}`
  await killAndBoot()
  assert.equal((await session.get<OnboardingView>(path)).state, 'started')
  await session.post(`${path}/certificate`)
  const certificate = (await session.bytes(`${path}/certificate`)).toString()
  await killAndBoot()
  const kept = await session.get<OnboardingView>(path)
  assert.equal(kept.state, 'completing')
  assert.equal((await session.bytes(`${path}/certificate`)).toString(), certificate)
  upload(certificate)
  await session.put(`${path}/details`, { tenant: tenant.domains[0], applicationId: appId })
  await killAndBoot()
  assert.equal((await session.get<OnboardingView>(path)).tenant?.id, tenant.id)
  await assertOne('china', await killWhileSaving(path))
})

/** Kills the server while somebody signs in, at 'Grant Access', and in those steps; signs in anew each time. */
async function killDuring(organizationId: string, input: StartTask, steps: string[]): Promise<void> {
  const { session } = product
  const { id } = await session.post<TaskView>(`/organizations/${organizationId}/administrator-tasks`, input)
  const path = `/administrator-tasks/${id}`
  await byBrowser(path, globalAdministrator, true)
  await until<TaskView>(path, ({ state }) => state === 'awaiting-grant')
  await killAndBoot()
  await until<TaskView>(path, ({ state }) => state === 'signing-in')
  await byBrowser(path, globalAdministrator, false)
  await session.post(`${path}/grant`)
  for (const step of steps) {
    const reached = ({ state, steps: lines }: TaskView) =>
      state !== 'running' ||
      lines.findIndex((one) => one.state === 'running') >= lines.findIndex((one) => one.id === step)
    if ((await until(path, reached)).state !== 'running') break
    await killAndBoot()
    if ((await until<TaskView>(path, ({ state }) => state !== 'running')).state !== 'signing-in') break
    await byBrowser(path, globalAdministrator, false)
    // What is planned anew may differ from what was confirmed; then it has to be confirmed again.
    if ((await session.get<TaskView>(path)).state === 'awaiting-grant') await session.post(`${path}/grant`)
  }
  const ended = await until<TaskView>(path, ({ state }) => !['running', 'signing-in'].includes(state))
  assert.equal(ended.state, 'done', JSON.stringify(ended))
  assert.deepEqual(ended.outcome?.left, [])
}

test("administrators' tasks: killed on the way, each ends as it would have", async () => {
  const { items } = await product.session.get<{ items: OrganizationView[] }>('/organizations')
  const organization = items.find(({ cloud }) => cloud === 'global') ?? (await addOrganization(product))
  const endsAt = new Date(Date.now() + 3_600_000).toISOString()
  const tasks: [StartTask, string[]][] = [
    [{ kind: 'revoke-restore' }, ['revoke:Mail.ReadWrite']],
    [{ kind: 'grant-restore', endsAt }, ['permission:Mail.ReadWrite', 'first-token']],
    [{ kind: 'upgrade-certificate' }, ['credential', 'first-token']],
    [{ kind: 'repair', credentialKind: 'password' }, ['first-token', 'remove-old']],
  ]
  for (const [input, steps] of tasks) {
    await killDuring(organization.id, input, steps)
    const [application, ...others] = directoryOf('global').applications
    assert.deepEqual(others, [])
    const { passwordCredentials = [], keyCredentials = [] } = application ?? {}
    const kinds = [passwordCredentials.length, keyCredentials.length]
    assert.deepEqual(kinds, input.kind === 'upgrade-certificate' ? [0, 1] : [1, 0], input.kind)
    const { health } = await product.session.post<OrganizationView>(
      `/organizations/${organization.id}/verify`,
    )
    assert.equal(health[0]?.read, 'ok', input.kind)
  }
  await killDuring(organization.id, { kind: 'clean-exit' }, ['delete', 'purge'])
  assert.deepEqual(directoryOf('global').applications, [])
})

/** What the product is put through: everything that makes, takes, keeps or shows a secret. Each errand tells the recorder what it knows. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitFor } from '../../../scripts/demo/api.ts'
import { addVisitingApplication } from '../../../simulator/tenant/index.ts'
import type {
  NewCustomerLink,
  NewResticAccess,
  OnboardingView,
  OrganizationView,
  PendingCertificate,
  RepositoryPassword,
  SecretsStatus,
  SuppliedCredential,
} from '../../../src/contract/index.ts'
import { enterCode } from '../../onboarding/browser.ts'
import { registerByHand } from '../../onboarding/manual.ts'
import { globalAdministrator, operator, type Product, persona } from '../../product.ts'
import type { Recorder } from './recorder.ts'
import { addPrivateKey, keyFileOf } from './unsealing.ts'

export interface Errand {
  readonly product: Product
  readonly recorder: Recorder
}

const run = promisify(execFile)
const external = 'https://backup.example'

export const tokenIn = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? ''
export const json = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

async function begin(
  product: Product,
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

export async function byDeviceCode({ product }: Errand): Promise<void> {
  const { session } = product
  const path = await begin(product, 'device-code', 'usgov', 'password')
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
export async function byHand({ product, recorder }: Errand): Promise<void> {
  const { session, simulator } = product
  const { tenant } = simulator.clouds.get('china') ?? assert.fail('china')
  const { appId, secret, upload } = registerByHand(tenant)
  recorder.add('application password by hand', secret)
  const path = await begin(product, 'manual', 'china', 'password')
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
  addPrivateKey(recorder, 'private key of the PFX', supplied('rsa.key').toString())
  await session.post(`/organizations/${organizationId}/credential`, {
    operatorPassword: operator.password,
    credential,
  })
}

export async function customerLink({ product, recorder }: Errand): Promise<void> {
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
  const path = await begin(product, 'credential', 'global', 'password')
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

export async function resticAccess({ product, recorder }: Errand, { id }: OrganizationView): Promise<void> {
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
export async function rotateKey({ product, recorder }: Errand): Promise<void> {
  const { session } = product
  const keyNow = () => Buffer.from(readFileSync(keyFileOf(product), 'utf8').trim(), 'base64')
  recorder.add('key of the secrets at rest before', keyNow())
  await session.post('/secrets/rotation', { operatorPassword: operator.password })
  await waitFor<SecretsStatus>(session, '/secrets', ({ rotation }) => rotation === null, 2)
  await waitFor(session, '/secrets', () => !existsSync(`${keyFileOf(product)}.next`), 1)
  recorder.add('key of the secrets at rest', keyNow())
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RunningSimulator, startSimulator } from '../../simulator/start.ts'
import { cloudNames } from '../../simulator/tenant/index.ts'
import type { StartOnboarding } from '../../src/contract/index.ts'
import { cloudTable, readTenantName, workloadIds } from '../../src/microsoft/index.ts'
import { covers } from '../covers.ts'
import { enterCode } from './browser.ts'
import { hold, type Lab, openLab, operatorId, sessionId, start, until } from './lab.ts'

/** A further cloud, of which only configuration knows: another simulator. */
let island: RunningSimulator
let lab: Lab
before(async () => {
  island = await startSimulator({ users: 2, mails: 4, seed: 77 })
  const { login, graph, ca } = island.ready.clouds.global
  lab = await openLab(
    { clouds: cloudNames },
    {
      island: {
        name: 'Island Cloud',
        description: 'A cloud of its own.',
        loginAuthority: login,
        graphRoot: graph,
        certificateAuthorityFile: ca,
      },
    },
  )
})
after(async () => {
  await lab.stop()
  await island.stop()
})

test('the list of clouds says where they belong, which methods and which workloads can be used', () => {
  covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'offered')
  covers('manual', ['global', 'usgov', 'usdod', 'china'], 'offered')
  const clouds = lab.onboardings.clouds()
  assert.deepEqual(
    clouds.map(({ id, group }) => [id, group]),
    [
      ['global', null],
      ['usgov', 'Azure (US Government GCC High & DOD)'],
      ['usdod', 'Azure (US Government GCC High & DOD)'],
      ['china', null],
      ['island', null],
    ],
  )
  for (const { id, methods, defaultMethod, workloads } of clouds) {
    assert.equal(defaultMethod, 'device-code', id)
    for (const { method, available, reason } of methods) {
      assert.equal(available, method !== 'credential' || id === 'global', `${method} in ${id}`)
      assert.equal(reason === null, available)
    }
    assert.deepEqual(
      workloads.map(({ workload, available, reason }) => [workload, available, reason === null]),
      workloadIds.map((workload) => {
        const isThere = !(workload === 'todo' && id === 'china')
        return [workload, isThere, isThere]
      }),
    )
  }
})

test('where no method is named the default of the cloud is taken, and the cloud is never guessed', async () => {
  const asked = (cloud: string): StartOnboarding => ({
    cloud,
    workloads: ['mail'],
    restoreRights: false,
    credentialKind: 'password',
  })
  for (const cloud of cloudNames) {
    const { id, method } = await lab.onboardings.start(asked(cloud), operatorId)
    assert.equal(method, 'device-code')
    await lab.onboardings.cancel(id)
  }
  await assert.rejects(lab.onboardings.start(asked('nowhere'), operatorId), {
    code: 'ONB_METHOD_UNAVAILABLE',
  })
})

test('a row of the table has everything that is said of its cloud', () => {
  for (const { id, loginAuthority, graphRoot, portal, scripts, signInClientId } of cloudTable) {
    for (const address of [loginAuthority, graphRoot, portal.azure, portal.entra, portal.admin])
      assert.match(address, /^https:\/\/[a-z0-9.-]+(\/[a-z]+)?$/, id)
    assert.match(signInClientId, /^[0-9a-f-]{36}$/)
    assert.match(scripts.azureCli, /^Azure/)
  }
  const [usgov, usdod] = ['usgov', 'usdod'].map((id) => cloudTable.find((cloud) => cloud.id === id))
  assert.equal(usgov?.loginAuthority, usdod?.loginAuthority)
  assert.notEqual(usgov?.graphRoot, usdod?.graphRoot)
})

for (const cloud of cloudNames) {
  test(`a domain, an address and a tenant id are recognized as of the cloud ${cloud}`, async () => {
    const { id, domains } = lab.tenant(cloud)
    for (const domain of [domains[0], domains[1], `someone@${domains[0]}`, id, id.toUpperCase()]) {
      const found = await lab.onboardings.detectCloud({ domain: ` ${domain} ` })
      assert.equal(found.cloud, cloud, String(domain))
      assert.equal(found.tenantId, id)
      assert.match(found.explanation, new RegExp(`^${domain} belongs to Azure|Global Azure`))
    }
  })
}

test('a tenant of GCC belongs to the global cloud, and that is said', async () => {
  const { cloud, domains } = lab.tenant('global')
  const before = cloud.regionSubScope
  Object.assign(cloud, { regionSubScope: 'GCC' })
  try {
    const found = await lab.onboardings.detectCloud({ domain: domains[0] ?? '' })
    assert.equal(found.cloud, 'global')
    assert.match(found.explanation, /GCC organization/)
  } finally {
    Object.assign(cloud, { regionSubScope: before })
  }
})

test('an unknown organization and text that is no domain are said to be that', async () => {
  const unknown = await lab.onboardings.detectCloud({ domain: 'nowhere.example' })
  assert.equal(unknown.cloud, null)
  assert.match(unknown.explanation, /No cloud that this server knows/)
  for (const domain of ['not a domain', 'x', '../organizations', 'organizations', 'a..b', 'http://a.example'])
    await assert.rejects(lab.onboardings.detectCloud({ domain }), { code: 'ONB_TENANT_NAME', status: 422 })
  assert.equal(readTenantName('Admin@Contoso.Example.'), 'contoso.example')
})

test('a login service that does not answer is named where nothing was found', async () => {
  const other = await openLab()
  try {
    const found = await other.onboardings.detectCloud({ domain: 'nowhere.example' })
    assert.equal(found.cloud, null)
    assert.match(found.explanation, /not every cloud could be asked\. .*the connection is refused/)
    const known = await other.onboardings.detectCloud({ domain: other.tenant().domains[0] ?? '' })
    assert.equal(known.cloud, 'global')
  } finally {
    await other.stop()
  }
})

test('a cloud added by configuration is recognized, and an organization is added there', async () => {
  const { tenantId, domains, personas } = island.ready
  const domain = island.ready.clouds.global.domains[0] ?? ''
  assert.ok(domains.includes(domain))
  // Both simulators hold the same domain; the id tells them apart.
  assert.equal((await lab.onboardings.detectCloud({ domain: tenantId })).cloud, 'island')

  const { id } = await start(lab, { method: 'device-code', cloud: 'island', credentialKind: 'certificate' })
  const release = hold(lab)
  const { deviceCode } = await lab.onboardings.deviceCode(id)
  const administrator = personas.find(({ role }) => role === 'Global Administrator')
  assert.ok(deviceCode && administrator)
  await enterCode(deviceCode, administrator, 'continue')
  assert.equal((await lab.onboardings.checkDeviceCode(id)).tenant?.id, tenantId)
  release()
  await lab.onboardings.grant(id)
  assert.equal((await until(lab, id, 'completing', 'failed')).error, null)
  const saved = await lab.onboardings.save(id, { organizationName: 'Island' }, operatorId)
  const organization = await lab.organizations.view(saved.organizationId ?? '')
  assert.equal(organization.cloudName, 'Island Cloud')
  assert.equal(organization.health[0]?.read, 'ok')
})

test('the Credential Process is refused in every other cloud, the one from configuration included', async () => {
  for (const cloud of ['usgov', 'usdod', 'china', 'island'])
    await assert.rejects(
      lab.onboardings.start(
        {
          method: 'credential',
          cloud,
          workloads: ['mail'],
          restoreRights: false,
          credentialKind: 'password',
        },
        sessionId,
      ),
      { code: 'ONB_METHOD_UNAVAILABLE', status: 422 },
    )
})

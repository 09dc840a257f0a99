/**
 * Microsoft replicates for as long as five minutes: what was made is not there yet, or is there and then again not, depending on
 * which part of Microsoft answers. Up to then every method ends in a saved organization; where it takes longer than the time
 * budget, in a failure that says so, with nothing left that is not listed.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { LagKind } from '../../simulator/tenant/index.ts'
import { assertClean, cleanLab, type Way, walk } from './fault-walk.ts'
import { type Lab, openLab, operatorId, start } from './lab.ts'
import { registerByHand } from './manual.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: ['global', 'usgov'] })
})
after(() => lab.stop())
afterEach(async () => {
  for (const cloud of ['global', 'usgov'] as const) {
    const tenant = lab.tenant(cloud)
    for (const kind of Object.keys(tenant.lags) as LagKind[]) delete tenant.lags[kind]
    tenant.policies.staleSeconds = 0
    await cleanLab(lab, { cloud })
  }
})

/** Just within five minutes, and longer than anybody waits. */
const within = 295
const longer = 11 * 60

const ways: readonly Way[] = [
  { method: 'credential', cloud: 'global', credentialKind: 'password', end: 'save' },
  { method: 'device-code', cloud: 'usgov', credentialKind: 'certificate', end: 'save' },
]
/** What takes its time, and the step at which that is noticed. */
const slow = [
  { what: 'application', kind: 'application', step: 'Service principal' },
  { what: 'service principal', kind: 'servicePrincipal', step: 'Permission User.Read.All' },
  { what: 'grant', kind: 'assignment', step: 'First access token' },
  { what: 'credential', kind: undefined, step: 'First access token' },
] as const

for (const way of ways) {
  const delay = (kind: LagKind | undefined, seconds: number) => {
    lab.tenant(way.cloud).lags[kind ?? (way.credentialKind === 'password' ? 'password' : 'key')] = seconds
  }
  for (const { what, kind, step } of slow) {
    test(`${way.method}: five minutes until the ${what} is known everywhere`, async () => {
      delay(kind, within)
      const begun = lab.clock.now()
      const walked = await walk(lab, way)
      assert.equal(walked.view.state, 'saved', JSON.stringify(walked.told))
      assert.ok(lab.clock.now() - begun >= within * 1000, 'it was waited for')
      await assertClean(lab, way, walked, what)
    })

    test(`${way.method}: ${what}: not known after the time budget, which ends it with the reason`, async () => {
      delay(kind, longer)
      const walked = await walk(lab, way)
      const { state, error } = walked.view
      assert.equal(state, 'failed')
      assert.equal(error?.code, 'ONB_TOO_SLOW')
      assert.match(error?.title ?? '', new RegExp(`within 10 minutes at the step "${step}"`))
      assert.match(error?.why ?? '', /Microsoft/)
      await assertClean(lab, way, walked, what)
    })
  }

  test(`${way.method}: for five minutes every second answer is that of a part of Microsoft that knows nothing of it`, async () => {
    lab.tenant(way.cloud).policies.staleSeconds = within
    const walked = await walk(lab, way)
    assert.equal(walked.view.state, 'saved', JSON.stringify(walked.view.error))
    await assertClean(lab, way, walked, 'stale')
  })
}

test('manual: what was registered a moment ago is refused by name, and Save works when it is known', async () => {
  for (const what of ['credential', 'grant', 'stale'] as const) {
    const tenant = lab.tenant('usgov')
    const { appId, secret } = registerByHand(tenant, ['User.Read.All', 'Mail.Read'])
    const { directory, policies, clock } = tenant
    const known = clock.now() + within * 1000
    if (what === 'credential')
      for (const one of directory.applications.flatMap(({ passwordCredentials }) => passwordCredentials))
        one.usableAt = known
    if (what === 'grant') for (const one of directory.assignments) one.effectiveAt = known
    if (what === 'stale') {
      policies.staleSeconds = within
      // New by its time, as every sign-in with it is for ten minutes.
      for (const one of directory.applications.flatMap(({ passwordCredentials }) => passwordCredentials))
        one.usableAt = clock.now()
    }
    const { id } = await start(lab, { method: 'manual', cloud: 'usgov', restoreRights: false })
    await lab.onboardings.giveDetails(id, {
      tenant: tenant.domains[0] ?? '',
      applicationId: appId,
      credential: { kind: 'password', applicationPassword: secret },
    })
    const save = () => lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
    if (what !== 'stale') {
      await assert.rejects(save(), { code: 'ONB_CREDENTIAL_NOT_WORKING' })
      const refused = await lab.onboardings.get(id)
      assert.equal(refused.state, 'completing')
      assert.match(
        `${refused.error?.title} ${refused.error?.why} ${refused.error?.detail}`,
        what === 'grant' ? /Mail\.Read/ : /password/i,
      )
      lab.clock.move(within * 1000)
    }
    assert.equal((await save()).state, 'saved', what)
    await cleanLab(lab, { cloud: 'usgov' })
  }
})

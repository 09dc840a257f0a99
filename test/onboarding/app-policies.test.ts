/** App management policies, by each method with a sign-in and in each cloud: the other kind, a shorter life, or a clean refusal. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import type { CredentialKind, OnboardingView } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { setFaults } from './fault-walk.ts'
import { applications, enterCodeAs, type Lab, openLab, operatorId, signInAs, start, until } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  for (const cloud of cloudNames) {
    const { directory, policies } = lab.tenant(cloud)
    Object.assign(policies, { passwordsAllowed: true, certificateMaximumDays: undefined })
    directory.applications.splice(0)
    await setFaults(lab, cloud, [])
  }
  for (const table of ['onboardings', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
})

const ways: readonly (readonly ['credential' | 'device-code', CloudName])[] = [
  ['credential', 'global'],
  ...cloudNames.map((cloud) => ['device-code', cloud] as const),
]
const dayMs = 86_400_000

for (const [method, cloud] of ways) {
  const created = async (credentialKind: CredentialKind): Promise<OnboardingView> => {
    const { id } = await start(lab, { method, cloud, credentialKind, restoreRights: false })
    await (method === 'credential'
      ? signInAs(lab, id, 'Global Administrator')
      : enterCodeAs(lab, id, 'Global Administrator'))
    await lab.onboardings.grant(id)
    return until(lab, id, 'completing', 'failed')
  }
  /** The simulated policies know lifetimes of certificates only: the refusal is given in Microsoft's words. */
  const forbidCertificates = () => {
    const match = { server: 'graph', method: 'PATCH', path: '/applications/[0-9a-f-]{36}$' }
    return setFaults(lab, cloud, [{ match, fault: 'CredentialTypeNotAllowedAsPerAppPolicy' }])
  }

  test(`${method}, ${cloud}: where certificates are forbidden the password is taken, and the page says so`, async () => {
    covers('credential', 'global', 'password-forbidden')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'password-forbidden')
    await forbidCertificates()
    const view = await created('certificate')
    assert.deepEqual([view.error, view.credentialKind], [null, 'password'])
    assert.match(view.completion?.credentialNotice ?? '', /forbids 'Application Certificate \(SSL\)'/)
    const [application] = applications(lab, cloud)
    assert.deepEqual([application?.passwordCredentials.length, application?.keyCredentials.length], [1, 0])
  })

  test(`${method}, ${cloud}: where both are forbidden it ends, says so, and leaves nothing`, async () => {
    covers('credential', 'global', ['password-forbidden', 'failed'])
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], ['password-forbidden', 'failed'])
    lab.tenant(cloud).policies.passwordsAllowed = false
    await forbidCertificates()
    const view = await created('password')
    assert.deepEqual([view.state, view.error?.code], ['failed', 'ONB_CREDENTIAL_FORBIDDEN'])
    assert.match(view.error?.detail ?? '', /exempt this application in the application management policy/)
    assert.deepEqual(view.leftovers, [])
    assert.deepEqual(applications(lab, cloud), [])
  })

  test(`${method}, ${cloud}: a limited life is renewed in proportion earlier`, async () => {
    covers('credential', 'global', 'lifetime-limited')
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'lifetime-limited')
    lab.tenant(cloud).policies.certificateMaximumDays = 31
    const view = await created('certificate')
    assert.match(view.completion?.credentialNotice ?? '', /ends after 30 days and must be renewed before/)
    const saved = await lab.onboardings.save(view.id, { organizationName: 'Harbour' }, operatorId)
    const { credential } = await lab.organizations.view(saved.organizationId ?? '')
    const left = (Date.parse(credential.expiresAt ?? '') - Date.parse(credential.renewal.dueAt ?? '')) / dayMs
    assert.equal(credential.renewal.way, 'automatic')
    assert.ok(left > 9.9 && left < 10.1, `renewed ${left} days before the end`)
  })
}

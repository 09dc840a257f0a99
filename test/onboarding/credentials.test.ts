import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { afterEach, test } from 'node:test'
import { covers } from '../covers.ts'
import { applications, createdApplication, grantedRoles, type Lab, openLab, operatorId } from './lab.ts'

let lab: Lab | undefined
afterEach(async () => {
  await lab?.stop()
  lab = undefined
})

test('with a certificate the private key stays here, sealed, and the public part is with Microsoft', async () => {
  covers('credential', 'global', ['certificate', 'saved'])
  lab = await openLab()
  const view = await createdApplication(lab, { credentialKind: 'certificate', restoreRights: true })
  assert.equal(view.error, null)
  assert.equal(view.completion?.credentialKind, 'certificate')
  assert.equal(view.completion?.passwordAvailable, false)
  assert.match(view.completion?.certificateThumbprint ?? '', /^[0-9A-F]{64}$/)
  await assert.rejects(lab.onboardings.revealPassword(view.id), { code: 'ONB_PASSWORD_NOT_AVAILABLE' })

  const saved = await lab.onboardings.save(view.id, { organizationName: 'Harbour' }, operatorId)
  const [application] = applications(lab)
  assert.equal(application?.passwordCredentials.length, 0)
  assert.equal(application?.keyCredentials.length, 1)
  assert.deepEqual(grantedRoles(lab, application?.appId ?? ''), [
    'Mail.Read',
    'Mail.ReadWrite',
    'User.Read.All',
  ])
  const row = await lab.database.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.ok(row.credential_sealed && row.certificate_pem)
  assert.ok(!row.credential_sealed.toString('latin1').includes('PRIVATE KEY'))
  const key = lab.secrets.open(row.credential_sealed, `credential:${row.credential_id}`).toString()
  const publicKey = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' })
  assert.equal(
    new X509Certificate(row.certificate_pem).publicKey.export({ type: 'spki', format: 'pem' }),
    publicKey,
  )
  const health = (await lab.organizations.view(saved.organizationId ?? '')).health
  assert.equal(health[0]?.write, 'ok')
  await lab.organizations.requireRestoreRights(saved.organizationId ?? '')
})

test('where a policy forbids passwords a certificate is used, and the page says so', async () => {
  covers('credential', 'global', 'password-forbidden')
  lab = await openLab()
  lab.simulator.tenant.policies.passwordsAllowed = false
  const view = await createdApplication(lab, { credentialKind: 'password' })
  assert.equal(view.error, null)
  assert.equal(view.credentialKind, 'certificate')
  assert.match(view.completion?.credentialNotice ?? '', /forbids 'Application Password'/)
  assert.equal(applications(lab)[0]?.keyCredentials.length, 1)
})

test('where a policy limits the life of a password the longest allowed one is taken', async () => {
  covers('credential', 'global', 'lifetime-limited')
  lab = await openLab()
  lab.simulator.tenant.policies.passwordMaximumDays = 100
  const view = await createdApplication(lab, { credentialKind: 'password' })
  assert.equal(view.error, null)
  assert.match(view.completion?.credentialNotice ?? '', /after 90 days/)
  const days = (Date.parse(view.completion?.credentialExpiresAt ?? '') - lab.clock.now()) / 86_400_000
  assert.ok(days > 89 && days <= 90)
})

test('where a policy limits the life of a certificate a shorter one is made', async () => {
  covers('credential', 'global', 'lifetime-limited')
  lab = await openLab()
  lab.simulator.tenant.policies.certificateMaximumDays = 31
  const view = await createdApplication(lab, { credentialKind: 'certificate' })
  assert.equal(view.error, null)
  assert.match(view.completion?.credentialNotice ?? '', /after 30 days/)
  assert.equal(applications(lab)[0]?.keyCredentials.length, 1)
})

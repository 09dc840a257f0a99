import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import type { SuppliedCredential } from '../../src/contract/index.ts'
import { covers } from '../covers.ts'
import { grantedRoles, type Lab, openLab, operatorId, start } from './lab.ts'
import { registerByHand } from './manual.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())
afterEach(async () => {
  for (const cloud of cloudNames) lab.tenant(cloud).exchangeAccess.rbac.splice(0)
  await lab.database.db.deleteFrom('onboardings').execute()
  await lab.database.db.deleteFrom('organizations').execute()
})

const supplied = (name: string) =>
  readFileSync(join(import.meta.dirname, '..', 'microsoft', 'supplied', name))
const begin = (
  cloud: CloudName = 'global',
  credentialKind: 'password' | 'certificate' = 'password',
  restoreRights = true,
) => start(lab, { method: 'manual', cloud, credentialKind, restoreRights })
const save = (id: string) => lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId)
const row = (id: string) =>
  lab.database.db.selectFrom('onboardings').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

for (const cloud of cloudNames) {
  test(`a registered application with a password is added in the cloud ${cloud}, its tenant given as a domain`, async () => {
    covers(
      'manual',
      ['global', 'usgov', 'usdod', 'china'],
      ['offered', 'started', 'completing', 'tenant-by-domain', 'password', 'saved'],
    )
    const { appId, secret } = registerByHand(lab.tenant(cloud))
    const offered = lab.onboardings.clouds().find((one) => one.id === cloud)?.methods
    assert.equal(offered?.find(({ method }) => method === 'manual')?.available, true)
    const { id, state } = await begin(cloud)
    assert.equal(state, 'started')
    const [domain = ''] = lab.tenant(cloud).domains
    const resolved = await lab.onboardings.giveDetails(id, { tenant: ` ${domain} ` })
    assert.equal(resolved.state, 'completing')
    assert.equal(resolved.completion?.tenantId, lab.tenant(cloud).id)
    assert.equal(resolved.tenant?.defaultDomain, domain)
    const given = await lab.onboardings.giveDetails(id, {
      organizationName: 'Harbour',
      applicationId: ` ${appId.toUpperCase()} `,
      credential: {
        kind: 'password',
        applicationPassword: ` ${secret}\n`,
        expiresAt: '2027-02-03T00:00:00.000Z',
      },
    })
    assert.equal(given.completion?.credentialGiven, true)
    assert.equal(given.completion?.passwordAvailable, false)
    assert.ok(!JSON.stringify(lab.announced).includes(secret), 'nothing echoes the password')
    await assert.rejects(lab.onboardings.revealPassword(id), { code: 'ONB_PASSWORD_NOT_AVAILABLE' })

    const saved = await save(id)
    const organization = await lab.organizations.view(saved.organizationId ?? '')
    assert.equal(organization.method, 'manual')
    assert.equal(organization.cloud, cloud)
    assert.equal(organization.tenantId, lab.tenant(cloud).id)
    assert.equal(organization.defaultDomain, domain)
    assert.equal(organization.credential.expiresAt, '2027-02-03T00:00:00.000Z')
    assert.deepEqual([organization.health[0]?.read, organization.health[0]?.write], ['ok', 'ok'])
    const kept = await lab.database.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
    const principal = lab.tenant(cloud).directory.servicePrincipals.find((one) => one.appId === appId)
    assert.equal(kept.service_principal_id, principal?.id)
    assert.equal(kept.application_object_id, null)
    assert.equal((await row(id)).credential_sealed, null)
    assert.deepEqual(grantedRoles(lab, appId, cloud), ['Mail.Read', 'Mail.ReadWrite', 'User.Read.All'])
  })

  test(`a certificate made here opens the cloud ${cloud}; its key stays here and outlives a reload and a restart`, async () => {
    covers(
      'manual',
      ['global', 'usgov', 'usdod', 'china'],
      ['certificate-made-here', 'credential-refused', 'killed'],
    )
    const { appId, upload } = registerByHand(lab.tenant(cloud))
    const { id } = await begin(cloud, 'certificate')
    const made = await lab.onboardings.makeCertificate(id, { days: 90 })
    assert.equal(made.completion?.certificateOrigin, 'made-here')
    const certificate = await lab.onboardings.certificate(id)
    const days = (new X509Certificate(certificate).validToDate.getTime() - lab.clock.now()) / 86_400_000
    assert.ok(days > 89 && days <= 90)
    assert.equal(
      new X509Certificate(certificate).fingerprint.replaceAll(':', ''),
      made.completion?.certificateThumbprintSha1,
    )
    lab = await lab.restart()
    assert.equal((await lab.onboardings.makeCertificate(id, {})).completion?.credentialGiven, true)
    assert.equal(await lab.onboardings.certificate(id), certificate, 'the same one still')
    const { credential_sealed: sealed, credential_id: credentialId } = await row(id)
    assert.ok(sealed && !sealed.toString('latin1').includes('PRIVATE KEY'))
    const key = createPrivateKey(lab.secrets.open(sealed, `credential:${credentialId}`).toString())
    assert.equal(
      createPublicKey(key).export({ type: 'spki', format: 'pem' }),
      new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    )

    await lab.onboardings.giveDetails(id, { tenant: lab.tenant(cloud).id, applicationId: appId })
    await assert.rejects(save(id), { code: 'ONB_CREDENTIAL_NOT_WORKING' })
    assert.equal((await lab.onboardings.get(id)).error?.microsoft?.code, 'AADSTS700027')
    upload(certificate)
    const saved = await save(id)
    const organization = await lab.organizations.view(saved.organizationId ?? '')
    assert.equal(organization.credential.kind, 'certificate')
    assert.equal(organization.health[0]?.read, 'ok')
  })
}

const pem = (key: string, passphrase?: string): SuppliedCredential => ({
  kind: 'pem',
  certificate: supplied('rsa.crt').toString(),
  privateKey: supplied(key).toString(),
  ...(passphrase !== undefined && { passphrase }),
})
const pfx = (name: string, passphrase: string): SuppliedCredential => ({
  kind: 'pfx',
  pfx: supplied(name).toString('base64'),
  passphrase,
})

for (const [what, cloud, credential] of [
  ['PFX and passphrase', 'global', pfx('modern.pfx', 'correct horse')],
  ['PFX and passphrase', 'usgov', pfx('legacy.pfx', 'correct horse')],
  ['PFX and passphrase', 'usdod', pfx('windows.pfx', 'correct horse')],
  ['PFX and passphrase', 'china', pfx('chain.pfx', 'correct horse')],
  ['PEM', 'global', pem('rsa.key')],
  ['PEM with an encrypted key', 'usgov', pem('encrypted.key', 'correct horse')],
  ['PEM with an encrypted key', 'usdod', pem('traditional.key', 'correct horse')],
  ['PEM', 'china', pem('rsa.key')],
] as const) {
  test(`a certificate given as ${what} opens the cloud ${cloud}`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], ['certificate-pfx', 'certificate-pem'])
    const { appId, upload } = registerByHand(lab.tenant(cloud))
    upload(supplied('rsa.crt').toString())
    const { id } = await begin(cloud, 'certificate')
    const given = await lab.onboardings.giveDetails(id, {
      tenant: lab.tenant(cloud).id,
      applicationId: appId,
      credential,
    })
    assert.equal(given.completion?.certificateOrigin, 'given')
    assert.ok(!JSON.stringify(given).includes('PRIVATE KEY'))
    const { organizationId } = await save(id)
    const organization = await lab.organizations.view(organizationId ?? '')
    assert.equal(organization.credential.kind, 'certificate')
    assert.equal(organization.health[0]?.read, 'ok')
  })
}

test('a certificate that cannot be used is refused at once, and what was given before stays', async () => {
  const { id } = await begin('global', 'certificate')
  await lab.onboardings.giveDetails(id, { credential: pem('rsa.key') })
  for (const [credential, code] of [
    [pfx('modern.pfx', 'wrong'), 'MSG_PASSPHRASE_WRONG'],
    [pfx('rsa.crt', ''), 'MSG_PFX_UNREADABLE'],
    [pem('other.key'), 'MSG_CERTIFICATE_MISMATCH'],
    [pem('encrypted.key'), 'MSG_PASSPHRASE_MISSING'],
    [pfx('ec.pfx', 'correct horse'), 'MSG_KEY_TYPE_UNSUPPORTED'],
  ] as const)
    await assert.rejects(lab.onboardings.giveDetails(id, { credential }), { code, status: 422 })
  assert.equal(await lab.onboardings.certificate(id), supplied('rsa.crt').toString())
})

test('a password that Microsoft refuses is not saved, said in words and can be corrected', async () => {
  const { appId, secret } = registerByHand(lab.tenant())
  const { id } = await begin()
  await lab.onboardings.giveDetails(id, {
    tenant: lab.tenant().id,
    applicationId: appId,
    credential: { kind: 'password', applicationPassword: 'the id of the secret' },
  })
  const before = lab.clock.now()
  await assert.rejects(save(id), { code: 'ONB_CREDENTIAL_NOT_WORKING' })
  assert.ok(lab.clock.now() - before < 20_000, 'what was typed is rather wrong than new')
  const refused = await lab.onboardings.get(id)
  assert.equal(refused.state, 'completing')
  assert.equal(refused.error?.microsoft?.code, 'AADSTS7000215')
  assert.match(`${refused.error?.why} ${refused.error?.detail}`, /Value/)
  assert.deepEqual((await lab.organizations.list({})).items, [])
  await lab.onboardings.giveDetails(id, { credential: { kind: 'password', applicationPassword: secret } })
  assert.equal((await save(id)).state, 'saved')
})

for (const cloud of cloudNames) {
  test(`a permission that is missing is named in the cloud ${cloud}, and Save works once it is granted`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], ['permission-missing', 'verifying'])
    const { appId, secret } = registerByHand(lab.tenant(cloud), ['User.Read.All', 'Mail.Read'])
    const { id } = await begin(cloud)
    await lab.onboardings.giveDetails(id, {
      tenant: lab.tenant(cloud).id,
      applicationId: appId,
      credential: { kind: 'password', applicationPassword: secret },
    })
    await assert.rejects(save(id), { code: 'ONB_CREDENTIAL_NOT_WORKING', message: /Mail\.ReadWrite/ })
    const other = registerByHand(lab.tenant(cloud))
    await lab.onboardings.giveDetails(id, {
      applicationId: other.appId,
      credential: { kind: 'password', applicationPassword: other.secret },
    })
    assert.equal((await save(id)).state, 'saved')
  })
}

for (const cloud of cloudNames) {
  test(`mail that Exchange alone lets the application read is healthy in the cloud ${cloud}`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], 'exchange-scoped')
    const { appId, secret } = registerByHand(lab.tenant(cloud), ['User.Read.All'])
    const { users, exchangeAccess } = lab.tenant(cloud)
    const inScope = users.findLast(({ hasMailbox }) => hasMailbox)
    exchangeAccess.rbac.push({
      appId,
      users: new Set([inScope?.id ?? '']),
      effectiveAt: 0,
      permissions: ['Mail.Read'],
    })
    const { id } = await begin(cloud, 'password', false)
    await lab.onboardings.giveDetails(id, {
      tenant: lab.tenant(cloud).id,
      applicationId: appId,
      credential: { kind: 'password', applicationPassword: secret },
    })
    const { organizationId } = await save(id)
    const [health] = (await lab.organizations.view(organizationId ?? '')).health
    assert.equal(health?.read, 'ok')
    assert.deepEqual(health?.missingPermissions, [])
  })
}

test('a tenant of another cloud, an unknown one and text are told apart', async () => {
  const { id } = await begin('usgov')
  const give = (tenant: string) => lab.onboardings.giveDetails(id, { tenant })
  await assert.rejects(give(lab.tenant('usdod').domains[0] ?? ''), {
    code: 'ONB_TENANT_OTHER_CLOUD',
    message: /belongs to Azure US Government \(DoD\), not to Azure US Government \(GCC High\)/,
  })
  await assert.rejects(give(lab.tenant('global').id), { code: 'ONB_TENANT_OTHER_CLOUD' })
  await assert.rejects(give('nowhere.example'), { code: 'ONB_TENANT_UNKNOWN' })
  await assert.rejects(give('Harbour Lights'), { code: 'ONB_TENANT_NAME' })
  assert.equal((await lab.onboardings.get(id)).state, 'started')
})

test('Save names the fields that are missing', async () => {
  const { id } = await begin()
  await assert.rejects(save(id), {
    code: 'ONB_DETAILS_MISSING',
    message: /'Tenant ID', 'Application ID', 'Application Password' is missing/,
  })
  await lab.onboardings.giveDetails(id, { tenant: lab.tenant().id })
  await assert.rejects(save(id), { message: /: 'Application ID', 'Application Password' is missing/ })
})

for (const cloud of cloudNames) {
  test(`a tenant of the cloud ${cloud} that is listed already leads to its organization`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], ['tenant-exists', 'failed'])
    const { appId, secret } = registerByHand(lab.tenant(cloud))
    const details = {
      tenant: lab.tenant(cloud).id,
      applicationId: appId,
      credential: { kind: 'password', applicationPassword: secret },
    } as const
    const first = await begin(cloud)
    await lab.onboardings.giveDetails(first.id, details)
    const second = await begin(cloud)
    await lab.onboardings.giveDetails(second.id, details)
    const { organizationId } = await save(first.id)
    await assert.rejects(save(second.id), { code: 'ONB_TENANT_EXISTS' })
    const late = await lab.onboardings.get(second.id)
    assert.equal(late.state, 'failed')
    assert.equal(late.organizationId, organizationId)
    assert.match(late.leftovers.join(' '), new RegExp(`not touched.*${appId}`))
    const third = await begin(cloud)
    const told = await lab.onboardings.giveDetails(third.id, { tenant: lab.tenant(cloud).id })
    assert.equal(told.state, 'failed')
    assert.equal(told.error?.code, 'ONB_TENANT_EXISTS')
    assert.equal(told.organizationId, organizationId)
    assert.deepEqual(told.leftovers, [])
  })
}

for (const cloud of cloudNames) {
  test(`a cancelled or expired onboarding in the cloud ${cloud} destroys the key and names the application that stays`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], ['cancelled', 'expired'])
    const { appId } = registerByHand(lab.tenant(cloud))
    for (const end of ['cancelled', 'expired'] as const) {
      const { id } = await begin(cloud, 'certificate')
      await lab.onboardings.makeCertificate(id, {})
      await lab.onboardings.giveDetails(id, { applicationId: appId })
      if (end === 'cancelled') await lab.onboardings.cancel(id)
      else {
        lab.clock.move(61 * 60_000)
        await lab.onboardings.sweep()
      }
      const view = await lab.onboardings.get(id)
      assert.equal(view.state, end)
      assert.match(view.leftovers.join(' '), new RegExp(appId))
      assert.equal((await row(id)).credential_sealed, null)
      await assert.rejects(lab.onboardings.giveDetails(id, { organizationName: 'x' }), {
        code: 'ONB_WRONG_STATE',
      })
    }
  })
}

test('a restart while Save verifies asks for Save again', async () => {
  const { appId, secret } = registerByHand(lab.tenant())
  const { id } = await begin()
  await lab.onboardings.giveDetails(id, {
    tenant: lab.tenant().id,
    applicationId: appId,
    credential: { kind: 'password', applicationPassword: secret },
  })
  await lab.database.db.updateTable('onboardings').set({ state: 'verifying' }).where('id', '=', id).execute()
  lab = await lab.restart()
  const view = await lab.onboardings.get(id)
  assert.equal(view.state, 'completing')
  assert.match(view.notice ?? '', /'Save' again/)
  assert.equal((await save(id)).state, 'saved')
})

/** 'Replace credential' and the edit rules: a new credential has to work before it takes the place of the old one. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { ReplaceCredential } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { makeCertificate } from '../../src/microsoft/index.ts'
import { covers } from '../covers.ts'
import { type Lab, openLab } from '../onboarding/lab.ts'
import {
  foreignPassword,
  ownApplication,
  revoke,
  savedOrganization,
  uploadCertificate,
} from './tenant-changes.ts'

let lab: Lab
let id: string
before(async () => {
  lab = await openLab()
  id = await savedOrganization(lab)
})
after(() => lab.stop())

const inUse = async () =>
  (
    await lab.database.db
      .selectFrom('organizations')
      .select('credential_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).credential_id
const replace = (input: Omit<ReplaceCredential, 'operatorPassword' | 'proof'>) =>
  lab.organizations.replacements.replace(id, input)
const refused = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => isAppError(error, code))

test('a new password that works takes the place of the old one; what is left of that is said', async () => {
  covers('management', 'global', 'replace-password')
  const before = await inUse()
  const { secretText, endDateTime } = foreignPassword(lab, 'second')
  const { organization, leftovers } = await replace({
    credential: { kind: 'password', applicationPassword: ` ${secretText}\n`, expiresAt: endDateTime },
  })
  assert.equal(organization.credential.expiresAt, endDateTime)
  assert.notEqual(await inUse(), before)
  assert.match(leftovers[0] ?? '', /old application password stays valid until \d{4}-/)
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')
})

test('one that Microsoft refuses changes nothing, and says what Microsoft answered', async () => {
  const before = await inUse()
  const work = replace({
    credential: { kind: 'password', applicationPassword: 'not a secret of the application' },
  })
  await refused(work, 'ORG_NEW_CREDENTIAL_REFUSED')
  assert.equal(await inUse(), before)
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')
})

test('a secret that Microsoft does not know everywhere yet is waited for', async () => {
  const fresh = foreignPassword(lab, 'fresh')
  fresh.usableAt = lab.clock.now() + 10_000
  await replace({ credential: { kind: 'password', applicationPassword: fresh.secretText } })
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')
})

test('another application needs all permissions itself', async () => {
  const before = await inUse()
  const { application, principal } = ownApplication(lab)
  const { directory } = lab.simulator.tenant
  const other = { ...application, id: randomUUID(), appId: randomUUID(), uniqueName: null }
  const secret = { ...foreignPassword(lab, 'of another'), secretText: randomUUID() }
  other.passwordCredentials = [secret]
  directory.applications.push(other)
  directory.servicePrincipals.push({ ...principal, id: randomUUID(), appId: other.appId })
  const input = {
    applicationId: other.appId,
    credential: { kind: 'password' as const, applicationPassword: secret.secretText },
  }
  await refused(replace(input), 'ORG_NEW_CREDENTIAL_REFUSED')
  assert.equal(await inUse(), before)

  const granted = directory.assignments.filter(({ principalId }) => principalId === principal.id)
  const otherPrincipal = directory.servicePrincipals.at(-1)
  directory.assignments.push(
    ...granted.map((one) => ({ ...one, id: randomUUID(), principalId: otherPrincipal?.id ?? '' })),
  )
  const { organization, leftovers } = await replace(input)
  assert.equal(organization.applicationId, other.appId)
  assert.match(leftovers[0] ?? '', new RegExp(`still there.*${application.appId}`))
  const row = await lab.database.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.application_object_id, null, 'that of another application is not known')
  assert.equal(row.service_principal_id, otherPrincipal?.id)
  await replace({
    applicationId: application.appId,
    applicationObjectId: application.id,
    credential: {
      kind: 'password',
      applicationPassword: application.passwordCredentials[0]?.secretText ?? '',
    },
  })
  directory.applications.pop()
})

test('a certificate made here is put into use once its public part was uploaded, and renews itself from then on', async () => {
  await refused(replace({ credential: { kind: 'made-here' } }), 'ORG_NO_MADE_CERTIFICATE')
  const made = await lab.organizations.replacements.makeCertificate(id)
  const again = await lab.organizations.replacements.makeCertificate(id)
  assert.equal(again.thumbprint, made.thumbprint, 'it may have been uploaded already')
  assert.doesNotMatch(JSON.stringify(made), /PRIVATE KEY/)
  await refused(replace({ credential: { kind: 'made-here' } }), 'ORG_NEW_CREDENTIAL_REFUSED')
  uploadCertificate(lab, made.certificatePem)
  const { organization } = await replace({ credential: { kind: 'made-here' } })
  assert.equal(organization.credential.kind, 'certificate')
  assert.equal(organization.credential.thumbprint, made.thumbprint)
  assert.equal(organization.credential.renewal.way, 'automatic')
  await refused(replace({ credential: { kind: 'made-here' } }), 'ORG_NO_MADE_CERTIFICATE')
  await lab.organizations.rotations.start(id, {}, randomUUID())
  await lab.organizations.rotations.settled()
  const { credential } = await lab.organizations.view(id)
  assert.notEqual(credential.thumbprint, made.thumbprint)
})

test('a certificate that somebody brings along works as PEM', async () => {
  const brought = await makeCertificate({ subject: 'brought', days: 90, clock: lab.clock })
  uploadCertificate(lab, brought.certificatePem)
  const { organization } = await replace({
    credential: { kind: 'pem', certificate: brought.certificatePem, privateKey: brought.privateKeyPem },
  })
  assert.equal(organization.credential.thumbprint, brought.thumbprintSha256)
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')
})

test('a permission that is missing anyway does not keep an ended credential from being replaced', async () => {
  const giveBack = revoke(lab, 'Mail.ReadWrite')
  await lab.organizations.verify(id)
  const { secretText } = foreignPassword(lab, 'third')
  const { organization } = await replace({
    credential: { kind: 'password', applicationPassword: secretText },
  })
  assert.equal(organization.credential.kind, 'password')
  giveBack()
  await lab.organizations.verify(id)
})

test('the name changes without a password; workloads only within what is granted', async () => {
  covers('management', 'global', 'edit')
  const { name, workloads } = await lab.organizations.edit(id, {
    name: '  Harbour North ',
    workloads: ['mail'],
  })
  assert.deepEqual([name, workloads], ['Harbour North', ['mail']])
  assert.equal((await lab.organizations.edit(id, {})).name, 'Harbour North')
  const { db } = lab.database
  await db
    .updateTable('organizations')
    .set({ workloads: '[]', inspection: null })
    .where('id', '=', id)
    .execute()
  await refused(lab.organizations.edit(id, { workloads: ['mail'] }), 'ORG_WORKLOAD_NOT_GRANTED')
  await lab.organizations.verify(id)
  assert.deepEqual((await lab.organizations.edit(id, { workloads: ['mail'] })).workloads, ['mail'])
})

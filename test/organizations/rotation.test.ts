/** 'Rotate credential' of a certificate: by proof of possession, with nothing but what the application already has. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CredentialRotationView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { covers } from '../covers.ts'
import { hold, type Lab, openLab, operatorId } from '../onboarding/lab.ts'
import { control, grant, ownApplication, revoke, savedOrganization } from './tenant-changes.ts'

let lab: Lab
let id: string
before(async () => {
  lab = await openLab()
  id = await savedOrganization(lab, { credentialKind: 'certificate' })
})
after(() => lab.stop())

const minute = 60_000
const day = 24 * 60 * minute

/** SHA-256 thumbprints of the certificates in the tenant. */
function keys(): string[] {
  return ownApplication(lab).application.keyCredentials.map(({ certificate }) =>
    createHash('sha256').update(certificate).digest('hex').toUpperCase(),
  )
}
const inUse = async () => (await lab.organizations.view(id)).credential.thumbprint ?? ''

/** Starts a rotation and waits until the server has nothing to do for it at the moment. */
async function rotate(): Promise<CredentialRotationView> {
  await lab.organizations.rotations.start(id, {}, operatorId)
  await lab.organizations.rotations.settled()
  return newest()
}
async function newest(): Promise<CredentialRotationView> {
  const { items } = await lab.organizations.rotations.list(id, { limit: 1 })
  return items[0] ?? assert.fail('no rotation')
}
async function reads(): Promise<void> {
  const view = await lab.organizations.verify(id)
  assert.equal(view.health[0]?.read, 'ok', view.health[0]?.message ?? '')
}

test('a new certificate takes the place of the old one, which leaves the tenant', async () => {
  covers('management', 'global', 'rotate-certificate')
  const old = await inUse()
  assert.deepEqual(keys(), [old])
  const rotation = await rotate()
  assert.deepEqual([rotation.state, rotation.error, rotation.leftovers], ['finished', null, []])
  assert.equal(rotation.oldThumbprint, old)
  assert.notEqual(rotation.newThumbprint, old)
  assert.deepEqual(keys(), [rotation.newThumbprint])
  assert.equal(await inUse(), rotation.newThumbprint)
  await reads()
  assert.equal((await lab.organizations.view(id)).rotation, null, 'nothing is left to tell')
})

test('no key of a certificate that is no longer in use is kept', async () => {
  const rows = await lab.database.db
    .selectFrom('credential_rotations')
    .select(['credential_sealed', 'old_credential_sealed'])
    .execute()
  assert.deepEqual(rows, [{ credential_sealed: null, old_credential_sealed: null }])
})

test('a part of Microsoft that has not heard of the new certificate is met with patience, before and after the switch', async () => {
  await control(lab, 'policies', { staleSignIns: 2 })
  const seen: (string | null)[] = []
  const { rotations } = lab.organizations
  const start = lab.clock.now()
  // Looked at whenever the server begins to wait.
  const sleep = lab.clock.sleep.bind(lab.clock)
  lab.clock.sleep = async (milliseconds, signal) => {
    seen.push((await newest()).detail)
    await sleep(milliseconds, signal)
  }
  await rotations.start(id, {}, operatorId)
  await rotations.settled()
  lab.clock.sleep = sleep
  await control(lab, 'policies', { staleSignIns: 0 })
  const rotation = await newest()
  assert.deepEqual([rotation.state, rotation.leftovers], ['finished', []])
  assert.deepEqual(keys(), [await inUse()])
  assert.ok(lab.clock.now() - start > 2 * minute, 'the old certificate stayed for minutes')
  assert.ok(
    seen.some((detail) => /does not accept the new certificate yet/.test(detail ?? '')),
    JSON.stringify([...new Set(seen)]),
  )
})

test('a key that takes its time to be known is waited for, as long as it takes, and then put into use', async () => {
  await control(lab, 'lag', { seconds: 200, kinds: ['key'] })
  const rotation = await rotate()
  await control(lab, 'lag', { seconds: 0 })
  assert.deepEqual([rotation.state, rotation.leftovers], ['finished', []])
  assert.deepEqual(keys(), [await inUse()])
})

test('one that is never accepted is taken back, and the old one stays in use', async () => {
  const old = await inUse()
  const rotation = await withLag(100_000, rotate)
  assert.equal(rotation.state, 'failed')
  assert.equal(rotation.error?.code, 'ORG_ROTATION_TOO_SLOW')
  assert.deepEqual(rotation.leftovers, [])
  assert.deepEqual(keys(), [old])
  assert.equal(await inUse(), old)
  await reads()
})

test('while the new certificate settles, access falls back on the old one', async () => {
  const { rotations } = lab.organizations
  // Waits as long as that come when it settles, and not before.
  const release = hold(lab, 40_000)
  await rotations.start(id, {}, operatorId)
  await stateIs('settling')
  const application = ownApplication(lab).application
  const fresh = application.keyCredentials.at(-1)
  assert.ok(fresh)
  fresh.usableAt = lab.clock.now() + 10 * minute
  await reads()
  fresh.usableAt = 0
  release()
  await rotations.settled()
  assert.equal((await newest()).state, 'finished')
  assert.deepEqual(keys(), [await inUse()])
})

test('a policy that limits lifetimes gives a shorter certificate, and it is renewed earlier', async () => {
  await control(lab, 'policies', { certificateMaximumDays: 45 })
  const rotation = await rotate()
  await control(lab, 'policies', { certificateMaximumDays: 10_000 })
  assert.equal(rotation.state, 'finished')
  assert.match(rotation.notice ?? '', /ends after 30 days/)
  const { credential } = await lab.organizations.view(id)
  assert.ok((credential.daysLeft ?? 99) <= 30)
  assert.equal(credential.standing, 'good')
  const due = Date.parse(credential.renewal.dueAt ?? '')
  assert.ok(Math.abs(Date.parse(credential.expiresAt ?? '') - due - 10 * day) < day)
})

test('an old certificate that cannot be removed is listed and tried again until it is gone', async () => {
  const old = await inUse()
  await control(lab, 'faults', [
    {
      match: { path: '/removeKey' },
      respond: { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'no' } } },
    },
  ])
  const rotation = await rotate()
  assert.equal(rotation.state, 'removing')
  assert.match(rotation.leftovers[0] ?? '', new RegExp(old))
  assert.match(rotation.leftovers[0] ?? '', /entra\.microsoft\.com/)
  assert.equal((await lab.organizations.view(id)).rotation?.state, 'removing')
  assert.equal(keys().length, 2)
  await control(lab, 'faults', [])
  await lab.organizations.rotations.resume()
  await lab.organizations.rotations.settled()
  assert.equal((await newest()).state, 'removing', 'not before its time')
  lab.clock.move(25 * 60 * minute)
  await lab.organizations.rotations.resume()
  await lab.organizations.rotations.settled()
  const done = await newest()
  assert.deepEqual([done.state, done.leftovers], ['finished', []])
  assert.deepEqual(keys(), [await inUse()])
})

test('an answer of Microsoft that was lost does not lead to a second certificate', async () => {
  await control(lab, 'faults', [{ match: { path: '/addKey' }, times: 1, loseAnswer: true }])
  const rotation = await rotate()
  await control(lab, 'faults', [])
  assert.deepEqual([rotation.state, rotation.leftovers], ['finished', []])
  assert.deepEqual(keys(), [await inUse()])
  // Its id was in the lost answer, so the server cannot remove this one later, and says so then.
  const next = await rotate()
  assert.equal(next.state, 'finished')
  assert.match(next.leftovers[0] ?? '', new RegExp(rotation.newThumbprint ?? '?'))
  assert.equal(keys().length, 2)
  const application = ownApplication(lab).application
  application.keyCredentials = application.keyCredentials.slice(-1)
})

test('an id that was lost is found again where the application may look at itself', async () => {
  await control(lab, 'faults', [{ match: { path: '/addKey' }, times: 1, loseAnswer: true }])
  await rotate()
  await control(lab, 'faults', [])
  grant(lab, 'Application.Read.All')
  const next = await rotate()
  assert.deepEqual([next.state, next.leftovers], ['finished', []])
  assert.deepEqual(keys(), [await inUse()])
  assert.deepEqual(
    (await lab.organizations.verify(id)).drift.map(({ kind }) => kind),
    ['permission-added'],
  )
  revoke(lab, 'Application.Read.All')
})

test('two who rotate at once get one rotation', async () => {
  const { rotations } = lab.organizations
  const both = await Promise.all([rotations.start(id, {}, operatorId), rotations.start(id, {}, operatorId)])
  assert.equal(both[0].id, both[1].id)
  await rotations.settled()
  assert.deepEqual(keys(), [await inUse()])
})

test('a cancelled rotation leaves the old certificate in use and nothing behind', async () => {
  const old = await inUse()
  const { rotations } = lab.organizations
  await control(lab, 'lag', { seconds: 300, kinds: ['key'] })
  const release = hold(lab)
  await rotations.start(id, {}, operatorId)
  await stateIs('proving')
  const cancelling = rotations.cancel(id)
  release()
  const cancelled = await cancelling
  await control(lab, 'lag', { seconds: 0 })
  assert.deepEqual([cancelled.state, cancelled.leftovers], ['cancelled', []])
  assert.deepEqual(keys(), [old])
  assert.equal(await inUse(), old)
  await assert.rejects(rotations.cancel(id), (error) => isAppError(error, 'ORG_ROTATION_NONE'))
})

test('cancelled after a lost answer, the new certificate is listed, or taken back where the application may look at itself', async () => {
  const old = await inUse()
  const { rotations } = lab.organizations
  const cancelledAfterLoss = async () => {
    await control(lab, 'lag', { seconds: 300, kinds: ['key'] })
    await control(lab, 'faults', [
      { match: { path: '/addKey' }, times: 1, loseAnswer: true },
      { match: { path: '/addKey' }, fault: 'unavailable' },
    ])
    await rotations.start(id, {}, operatorId)
    while (keys().length === 1) await new Promise((resolve) => setTimeout(resolve, 5))
    const cancelled = await rotations.cancel(id)
    await control(lab, 'faults', [])
    await control(lab, 'lag', { seconds: 0 })
    assert.equal(cancelled.state, 'cancelled')
    return cancelled
  }
  const listed = await cancelledAfterLoss()
  const [, added] = keys()
  assert.match(listed.leftovers.join(), new RegExp(added ?? '?'))
  const { application } = ownApplication(lab)
  application.keyCredentials = application.keyCredentials.slice(0, 1)

  grant(lab, 'Application.Read.All')
  assert.deepEqual((await cancelledAfterLoss()).leftovers, [])
  revoke(lab, 'Application.Read.All')
  assert.deepEqual(keys(), [old])
  assert.equal(await inUse(), old)
})

test('an expired certificate cannot renew itself: that is said, with what helps', async () => {
  const { credential } = await lab.organizations.view(id)
  lab.clock.move(Date.parse(credential.expiresAt ?? '') - lab.clock.now() + day)
  await assert.rejects(lab.organizations.rotations.start(id, {}, operatorId), (error) =>
    isAppError(error, 'ORG_ROTATION_EXPIRED'),
  )
  const view = await lab.organizations.view(id)
  assert.equal(view.credential.standing, 'expired')
  assert.equal(view.credential.renewal.way, 'administrator')
})

test('passwords and unknown object ids are refused with what to do', async () => {
  const { db } = lab.database
  await db.updateTable('organizations').set({ application_object_id: null }).where('id', '=', id).execute()
  assert.equal((await lab.organizations.view(id)).credential.renewal.objectIdMissing, true)
  await db.updateTable('organizations').set({ credential_kind: 'password' }).where('id', '=', id).execute()
  await assert.rejects(lab.organizations.rotations.start(id, {}, operatorId), (error) =>
    isAppError(error, 'ORG_ROTATION_PASSWORD'),
  )
})

async function stateIs(state: CredentialRotationView['state']): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if ((await newest()).state === state) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.fail(`not ${state} but ${(await newest()).state}`)
}

/** Runs it while new keys become known only after so many seconds. */
async function withLag<T>(seconds: number, run: () => Promise<T>): Promise<T> {
  const { lags } = lab.simulator.tenant
  lags.key = seconds
  try {
    return await run()
  } finally {
    delete lags.key
  }
}

/** What the server does for organizations by itself, night after night, with a clock that runs through years. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createQueue } from '../../src/database/index.ts'
import { createNightly } from '../../src/organizations/index.ts'
import { lastPlanned } from '../../src/organizations/nightly/night.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { covers } from '../covers.ts'
import { type Lab, openLab } from '../onboarding/lab.ts'
import { ownApplication, revoke, savedOrganization } from './tenant-changes.ts'

process.env['TZ'] = 'Europe/Berlin'

let lab: Lab
let id: string
const hour = 3_600_000
const day = 24 * hour
before(async () => {
  lab = await openLab()
  id = await savedOrganization(lab, { credentialKind: 'certificate' })
})
after(() => lab.stop())

function night() {
  const { database, organizations, clock } = lab
  return createNightly({
    db: database.db,
    organizations,
    removals: { tick: async () => {} },
    clock,
    logger: silentLogger,
  })
}
const history = async () => (await lab.organizations.checks(id, { limit: 500 })).items

test('each organization has a moment of its own between half past midnight and half past five, in local time', () => {
  const noon = Date.parse('2026-06-15T12:00:00+02:00')
  const moments = Array.from({ length: 400 }, () => lastPlanned(randomUUID(), noon))
  const minutes = moments.map((time) => (time - Date.parse('2026-06-15T00:00:00+02:00')) / 60_000)
  assert.ok(Math.min(...minutes) >= 30 && Math.max(...minutes) <= 330, `${Math.min(...minutes)}`)
  const quarters = [0, 1, 2, 3].map(
    (quarter) => minutes.filter((minute) => Math.floor((minute - 30) / 75) === quarter).length,
  )
  for (const count of quarters) assert.ok(count > 50, `spread unevenly: ${quarters.join(', ')}`)
})

test('every night of the year has exactly one moment, also when the clock is moved', () => {
  const organization = randomUUID()
  const seen = new Set<number>()
  const from = Date.parse('2026-01-01T12:00:00+01:00')
  for (let time = from; time < from + 365 * day; time += hour) {
    const planned = lastPlanned(organization, time)
    assert.ok(planned <= time && time - planned <= 25 * hour)
    seen.add(planned)
  }
  assert.ok(seen.size >= 365 && seen.size <= 366, `${seen.size} nights`)
})

test('one check a night, however often it is looked; a night that was slept through is made up at once', async () => {
  covers('management', 'global', 'nightly-verification')
  const nightly = night()
  const next = lastPlanned(id, lab.clock.now()) + day
  await nightly.tick()
  assert.equal((await history()).length, 0, 'nothing is due on the day it was added')
  lab.clock.move(next - lab.clock.now() + hour)
  await Promise.all([nightly.tick(), night().tick()])
  await nightly.tick()
  assert.deepEqual(
    (await history()).map(({ trigger, outcome }) => [trigger, outcome]),
    [['nightly', 'good']],
  )
  lab.clock.move(5 * day)
  await night().tick()
  assert.equal((await history()).length, 2)
})

test('drift is found by night, published for whoever listens, and shown on the organization', async () => {
  const giveBack = revoke(lab, 'Mail.ReadWrite')
  lab.clock.move(day)
  await night().tick()
  const [check] = await history()
  assert.deepEqual(
    check?.findings.map(({ kind, subject }) => [kind, subject]),
    [['permission-revoked', 'Mail.ReadWrite']],
  )
  const view = await lab.organizations.view(id)
  assert.equal(view.drift[0]?.kind, 'permission-revoked')
  assert.equal(view.lastCheck?.trigger, 'nightly')
  giveBack()
})

test('an organization that fails does not keep the others from being checked', async () => {
  const { db } = lab.database
  const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const other = randomUUID()
  await db
    .insertInto('organizations')
    .values({
      ...row,
      id: other,
      tenant_id: randomUUID(),
      cloud: 'no-longer-configured',
      workloads: JSON.stringify(row.workloads),
      health: JSON.stringify(row.health),
      drift: '[]',
      accepted: null,
      not_offered: '[]',
      state: 'active',
      inspection: null,
    })
    .execute()
  lab.clock.move(day)
  const before = (await history()).length
  await night().tick()
  assert.equal((await history()).length, before + 1)
  await db.deleteFrom('organizations').where('id', '=', other).execute()
})

test('over the years certificates renew themselves in time, and nobody has to do anything', async () => {
  covers('management', 'global', 'rotate-automatically')
  const thumbprints = new Set<string | null>()
  const until = lab.clock.now() + 3 * 365 * day
  while (lab.clock.now() < until) {
    lab.clock.move(6 * day)
    await night().tick()
    const { credential, drift, health } = await lab.organizations.view(id)
    thumbprints.add(credential.thumbprint)
    assert.ok((credential.daysLeft ?? 0) >= 23, `${credential.daysLeft} days left`)
    assert.deepEqual(drift, [])
    assert.equal(health[0]?.read, 'ok')
    assert.equal(ownApplication(lab).application.keyCredentials.length, 1)
  }
  assert.ok(thumbprints.size >= 4, `${thumbprints.size} certificates in three years`)
  const { items } = await lab.organizations.rotations.list(id, { limit: 100 })
  assert.ok(items.every(({ trigger, state }) => trigger === 'automatic' && state === 'finished'))
})

test('a renewal that does not succeed is reported, tried again the next night, and then forgotten', async () => {
  const { credential } = await lab.organizations.view(id)
  lab.clock.move(Date.parse(credential.renewal.dueAt ?? '') - lab.clock.now() + day)
  lab.simulator.tenant.policies.certificateMaximumDays = 1
  await night().tick()
  const { drift } = await lab.organizations.view(id)
  assert.deepEqual(
    drift.map(({ kind, severity }) => [kind, severity]),
    [['renewal-failed', 'warning']],
  )
  assert.match(drift[0]?.title ?? '', /lifetime|life|policy/i)
  lab.simulator.tenant.policies.certificateMaximumDays = undefined
  lab.clock.move(day)
  await night().tick()
  const view = await lab.organizations.view(id)
  assert.deepEqual(view.drift, [])
  assert.notEqual(view.credential.thumbprint, credential.thumbprint)
})

test('where a policy allows a week only, it is renewed twice a week, and is never in trouble', async () => {
  lab.simulator.tenant.policies.certificateMaximumDays = 8
  const { credential } = await lab.organizations.view(id)
  lab.clock.move(Date.parse(credential.renewal.dueAt ?? '') - lab.clock.now() + hour)
  for (let nights = 0; nights < 30; nights++) {
    lab.clock.move(day)
    await night().tick()
    const view = await lab.organizations.view(id)
    assert.notEqual(view.credential.standing, 'expired')
    assert.deepEqual(view.drift, [])
  }
  const { items } = await lab.organizations.rotations.list(id, { limit: 100 })
  assert.ok(items.filter(({ notice }) => /7 days/.test(notice ?? '')).length >= 4)
  lab.simulator.tenant.policies.certificateMaximumDays = undefined
})

test('the queue wakes it: at the start, and by a schedule that PostgreSQL keeps', async () => {
  const queue = await createQueue(lab.database.connection, { logger: silentLogger })
  const nightly = night()
  try {
    const checks = async (count: number) => {
      for (let tries = 0; tries < 3000; tries++) {
        if ((await history()).length >= count) return
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      assert.fail('no check')
    }
    const before = (await history()).length
    lab.clock.move(day)
    await nightly.start(queue)
    await checks(before + 1)
    const [schedule] = await queue.getSchedules('organization-care')
    assert.deepEqual([schedule?.cron, schedule?.timezone], ['*/5 * * * *', 'Europe/Berlin'])
    lab.clock.move(day)
    await queue.send('organization-care')
    await checks(before + 2)
  } finally {
    await nightly.stop()
    await queue.stop({ graceful: false })
  }
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { covers } from '../covers.ts'
import { applications, type Lab, openLab } from '../onboarding/lab.ts'
import { revoke, savedOrganization } from './tenant-changes.ts'

let lab: Lab
let id: string
before(async () => {
  lab = await openLab()
  id = await savedOrganization(lab)
})
after(() => lab.stop())

test('all is well right after Save, and says when it was checked', async () => {
  const [mail] = (await lab.organizations.view(id)).health
  assert.deepEqual(
    { ...mail, checkedAt: null },
    { workload: 'mail', read: 'ok', write: 'ok', missingPermissions: [], message: null, checkedAt: null },
  )
  assert.ok(Math.abs(Date.parse(mail?.checkedAt ?? '') - lab.clock.now()) < 600_000)
})

test('a write permission that was taken away is missing, while reading goes on', async () => {
  const giveBack = revoke(lab, 'Mail.ReadWrite')
  const [mail] = (await lab.organizations.verify(id)).health
  assert.equal(mail?.read, 'ok')
  assert.equal(mail?.write, 'missing-permission')
  assert.deepEqual(mail?.missingPermissions, ['Mail.ReadWrite'])
  giveBack()
  assert.equal((await lab.organizations.verify(id)).health[0]?.write, 'ok')
})

test('a read permission that was taken away is named, with what Microsoft said', async () => {
  const giveBack = revoke(lab, 'User.Read.All')
  const [mail] = (await lab.organizations.verify(id)).health
  assert.equal(mail?.read, 'missing-permission')
  assert.deepEqual(mail?.missingPermissions, ['User.Read.All'])
  assert.match(mail?.message ?? '', /Microsoft denies access/)
  giveBack()
})

test('a credential that Microsoft no longer accepts makes the health failed, in words', async () => {
  const [application] = applications(lab)
  const kept = application?.passwordCredentials.splice(0) ?? []
  const [mail] = (await lab.organizations.verify(id)).health
  assert.equal(mail?.read, 'failed')
  assert.match(mail?.message ?? '', /Application Password is wrong/)
  application?.passwordCredentials.push(...kept)
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')
})

test('the view counts the days until the credential ends', async () => {
  covers('management', 'global', 'list')
  const { credential } = await lab.organizations.view(id)
  assert.equal(credential.kind, 'password')
  assert.ok((credential.daysLeft ?? 0) >= 363 && (credential.daysLeft ?? 0) <= 365)
})

test('the list is paged, newest first, each organization once', async () => {
  covers('management', 'global', 'list')
  const { db } = lab.database
  const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  for (let number = 0; number < 4; number++) {
    await db
      .insertInto('organizations')
      .values({
        ...row,
        id: randomUUID(),
        tenant_id: randomUUID(),
        // Two were added in the same millisecond.
        created_at: new Date(row.created_at.getTime() + 1000 * Math.floor(number / 2)),
        workloads: JSON.stringify(row.workloads),
        health: JSON.stringify(row.health),
        drift: '[]',
        accepted: null,
        not_offered: '[]',
        state: 'active',
        inspection: null,
      })
      .execute()
  }
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof lab.organizations.list>> = await lab.organizations.list({
      limit: 2,
      ...(cursor !== null && { cursor }),
    })
    seen.push(...page.items.map((one) => one.id))
    cursor = page.nextCursor
  } while (cursor !== null)
  assert.equal(seen.length, 5)
  assert.equal(new Set(seen).size, 5)
  assert.equal(await lab.organizations.count(), 5)
  assert.equal((await lab.organizations.list({ cursor: 'nonsense' })).items.length, 5)
})

test('the list is searched by name, domain, tenant and application, and what is typed is no pattern', async () => {
  const { db } = lab.database
  await db.updateTable('organizations').set({ name: '100% Łódź_Office' }).where('id', '=', id).execute()
  const found = async (search: string) => {
    const { items, total } = await lab.organizations.list({ search, limit: 1 })
    return [items.some((one) => one.id === id), total]
  }
  const { tenantId, applicationId } = await lab.organizations.view(id)
  assert.deepEqual(await found('łódź_off'), [true, 1])
  assert.deepEqual(await found('100%'), [true, 1])
  assert.deepEqual(await found('1__%'), [false, 0])
  assert.deepEqual(await found(` ${tenantId.toUpperCase()} `), [true, 1])
  assert.equal((await found(applicationId))[1], 5)
  assert.equal((await found('harbourlights.example'))[1], 5)
  assert.deepEqual(await found('nowhere'), [false, 0])
})

/** The alarm from end to end: a tenant over HTTP, real runs, the counts that come of them, and what the alert says. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAlertBook } from '../../src/alerts/alert-book.ts'
import { lookForMassChanges } from '../../src/alerts/ransomware/alarm.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { silentLogger, systemClock } from '../../src/shared/index.ts'
import { type BackupLab, openBackupLab } from '../jobs/backup-lab.ts'

let lab: BackupLab
before(async () => {
  lab = await openBackupLab({ users: 1, mails: 340 })
})
after(() => lab.stop())

const bookOf = () =>
  createAlertBook({
    db: lab.database.db,
    clock: systemClock,
    events: createEventBus({ logger: silentLogger }),
  })
const look = () => lookForMassChanges({ db: lab.database.db, book: bookOf() }, Date.now())
const today = () => Math.floor(Date.now() / 86_400_000)

async function counts(mailboxId: string) {
  const rows = await lab.database.db
    .selectFrom('daily_changes')
    .select(({ fn }) => [
      fn.sum<string>('created').as('created'),
      fn.sum<string>('changed').as('changed'),
      fn.sum<string>('removed').as('removed'),
      fn.max('items_before').as('items'),
    ])
    .where('resource_id', '=', mailboxId)
    .where('day', '>=', today() - 1)
    .executeTakeFirstOrThrow()
  return Object.values(rows).map(Number)
}

test('runs are counted from what they wrote, and a planted mass deletion is told of with numbers and the restore point before', async () => {
  const { db } = lab.database
  const [tenant] = await lab.mailboxes()
  assert.ok(tenant)
  const first = await lab.backUp()
  await look()
  const mailbox = await db
    .selectFrom('resources')
    .selectAll()
    .where('external_id', '=', tenant.id)
    .executeTakeFirstOrThrow()
  const { items } = mailbox
  assert.deepEqual(await counts(mailbox.id), [items, 0, 0, 0], 'a first backup is no change')

  // Three weeks of normal life, one mail deleted a day.
  await db.deleteFrom('daily_changes').execute()
  for (let ago = 21; ago >= 2; ago -= 1) {
    await db
      .insertInto('daily_changes')
      .values({
        resource_id: mailbox.id,
        day: today() - ago,
        items_before: items,
        created: 3,
        changed: 0,
        removed: 1,
        days: 1,
      })
      .execute()
  }
  await lab.control('deliver', { mailbox: tenant.id, count: 5 })
  await lab.control('markRead', { mailbox: tenant.id })
  await lab.control('delete', { mailbox: tenant.id, folder: 'inbox', count: 2 })
  const quiet = await lab.backUp()
  await look()
  await look()
  const [created, , removed] = await counts(mailbox.id)
  assert.deepEqual([created, removed], [5, 2], 'counted once, and read states are no change')
  assert.equal((await bookOf().list({})).total, 0)

  let deleted = 0
  const { folders } = await lab.truth(tenant.id)
  for (const folder of folders) {
    const count = Math.min(folder.messages, 330 - deleted)
    if (count <= 0) continue
    await lab.control('delete', { mailbox: tenant.id, folder: folder.id, count })
    deleted += count
  }
  const bad = await lab.backUp()
  assert.ok(deleted >= 310, `${deleted} deleted`)
  await look()
  const { items: alerts } = await bookOf().list({ kind: 'mass-change' })
  const [alert, ...others] = alerts
  assert.equal(others.length, 0)
  assert.equal(alert?.severity, 'critical')
  assert.match(
    alert?.detail ?? '',
    new RegExp(
      `${deleted + 2} of \\d+ mails of ${tenant.userPrincipalName} deleted in \\d+ minutes?; usually at most 1 a day\\.`,
    ),
  )
  assert.match(alert?.detail ?? '', new RegExp(`The last restore point before is number ${quiet.sequence},`))
  const point = alert?.facts['restorePoint'] as { snapshotId: string; sequence: number }
  assert.equal(point.snapshotId, quiet.snapshotId)
  assert.ok(first.sequence < point.sequence && point.sequence < bad.sequence)
  await look()
  assert.equal((await bookOf().get(alert?.id ?? '')).count, 1)
})

test('a server that is killed between counting and telling tells at the next start', async () => {
  const { db } = lab.database
  await db.deleteFrom('alerts').execute()
  await db.updateTable('measured_runs').set({ judged_at: null }).execute()
  const before = await db
    .selectFrom('daily_changes')
    .selectAll()
    .orderBy('resource_id')
    .orderBy('day')
    .execute()
  await look()
  assert.deepEqual(
    await db.selectFrom('daily_changes').selectAll().orderBy('resource_id').orderBy('day').execute(),
    before,
  )
  assert.equal((await bookOf().list({ kind: 'mass-change' })).total, 1)
})

/** 'Remove organization': what stops, what is destroyed, what is left, and what becomes of the backups. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listItems } from '../../src/catalog/index.ts'
import { statementText } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { covers } from '../covers.ts'
import { findings } from '../jobs/backup-lab.ts'
import { applications, type Lab, openLab } from '../onboarding/lab.ts'
import { ownApplication as ownSignIn } from '../onboarding/own-application.ts'
import { runTask, signInForTask, taskUntil } from '../onboarding/task-lab.ts'
import { deleteVault, openRemovalLab, type RemovalLab, somebody } from './removal-lab.ts'
import { ownApplication, savedOrganization } from './tenant-changes.ts'

let lab: Lab
let world: RemovalLab
let id: string
before(async () => {
  lab = await openLab({ users: 2, mails: 60 })
  world = await openRemovalLab(lab)
  id = await savedOrganization(lab)
})
after(async () => {
  await world.stop()
  await lab.stop()
  deleteVault(world)
})

const day = 86_400_000
const folder = () => join(world.vault, id)
const listed = async (state?: 'removed') =>
  (await lab.organizations.list(state ? { state } : {})).items.map((one) => one.id)
const rows = async (table: 'organizations' | 'items' | 'runs' | 'resources' | 'repositories') =>
  (await lab.database.db.selectFrom(table).select('id').execute()).length

test('backups and restores under way are stopped, the key is destroyed, and what is left in the tenant is listed', async () => {
  covers('management', 'global', 'remove')
  const { own } = await ownSignIn(lab)
  const first = await world.backUp(id)
  assert.equal(first.state, 'succeeded')
  const [mailbox] = lab.simulator.tenant.users.filter(({ hasMailbox }) => hasMailbox)
  await world.mail('delay', { mailbox: mailbox?.id, milliseconds: 400 })
  const running = await world.runs.start(id, null)
  const removal = await world.removals.remove(id, { deleteApplication: false }, somebody)
  await world.mail('delay', { mailbox: mailbox?.id, milliseconds: 0 })
  assert.equal(removal.state, 'removed')
  assert.equal((await world.runs.get(running.id)).state, 'cancelled')
  const { statement } = removal
  assert.ok(statement)
  const { appId } = ownApplication(lab).application
  assert.deepEqual(statement.stopped, { runs: 1, restores: 0 })
  assert.equal(statement.operator, 'Ada')
  assert.match(statement.removedHere.join(' '), /copy of the application password was destroyed/)
  assert.match(statement.leftInTenant.join(' '), new RegExp(appId))
  assert.match(statement.leftInTenant.join(' '), /https:\/\/entra\.microsoft\.com/)
  assert.match(statement.leftInTenant.join(' '), /application password stays valid until \d{4}-\d\d-\d\d/)
  assert.match(statement.leftInTenant.at(-1) ?? '', new RegExp(`own sign-in application.*${own.clientId}`))
  await lab.clients.remove('global')
  assert.deepEqual(statement.removedInTenant, [])
  assert.equal(statement.backups.restorePoints, 1)
  assert.equal(statement.backups.location, folder())
  assert.match(statementText(removal), /They are kept\./)

  const row = await lab.database.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.credential_sealed, null)
  assert.deepEqual(await listed(), [])
  assert.deepEqual(await listed('removed'), [id])
})

test('a removed organization does nothing more, but its mails are there and its repository is whole', async () => {
  const refused = (work: Promise<unknown>) =>
    assert.rejects(work, (error) => isAppError(error, 'ORG_REMOVED'))
  await refused(lab.organizations.graph(id))
  await refused(lab.organizations.verify(id))
  await refused(world.runs.start(id, null))
  await refused(lab.organizations.rotations.start(id, {}, somebody.id))
  await refused(lab.organizations.requireRestoreRights(id))
  await refused(world.removals.remove(id, { deleteApplication: false }, somebody))
  await refused(lab.tasks.start(id, { kind: 'repair' }, somebody.id))
  const resource = await lab.database.db.selectFrom('resources').select('id').executeTakeFirstOrThrow()
  const page = await listItems(lab.database.db, resource.id, { limit: 5 })
  assert.equal(page.items.length, 5)
  assert.deepEqual(await findings(await world.repositories.open(id)), [])
})

test('the key being destroyed, an administrator can still clean the tenant up', async () => {
  const done = await runTask(lab, id, { kind: 'clean-exit' })
  assert.equal(done.error, null)
  assert.deepEqual(applications(lab), [])
})

test('deleting backups needs the name, letter for letter, and can be undone for seven days', async () => {
  const wrong = world.removals.deleteBackups(id, { name: 'harbour' })
  await assert.rejects(wrong, (error) => isAppError(error, 'ORG_NAME_MISMATCH'))
  const asked = await world.removals.deleteBackups(id, { name: 'Harbour' })
  assert.equal(asked.backups.state, 'pending-deletion')
  const wait = Date.parse(asked.backups.deleteAt ?? '') - lab.clock.now()
  assert.ok(wait > 7 * day - 60_000 && wait <= 7 * day)
  lab.clock.move(6.9 * day)
  await world.removals.tick()
  assert.ok(existsSync(folder()))
  const undone = await world.removals.undoDeletion(id)
  assert.deepEqual([undone.backups.state, undone.backups.deleteAt], ['kept', null])
  lab.clock.move(30 * day)
  await world.removals.tick()
  assert.ok(existsSync(join(folder(), 'config')))
  await assert.rejects(world.removals.undoDeletion(id), (error) => isAppError(error, 'ORG_NOTHING_TO_UNDO'))
})

test('an organization that is added again finds its backups, and only what is new is fetched', async () => {
  covers('management', 'global', 'add-again')
  await world.removals.deleteBackups(id, { name: 'Harbour' })
  const { db } = lab.database
  const before = await db
    .selectFrom('items')
    .select(['id', 'external_id'])
    .where('valid_to', 'is', null)
    .execute()
  const { mailboxes } = await world.mail<{ mailboxes: { id: string }[] }>('mailboxes', {})
  const [user] = mailboxes
  const { messages } = await world.mail<{ messages: { id: string; folderId: string }[] }>('list', {
    mailbox: user?.id,
  })
  // One of many: more than a fifth of a folder would be held back first.
  const byFolder = Map.groupBy(messages, ({ folderId }) => folderId)
  const [largest = []] = [...byFolder.values()].sort((one, other) => other.length - one.length)
  const gone = largest[0]?.id
  assert.ok(largest.length > 6)
  await world.mail('delete', { mailbox: user?.id, ids: [gone] })
  await world.mail('deliver', { mailbox: user?.id, count: 2 })

  assert.equal(await savedOrganization(lab), id, 'the same organization')
  const view = await lab.organizations.view(id)
  assert.equal(view.state, 'active')
  assert.ok(view.addedAgainAt)
  assert.equal(view.removal, null)
  assert.deepEqual((await world.removals.of(id)).backups, {
    state: 'kept',
    deleteAt: null,
    deletedAt: null,
    error: null,
  })
  assert.deepEqual(await listed(), [id])

  world.forgetRequests()
  const run = await world.backUp(id)
  assert.equal(run.state, 'succeeded')
  assert.equal(run.sequence, 3)
  assert.equal(world.requests(/\$value$/), 2, 'what is stored already is not fetched again')
  const now = await db
    .selectFrom('items')
    .select(['id', 'external_id'])
    .where('valid_to', 'is', null)
    .execute()
  const kept = before.filter((one) => now.some(({ id: same }) => same === one.id))
  assert.equal(kept.length, before.length - 1)
  assert.ok(!now.some(({ external_id: external }) => external === gone))
  const points = await world.runs.restorePoints(id, {})
  assert.deepEqual(
    points.items.map(({ sequence }) => sequence),
    [3, 1],
  )
  assert.deepEqual(await findings(await world.repositories.open(id)), [])
  const { head_snapshot_id } = await db.selectFrom('repositories').selectAll().executeTakeFirstOrThrow()
  assert.equal(head_snapshot_id, run.snapshotId)
})

test("with 'delete the application' it waits for an administrator, and then says what was removed in the tenant", async () => {
  covers('management', 'global', 'remove-application')
  const { appId } = ownApplication(lab).application
  const asked = await world.removals.remove(
    id,
    { deleteApplication: true, deleteBackupsOf: 'Harbour' },
    somebody,
  )
  assert.equal(asked.state, 'awaiting-administrator')
  const taskId = asked.taskId ?? ''
  assert.equal((await lab.organizations.view(id)).state, 'removing')
  await assert.rejects(world.runs.start(id, null), (error) => isAppError(error, 'ORG_REMOVED'))
  await signInForTask(lab, taskId)
  await lab.tasks.grant(taskId)
  await taskUntil(lab, taskId, 'done')
  await world.removals.tick()
  const removal = await world.removals.of(id)
  assert.equal(removal.state, 'removed')
  assert.equal(removal.backups.state, 'pending-deletion')
  assert.match(removal.statement?.removedInTenant.join(' ') ?? '', new RegExp(`${appId}.*for good`))
  assert.match(removal.statement?.removedInTenant.join(' ') ?? '', /The permission Mail\.Read/)
  assert.deepEqual(removal.statement?.leftInTenant, [])
  assert.deepEqual(applications(lab), [])
  assert.match(statementText(removal), /Removed in the tenant:/)
})

test('after seven days files and records are gone; the statement stays', async () => {
  covers('management', 'global', 'remove-backups')
  const { id: removalId, backups } = await world.removals.of(id)
  lab.clock.move(Date.parse(backups.deleteAt ?? '') - lab.clock.now() + 1000)
  await world.removals.tick()
  assert.ok(!existsSync(folder()))
  for (const table of ['organizations', 'items', 'runs', 'resources', 'repositories'] as const)
    assert.equal(await rows(table), 0, table)
  const removal = await world.removals.get(removalId)
  assert.equal(removal.backups.state, 'deleted')
  assert.match(statementText(removal), /They were deleted on/)
  const { items } = await world.removals.list({ limit: 1 })
  assert.equal(items[0]?.id, removalId)
  await assert.rejects(lab.organizations.view(id), (error) => isAppError(error, 'ORG_NOT_FOUND'))
})

test('a removal whose administrator does not come is taken back: the organization is as it was', async () => {
  id = await savedOrganization(lab)
  const asked = await world.removals.remove(id, { deleteApplication: true }, somebody)
  await lab.tasks.cancel(asked.taskId ?? '')
  await world.removals.tick()
  const view = await lab.organizations.view(id)
  assert.deepEqual([view.state, view.removal], ['active', null])
  assert.equal((await lab.organizations.verify(id)).health[0]?.read, 'ok')

  await world.removals.remove(id, { deleteApplication: true }, somebody)
  assert.equal((await world.removals.takeBack(id)).state, 'active')
  await assert.rejects(world.removals.takeBack(id), (error) => isAppError(error, 'ORG_NOTHING_TO_UNDO'))
})

test('while the backups of a removed organization are erased, it can be added anew beside them', async () => {
  await world.backUp(id)
  await world.removals.remove(id, { deleteApplication: false, deleteBackupsOf: 'Harbour' }, somebody)
  lab.clock.move(8 * day)
  const { db } = lab.database
  // As a crash right after the beginning leaves it.
  await db
    .updateTable('organization_removals')
    .set({ erasing: true })
    .where('organization_id', '=', id)
    .execute()
  await db.updateTable('organizations').set({ state: 'erasing' }).where('id', '=', id).execute()
  await assert.rejects(world.removals.undoDeletion(id), (error) => isAppError(error, 'ORG_NOTHING_TO_UNDO'))
  const anew = await savedOrganization(lab)
  assert.notEqual(anew, id)
  const run = await world.backUp(anew)
  assert.deepEqual([run.state, run.sequence], ['succeeded', 1])
  await world.removals.tick()
  assert.ok(!existsSync(folder()))
  assert.deepEqual(await listed(), [anew])
  assert.equal((await world.removals.of(id)).backups.state, 'deleted')
  assert.deepEqual(await findings(await world.repositories.open(anew)), [])
})

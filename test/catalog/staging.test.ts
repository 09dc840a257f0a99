import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import {
  type Checkpoint,
  endRun,
  folderIdentities,
  foldersOf,
  knownItems,
  leftOutAmong,
  leftOutOtherwise,
  noMail,
  noteLeftOut,
  positionsOf,
  publishRun,
  type RunGuard,
  retriesOf,
  type StagedItem,
  stageCheckpoint,
  stageFolders,
} from '../../src/catalog/index.ts'
import { createTestDatabase } from '../database.ts'

const database = await createTestDatabase()
const { db } = database
after(() => database.drop())

const organizationId = randomUUID()
const repositoryId = randomUUID()
await db
  .insertInto('organizations')
  .values({
    id: organizationId,
    name: 'Contoso',
    tenant_id: randomUUID(),
    default_domain: 'contoso.example',
    cloud: 'global',
    method: 'credential',
    application_id: randomUUID(),
    application_object_id: randomUUID(),
    service_principal_id: randomUUID(),
    unique_name: 'one',
    workloads: '["mail"]',
    restore_rights: true,
    health: '[]',
    created_at: new Date(),
    created_by: randomUUID(),
    credential_id: null,
    credential_kind: 'password',
    credential_sealed: null,
    credential_key_id: null,
    certificate_pem: null,
    certificate_thumbprint: null,
  })
  .execute()
const vault = await db
  .insertInto('vaults')
  .values({ location: '/vault', chunker_polynomial: '3da3358b4dc173' })
  .returning('id')
  .executeTakeFirstOrThrow()
await db
  .insertInto('repositories')
  .values({
    id: repositoryId,
    organization_id: organizationId,
    vault_id: vault.id,
    directory: organizationId,
    password_sealed: Buffer.from('sealed'),
  })
  .execute()
const { id: resourceId } = await db
  .insertInto('resources')
  .values({
    organization_id: organizationId,
    workload: 'mail',
    external_id: 'user',
    user_principal_name: 'anna@contoso.example',
    display_name: 'Anna',
  })
  .returning('id')
  .executeTakeFirstOrThrow()
const inbox = (await folderIdentities(db, resourceId, ['inbox'])).get('inbox') ?? ''

async function begin(sequence: number): Promise<RunGuard> {
  const row = await db
    .insertInto('runs')
    .values({ organization_id: organizationId, sequence, state: 'running', epoch: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { runId: row.id, epoch: 1, sequence }
}

const item = (externalId: string, changeKey: string): StagedItem => ({
  externalId,
  folderId: inbox,
  bucket: '2025-03',
  fileName: `${externalId}.eml`,
  size: 3,
  sha256: 'aa',
  content: ['bb'],
  changeKey,
  fingerprint: 'f',
  subject: 'Täglich "Neues" {a,b} \\ NULL',
  ...noMail,
  receivedAt: Date.UTC(2025, 2, 14),
  sentAt: null,
  isRead: false,
  categories: ['Rot, Grün', '"'],
  metadata: { id: externalId },
  searchText: 'Täglich',
})
const counts = {
  itemsStored: 0,
  itemsUpdated: 0,
  itemsRemoved: 0,
  itemsFailed: 0,
  itemsSkipped: 0,
  itemsExpected: null,
  bytesRead: 0,
}
const checkpoint = (changes: Partial<Checkpoint>): Checkpoint => ({
  resourceId,
  puts: [],
  removes: [],
  positions: [],
  failures: [],
  healed: [],
  enumerated: [],
  enumerationDone: [],
  counts,
  ...changes,
})
const visible = async (at: number) =>
  (
    await db
      .selectFrom('items')
      .select(['external_id', 'change_key'])
      .where('valid_from', '<=', at)
      .where((where) => where.or([where('valid_to', 'is', null), where('valid_to', '>', at)]))
      .orderBy('external_id')
      .execute()
  ).map((row) => `${row.external_id} ${row.change_key}`)
const publish = (guard: RunGuard, published: boolean) =>
  publishRun(db, guard, {
    organizationId,
    repositoryId,
    root: 'root',
    snapshotId: 'snapshot',
    outcome: 'succeeded',
    time: new Date(),
    counts: {},
    published: published ? [{ resourceId, directory: 'mail/aa/anna', items: 2, notice: null }] : [],
    unpublished: published ? [] : [{ resourceId, error: { title: 'no' }, notice: null }],
    ended: [],
  })

test('a checkpoint that is recorded twice is recorded once', async () => {
  const guard = await begin(1)
  const staged = checkpoint({
    puts: [item('a', '1'), item('b', '1')],
    positions: [{ container: 'inbox', link: 'next', roundDone: false, resync: false, heldSequence: null }],
    failures: [
      {
        externalId: 'c',
        folderId: inbox,
        folderPath: 'Inbox',
        subject: 'broken',
        outcome: 'retry',
        attempts: 1,
        code: 'MSG_UNAVAILABLE',
        reason: 'broken',
        changeKey: '1',
      },
    ],
  })
  await stageCheckpoint(db, guard, staged)
  await stageCheckpoint(db, guard, staged)
  assert.deepEqual(await visible(0), [])
  assert.equal((await knownItems(db, resourceId, ['a', 'b'])).size, 2)
  assert.equal((await retriesOf(db, resourceId, 'JOB_ITEM_EXCLUDED:', '', 10)).length, 1)
  const stored = await db.selectFrom('items').selectAll().where('external_id', '=', 'a').execute()
  assert.deepEqual(
    stored.map(({ subject, categories, received_at }) => [subject, categories, received_at?.getTime()]),
    [[item('a', '1').subject, item('a', '1').categories, item('a', '1').receivedAt]],
  )
  await publish(guard, true)
  assert.deepEqual(await visible(1), ['a 1', 'b 1'])
  assert.equal((await positionsOf(db, resourceId)).get('inbox')?.link, 'next')
})

test('an owner that was replaced writes nothing', async () => {
  const guard = await begin(2)
  await db.updateTable('runs').set({ epoch: 2 }).where('id', '=', guard.runId).execute()
  await assert.rejects(stageCheckpoint(db, guard, checkpoint({ removes: ['a'] })), {
    code: 'CAT_RUN_TAKEN_OVER',
  })
  await assert.rejects(publish(guard, true), { code: 'CAT_RUN_TAKEN_OVER' })
  assert.equal((await knownItems(db, resourceId, ['a'])).get('a')?.validTo, null)
  const current = { ...guard, epoch: 2 }
  await stageCheckpoint(db, current, checkpoint({ puts: [item('a', '2')], removes: ['b'] }))
  await endRun(db, current, {
    organizationId,
    outcome: 'cancelled',
    time: new Date(),
    counts: {},
    error: null,
    unpublished: [],
  })
})

test('what a cancelled run staged stays invisible and is published by the next one', async () => {
  assert.deepEqual(await visible(2), ['a 1', 'b 1'])
  const guard = await begin(3)
  await stageCheckpoint(db, guard, checkpoint({ puts: [item('d', '1')] }))
  await publish(guard, false)
  assert.deepEqual(await visible(3), ['a 1', 'b 1'], 'a mailbox that failed keeps its last state')
  const next = await begin(4)
  await publish(next, true)
  assert.deepEqual(await visible(3), ['a 1', 'b 1'])
  assert.deepEqual(await visible(4), ['a 2', 'd 1'])
})

test('two runs of one organization cannot be active at once', async () => {
  const guard = await begin(5)
  await assert.rejects(begin(6), { code: '23505' })
  await publish(guard, true)
})

test('a folder that is gone ends with its items, and a changed count alone is no new version', async () => {
  const guard = await begin(6)
  const folder = {
    id: inbox,
    externalId: 'inbox',
    parentId: null,
    name: 'Inbox',
    path: 'Inbox',
    directory: 'Inbox~aa',
    expectedItems: 3,
    isHidden: false,
    metadata: {},
  }
  const position = { container: 'folders', link: 'l', roundDone: true, resync: false, heldSequence: null }
  const one = new Map([[inbox, folder]])
  await stageFolders(db, guard, resourceId, new Map(), one, position)
  await publish(guard, true)
  const next = await begin(7)
  const counted = new Map([[inbox, { ...folder, expectedItems: 9 }]])
  await stageFolders(db, next, resourceId, one, counted, position)
  assert.equal((await db.selectFrom('folder_versions').selectAll().execute()).length, 1)
  assert.equal(await stageFolders(db, next, resourceId, one, new Map(), position), 2)
  await publish(next, true)
  assert.deepEqual(await visible(7), [])
  assert.equal((await foldersOf(db, resourceId)).size, 0)
  assert.equal((await foldersOf(db, resourceId, 6)).get(inbox)?.name, 'Inbox')
  assert.deepEqual(await visible(6), ['a 2', 'd 1'])
})

test('what was left out is read by its ids and in pages, and named again without being read', async () => {
  const [prefix, code] = ['OUT:', 'OUT:old'] as const
  const parts = {
    folderId: inbox,
    folderPath: 'Inbox',
    subject: 's',
    outcome: 'skipped' as const,
    attempts: 0,
    reason: 'r',
    changeKey: '1',
  }
  const failures = ['w', 'x', 'y', 'z/versions/1'].map((externalId) => ({ ...parts, externalId, code }))
  const first = await begin(8)
  const before = (await retriesOf(db, resourceId, prefix, '', 10)).map(({ externalId }) => externalId)
  await stageCheckpoint(db, first, checkpoint({ failures }))
  await publish(first, true)
  const ids = (rows: readonly { readonly externalId: string }[]) => rows.map(({ externalId }) => externalId)
  assert.deepEqual(ids(await retriesOf(db, resourceId, prefix, '', 10)), [...before, 'z/versions/1'])
  assert.deepEqual(ids(await leftOutAmong(db, resourceId, prefix, ['x', 'c', 'z/versions/1'])), ['x'])

  const next = await begin(9)
  await sql`insert into run_resources (run_id, resource_id, position, state) values (${next.runId}, ${resourceId}, 1, 'running')`.execute(
    db,
  )
  const otherwise = (now: string, from: string) =>
    leftOutOtherwise(db, resourceId, { leftOut: prefix, code: now, sequence: 9 }, from, 2)
  assert.deepEqual(ids(await otherwise(code, '')), [])
  assert.deepEqual(ids(await otherwise('OUT:new', '')), ['w', 'x'])
  assert.deepEqual(ids(await otherwise('OUT:new', 'x')), ['y'])
  const counts = { ...checkpoint({}).counts, itemsSkipped: 5 }
  const note = (from: string) =>
    noteLeftOut(db, next, resourceId, { code, counts }, (id) => `path of ${id}`, from, 2)
  assert.deepEqual(await note(''), { count: 2, last: 'x' })
  assert.deepEqual(await note('x'), { count: 1, last: 'y' })
  assert.deepEqual(await note('y'), { count: 0, last: null })
  assert.deepEqual(await note(''), { count: 0, last: null })
  assert.deepEqual(ids(await otherwise('OUT:new', '')), [])
  const named = await db
    .selectFrom('run_failures')
    .selectAll()
    .where('run_id', '=', next.runId)
    .orderBy('external_id')
    .execute()
  assert.deepEqual(
    named.map(({ external_id, folder_path, outcome }) => [external_id, folder_path, outcome]),
    ['w', 'x', 'y'].map((id) => [id, `path of ${inbox}`, 'skipped']),
  )
  const { items_skipped: skipped } = await db
    .selectFrom('run_resources')
    .select('items_skipped')
    .where('run_id', '=', next.runId)
    .executeTakeFirstOrThrow()
  assert.equal(skipped, 6)
  await publish(next, true)
})

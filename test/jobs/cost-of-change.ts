/**
 * What a small change costs in a large resource. Mailboxes and drives of that size are made in the catalog, as copies of an item that was backed
 * up, and laid out by a run of their own; the runs that are counted are real ones, whose tenant tells of the change alone.
 */
import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { internalsOf } from '../../src/repository/create-repository.ts'
import type { BackupLab } from './backup-lab.ts'
import type { DriveLab } from './drive-lab.ts'

interface Cost {
  readonly requests: number
  readonly dataBlobs: number
  readonly trees: number
  /** Plain bytes. */
  readonly treeBytes: number
  /** Compressed and sealed. */
  readonly storedBytes: number
}

/** A run and what it added to the repository and asked of the tenant. */
async function costOfRun(lab: BackupLab): Promise<Cost> {
  const before = await blobsOf(lab)
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.error, null)
  assert.equal(run.state, 'succeeded')
  const added = [...(await blobsOf(lab))].flatMap(([key, blob]) => (before.has(key) ? [] : [blob]))
  const trees = added.filter(({ type }) => type === 'tree')
  return {
    requests: lab.requests(/./),
    dataBlobs: added.length - trees.length,
    trees: trees.length,
    treeBytes: trees.reduce((sum, { length, uncompressedLength }) => sum + (uncompressedLength ?? length), 0),
    storedBytes: added.reduce((sum, { length }) => sum + length, 0),
  }
}

async function blobsOf(lab: BackupLab) {
  const index = internalsOf(await lab.repository()).index()
  const places = Array.from({ length: index.size }, (_, number) => index.entry(number))
  return new Map(places.map((blob) => [`${blob.type} ${blob.id}`, blob]))
}

/** Grows the mailbox of the lab's one user and holds the runs against each other. */
export async function assertMailCosts(lab: DriveLab, sizes: readonly number[]): Promise<void> {
  const [mailbox] = await lab.mailboxes()
  const id = mailbox?.id ?? ''
  const costs: Cost[] = []
  for (const size of sizes) {
    await growMailbox(lab, id, size)
    await assertUnchangedCosts(lab)
    await lab.control('deliver', { mailbox: id, count: 10 })
    costs.push(await costOfRun(lab))
  }
  assertSame(costs, {
    // The mails, their `_items.jsonl`, `_resource.json` and `_run.json`.
    dataBlobs: 13,
    // Month, folder, mailbox, fan-out, `mail` and the root.
    trees: 6,
    // One line of the folder for each month, and this month holds the mails of the sizes before.
    growth: ((sizes.at(-1) ?? 0) / mailsPerMonth + 10 * sizes.length) * bytesPerNode,
  })
}

/** The same for one changed file of the user's OneDrive. */
export async function assertDriveCosts(lab: DriveLab, sizes: readonly number[]): Promise<void> {
  const drive = (await lab.drives()).find(({ userId }) => userId !== undefined)
  const path = ['Changed often', 'notes.txt']
  await lab.drive('add', { drive: drive?.id, path, text: 'first' })
  await lab.backUp()
  const costs: Cost[] = []
  for (const size of sizes) {
    await growDrive(lab, drive?.userId ?? '', size)
    await assertUnchangedCosts(lab)
    await lab.drive('change', { drive: drive?.id, path, text: `changed with ${size} files` })
    costs.push(await costOfRun(lab))
  }
  assertSame(costs, {
    // The file, its folder's `_items.jsonl`, `_resource.json` and `_run.json`.
    dataBlobs: 4,
    // Folder, root of the drive, drive, fan-out, `drives` and the root.
    trees: 6,
    // One line of the drive's root for each ten thousand files.
    growth: Math.ceil((sizes.at(-1) ?? 0) / (50 * filesPerFolder) + 1) * bytesPerNode,
  })
}

async function assertUnchangedCosts(lab: BackupLab): Promise<void> {
  const { trees, dataBlobs } = await costOfRun(lab)
  // The root, and `_run.json` in it.
  assert.deepEqual({ trees, dataBlobs }, { trees: 1, dataBlobs: 1 })
}

function assertSame(
  costs: readonly Cost[],
  expected: { dataBlobs: number; trees: number; growth: number },
): void {
  const [small, ...larger] = costs
  assert.ok(small)
  const counted = ({ requests, dataBlobs, trees }: Cost) => ({ requests, dataBlobs, trees })
  assert.equal(small.trees, expected.trees)
  assert.equal(small.dataBlobs, expected.dataBlobs)
  for (const large of larger) {
    assert.deepEqual(counted(large), counted(small))
    const growth = large.treeBytes - small.treeBytes
    assert.ok(growth <= expected.growth, `${growth} bytes of trees more, ${JSON.stringify(costs)}`)
  }
}

/** A directory's entry as it stands in the tree above it, at most. */
const bytesPerNode = 400
/** Mails of a month of a mailbox that is used much. */
const mailsPerMonth = 900
const filesPerFolder = 200

/** Makes the mailbox so large, a month after the other into the past, all in the folder of one of its mails. */
async function growMailbox(lab: BackupLab, mailbox: string, size: number): Promise<void> {
  const { resource, items } = await resourceOf(lab, 'mail', mailbox)
  await copyItems(lab, resource, size - items, {
    folder: sql`original.folder_id`,
    bucket: sql`to_char(date '2025-06-15' - make_interval(months => number / ${mailsPerMonth}), 'YYYY-MM')`,
    time: sql`timestamptz '2025-06-15' - make_interval(months => number / ${mailsPerMonth})`,
    ending: '.eml',
  })
  await layOutAgain(lab, resource)
}

/** Makes the drive so large: folders of two hundred files, fifty such in one above them. */
async function growDrive(lab: BackupLab, owner: string, size: number): Promise<void> {
  const { db } = lab.database
  const { resource, items } = await resourceOf(lab, 'drive', owner)
  const count = Math.ceil((size - items) / filesPerFolder)
  const upper = Math.ceil(count / 50)
  const root = await db
    .selectFrom('folder_versions')
    .selectAll()
    .where('resource_id', '=', resource)
    .where('parent_id', 'is', null)
    .where('valid_to', 'is', null)
    .executeTakeFirstOrThrow()
  const names = [
    ...Array.from({ length: upper }, (_, index) => [`upper${size}-${index}`]),
    ...Array.from({ length: count }, (_, index) => [
      `upper${size}-${Math.floor(index / 50)}`,
      `folder${size}-${index}`,
    ]),
  ]
  const ids = new Map<string, string>()
  for (const path of names) {
    const name = path.at(-1) ?? ''
    const { id } = await db
      .insertInto('folders')
      .values({ resource_id: resource, external_id: name })
      .returning('id')
      .executeTakeFirstOrThrow()
    ids.set(name, id)
    await db
      .insertInto('folder_versions')
      .values({
        folder_id: id,
        resource_id: resource,
        valid_from: root.valid_from,
        valid_to: null,
        parent_id: path.length === 1 ? root.folder_id : (ids.get(path[0] ?? '') ?? null),
        name,
        path: [root.path, ...path].join(' / '),
        directory: [root.directory, ...path].join('/'),
        expected_items: null,
        is_hidden: false,
        metadata: '{}',
      })
      .execute()
  }
  await copyItems(lab, resource, size - items, {
    folder: sql`(select id from folders where resource_id = ${resource} and external_id = ${`folder${size}-`} || number / ${filesPerFolder})`,
    bucket: sql`'_' || left(encode(sha256(convert_to(${`copy${size}-`} || number, 'UTF8')), 'hex'), 2)`,
    time: sql`original.received_at`,
    ending: '.txt',
    prefix: `copy${size}-`,
  })
  await layOutAgain(lab, resource)
}

async function resourceOf(lab: BackupLab, workload: 'mail' | 'drive', externalId: string) {
  const row = await lab.database.db
    .selectFrom('resources')
    .select(['id', 'items'])
    .where('workload', '=', workload)
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  return { resource: row.id, items: Number(row.items) }
}

type Fragment = ReturnType<typeof sql>

async function copyItems(
  lab: BackupLab,
  resource: string,
  count: number,
  how: { folder: Fragment; bucket: Fragment; time: Fragment; ending: string; prefix?: string },
): Promise<void> {
  const name = sql`${how.prefix ?? `copy${count}-`} || number`
  await sql`
    with original as (
      select * from items where resource_id = ${resource} and valid_to is null and size between 1 and 100000 order by external_id limit 1
    )
    insert into items (resource_id, folder_id, external_id, valid_from, bucket, file_name, size, sha256, content, change_key,
      fingerprint, subject, from_name, from_address, received_at, sent_at, is_read, is_draft, flag, importance,
      has_attachments, categories, internet_message_id, people, metadata, search_text)
    select resource_id, ${how.folder}, ${name}, valid_from, ${how.bucket}, ${name} || ${how.ending}, size, sha256, content, change_key,
      fingerprint, subject, from_name, from_address, ${how.time}, sent_at, is_read, is_draft, flag, importance,
      has_attachments, categories, internet_message_id, people, metadata, search_text
    from original, generate_series(0, ${count - 1}) number
  `.execute(lab.database.db)
}

/** What is in no restore point yet is laid out whole. */
async function layOutAgain(lab: BackupLab, resource: string): Promise<void> {
  const { db } = lab.database
  await db.updateTable('resources').set({ directory: null }).where('id', '=', resource).execute()
  const run = await lab.backUp()
  assert.equal(run.error, null)
}

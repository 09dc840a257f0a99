/** Drives through runs: what is in the repository equals what is in the tenant, whatever happened to it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findMail, listItems, searchItems } from '../../src/catalog/index.ts'
import { AppError } from '../../src/errors/index.ts'
import { severeFindings } from '../repository/support.ts'
import { assertDrivesAsTenant, openDriveLab, type TenantItem } from './drive-lab.ts'

const lab = await openDriveLab()
after(() => lab.stop())
const list = async (drive: string) => (await lab.drive<{ items: TenantItem[] }>('list', { drive })).items
const infected = async () => {
  const all = await Promise.all((await lab.drives()).map(({ id }) => list(id)))
  return all
    .flat()
    .filter(({ faults }) => faults.includes('malware'))
    .map(({ id }) => id)
}

test('the first run stores every file of every OneDrive and library as it is', async () => {
  const run = await lab.backUp()
  assert.equal(run.error, null)
  const missing = await infected()
  assert.ok(missing.length > 0)
  const entries = await assertDrivesAsTenant(lab, { missing })
  assert.ok(entries > 60, `${entries} entries`)
  assert.equal(run.state, 'succeeded')
  const { items } = await lab.service.runs.failures(run.id, {})
  assert.deepEqual(
    new Set(items.map(({ workload, outcome, itemId }) => `${workload} ${outcome} ${itemId}`)),
    new Set(missing.map((id) => `drive skipped ${id}`)),
  )
  assert.match(items[0]?.reason ?? '', /malware/)
  const { items: resources } = await lab.service.runs.resources(run.id, { limit: 100 })
  const skipped = resources.filter(({ workload, state }) => workload === 'drive' && state === 'skipped')
  for (const { notice } of skipped) assert.match(notice ?? '', /has no OneDrive/)
  assert.equal(
    resources.filter(({ workload, state }) => workload === 'drive' && state === 'succeeded').length,
    (await lab.drives()).length,
  )
})

const treesOf = async () => {
  const home = await lab.database.db.selectFrom('repositories').select('head_root').executeTakeFirstOrThrow()
  const nodes = await (await lab.repository()).loadTree(home.head_root ?? '')
  return nodes.flatMap(({ subtree }) => (subtree === undefined ? [] : [subtree]))
}

test('an unchanged run asks one question a drive beside discovery, and writes no tree but the root', async () => {
  const before = await treesOf()
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(lab.requests(/drives.*delta/), (await lab.drives()).length)
  assert.equal(lab.requests(/download|content|permissions/), 0)
  assert.deepEqual([run.counts.itemsStored, run.counts.itemsUpdated, run.counts.itemsRemoved], [0, 0, 0])
  assert.deepEqual(await treesOf(), before)
})

test('what people do in a drive is what the next restore point holds, and nothing is fetched twice', async () => {
  const [first] = await lab.drives()
  const drive = first?.id ?? ''
  const act = (verb: string, body: object) => lab.drive(verb, { drive, ...body })
  await act('add', { path: ['new', 'deep', 'one.txt'], text: 'one' })
  await act('add', { path: ['goes', 'kept.txt'], text: 'kept' })
  await act('add', { path: ['goes', 'inner', 'inner.txt'], text: 'inner' })
  await act('add', { path: ['goes', 'lost.txt'], text: 'lost' })
  await lab.backUp()
  await assertDrivesAsTenant(lab, { missing: await infected() })
  // Out of a folder that then goes, a folder with an unchanged file in it as well.
  await act('move', { path: ['goes', 'kept.txt'], to: ['new'] })
  await act('move', { path: ['goes', 'inner'], to: ['new'] })
  await act('delete', { path: ['goes'] })
  await act('rename', { path: ['new', 'deep'], name: 'deeper' })
  await act('rename', { path: ['Rechnungen'], name: 'Invoices' })
  await act('share', { path: ['new', 'kept.txt'] })
  await act('share', { path: ['Invoices'] })
  await act('change', { path: ['new', 'deeper', 'one.txt'], text: 'another' })
  await lab.drive('behaviour', { emptyPages: true, duplicates: true, shuffle: true, replay: true })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  assert.equal(run.counts.itemsStored, 1, 'only what has other bytes is fetched')
  assert.equal(run.counts.itemsRemoved, 1)
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('a lost position of any dialect loses no deletion and fetches nothing again', async () => {
  const [first] = await lab.drives()
  const drive = first?.id ?? ''
  for (const [index, resync] of [
    'resyncChangesApplyDifferences',
    'resyncChangesUploadDifferences',
    'resyncRequired',
  ].entries()) {
    await lab.drive('add', { drive, path: [`folder ${index}`, 'a.txt'], text: 'a' })
    await lab.drive('add', { drive, path: [`b ${index}.txt`], text: 'b' })
    await lab.backUp()
    await lab.drive('behaviour', { resync })
    await lab.drive('delete', { drive, path: [`folder ${index}`] })
    await lab.drive('delete', { drive, path: [`b ${index}.txt`] })
    await lab.drive('expireDelta')
    const run = await lab.backUp()
    assert.equal(run.state, 'succeeded')
    assert.deepEqual([run.counts.itemsStored, run.counts.itemsRemoved], [0, 2], resync)
  }
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('much that is missing after a lost position is held back once, said, and then believed', async () => {
  const drive = (await lab.drives()).find(({ siteId }) => siteId !== undefined)?.id ?? ''
  const kept = (await list(drive)).filter(({ path }) => path.length === 1)
  for (const { path } of kept.slice(1)) await lab.drive('delete', { drive, path })
  await lab.drive('expireDelta', { drive })
  const held = await lab.backUp()
  assert.equal(held.state, 'partial')
  const { items } = await lab.service.runs.resources(held.id, { limit: 100 })
  assert.match(items.map(({ notice }) => notice).join(' '), /held back|kept/i)
  assert.equal(held.counts.itemsRemoved, 0)
  const next = await lab.backUp()
  assert.equal(next.state, 'succeeded')
  assert.ok(next.counts.itemsRemoved > 0)
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('what the protection settings leave out is named, and comes when they let it in again', async () => {
  const drive = (await lab.drives())[0]?.id ?? ''
  const exclusions = { userIds: [], groupIds: [], siteIds: [], folders: [], patterns: [] }
  const none = { ...exclusions, largerThanMegabytes: null, olderThanDays: null }
  const save = (changed: object) =>
    lab.service.protection.save(
      lab.organizationId,
      { exclusions: { ...none, ...changed } },
      'a4b4e3a0-0000-4000-8000-000000000001',
      new AbortController().signal,
    )
  await save({ folders: ['scratch'], patterns: ['*.iso'], largerThanMegabytes: 1 })
  await lab.drive('add', { drive, path: ['scratch', 'deep', 'a.txt'], text: 'a' })
  await lab.drive('add', { drive, path: ['disk.iso'], text: 'b' })
  await lab.drive('add', { drive, path: ['large.txt'], text: 'c'.repeat(1_000_001) })
  await lab.drive('add', { drive, path: ['wanted.txt'], text: 'd' })
  const run = await lab.backUp()
  assert.equal(run.counts.itemsStored, 1)
  const { items } = await lab.service.runs.failures(run.id, {})
  const named = items.filter(({ reason }) => /protection settings/.test(reason))
  assert.deepEqual(named.map(({ subject }) => subject).sort(), ['a.txt', 'disk.iso', 'large.txt'])
  await save({})
  assert.equal((await lab.backUp()).counts.itemsStored, 3)
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('a locked and an archived site keep their last state, by name, and end no run', async () => {
  const sites = (await lab.drive<{ sites: { id: string }[] }>('sites')).sites
  const libraries = (await lab.drives()).filter(({ siteId }) => siteId !== undefined)
  const [locked, archived] = sites
  await lab.drive('lock', { site: locked?.id, kind: 'resourceLocked' })
  await lab.drive('lock', { site: archived?.id, kind: 'notAllowed' })
  const run = await lab.backUp()
  assert.equal(run.state, 'succeeded')
  const { items } = await lab.service.runs.resources(run.id, { limit: 100 })
  const notices = items.filter(({ userPrincipalName }) => /sharepoint/.test(userPrincipalName))
  assert.equal(notices.length >= libraries.length, true)
  assert.ok(notices.some(({ notice }) => /locked/.test(notice ?? '')))
  assert.ok(notices.some(({ notice }) => /archived/.test(notice ?? '')))
  for (const site of sites) await lab.drive('lock', { site: site.id })
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('an entry that Microsoft tells of by halves is named and comes later; nothing else waits for it', async () => {
  const drive = (await lab.drives())[0]?.id ?? ''
  const act = (verb: string, body: object) => lab.drive(verb, { drive, ...body })
  await act('add', { path: ['known.txt'], text: 'known' })
  await act('add', { path: ['halves', 'inner.txt'], text: 'inner' })
  await lab.backUp()
  await act('add', { path: ['half.txt'], text: 'half' })
  await act('add', { path: ['halves', 'beside.txt'], text: 'beside' })
  const paths = [['half.txt'], ['halves'], ['known.txt']]
  for (const path of paths) await act('corrupt', { path, kind: 'incomplete' })
  await act('expireDelta', {})
  const run = await lab.backUp()
  assert.equal(run.state, 'partial')
  const { items } = await lab.service.runs.failures(run.id, {})
  const failed = items.filter(({ outcome }) => outcome === 'retry')
  assert.equal(failed.length, 3)
  for (const { reason } of failed) assert.match(reason, /without (name|parentReference)/)
  assert.equal(run.counts.itemsRemoved, 0, 'what was stored of it stays')
  for (const path of paths) await act('corrupt', { path, kind: 'none' })
  assert.equal((await lab.backUp()).state, 'succeeded')
  await assertDrivesAsTenant(lab, { missing: await infected() })
})

test('stock restic and the strict validator find nothing wrong, and the service was never asked too much', async () => {
  assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
  assert.deepEqual(await severeFindings(await lab.repository()), [])
  const { throttled, violations } = await lab.drive<Record<string, number>>('statistics')
  assert.deepEqual([throttled, violations], [0, 0])
})

test('files are no mails: lists, search and the reading of mail do not meet them', async () => {
  const { db } = lab.database
  const file = await db
    .selectFrom('items')
    .innerJoin('resources', 'resources.id', 'items.resource_id')
    .select(['items.id', 'items.subject', 'items.resource_id'])
    .where('workload', '=', 'drive')
    .where('valid_to', 'is', null)
    .where('subject', 'like', '%.txt')
    .executeTakeFirstOrThrow()
  const unknown = (expected: string) => (error: unknown) =>
    error instanceof AppError && error.code === expected
  assert.deepEqual((await searchItems(db, lab.organizationId, { query: file.subject })).items, [])
  await assert.rejects(listItems(db, file.resource_id, {}), unknown('CAT_MAILBOX_UNKNOWN'))
  await assert.rejects(findMail(db, file.id), unknown('CAT_ITEM_UNKNOWN'))
})

/** Files back into drives: where they were, with their dates, once however often it is asked for, and what happens where a name is taken. */
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { ZipFile } from 'yazl'
import { listDrives, searchFiles } from '../../src/catalog/index.ts'
import type { CreateRestore, FileView } from '../../src/contract/index.ts'
import type { TenantDrive, TenantItem } from '../jobs/drive-lab.ts'
import { openRestoreLab } from './restore-lab.ts'

const lab = await openRestoreLab({ users: 1, mails: 1, files: 4, sites: 1 })
after(() => lab.stop())
const { db } = lab.database
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'files']) })
  .execute()
const control = <T>(verb: string, body: object = {}): Promise<T> =>
  lab.tenant.control(`drives/${verb}`, body) as Promise<T>
const { drives } = await control<{ drives: TenantDrive[] }>('drives')
const oneDrive = drives.find(({ userId }) => userId !== undefined)?.id ?? ''
const library = drives.find(({ siteId }) => siteId !== undefined)?.id ?? ''
const add = (path: string[], content: object, drive = oneDrive) => control('add', { drive, path, ...content })
const change = (path: string[], text: string) => control('change', { drive: oneDrive, path, text })
const remove = (path: string[], drive = oneDrive) => control('delete', { drive, path })
async function held(drive = oneDrive): Promise<Map<string, TenantItem & { created: string }>> {
  const { items } = await control<{ items: (TenantItem & { created: string })[] }>('list', { drive })
  return new Map(items.map((item) => [item.path.join('/'), item]))
}
const factsOf = (item: (TenantItem & { created: string }) | undefined) =>
  item && [item.kind, item.sha256, item.created, item.modified]

const zip = new ZipFile()
zip.addBuffer(Buffer.from('<w:document>the text</w:document>'), 'word/document.xml')
zip.end()
const document = await buffer(zip.outputStream as unknown as AsyncIterable<Buffer>)
await add(['Plans', 'Deep', 'one.txt'], { text: 'one' })
await add(['Plans', 'Deep', 'a#b %41 & größe.txt'], { text: 'odd name' })
await add(['Plans', 'empty.txt'], { text: '' })
await add(['Plans', 'large.bin'], { size: 22_000_000 })
await control('folder', { drive: oneDrive, path: ['Plans', 'Nothing in it'] })
await add(['Plans', 'taken.txt'], { text: 'as it was' })
await add(['Reports', 'report.docx'], { base64: document.toString('base64') }, library)
await control('date', { drive: oneDrive, path: ['Plans'], modified: '2019-05-04T08:00:00Z' })
await control('date', { drive: oneDrive, path: ['Plans', 'Deep'], modified: '2018-03-02T07:00:00Z' })
const run = await lab.backUp()
assert.equal(run.state, 'succeeded')
const before = await held()
const known = (await listDrives(db, lab.organizationId, {})).items
const driveOf = (kind: string) => known.find((one) => one.kind === kind && one.error === null)?.id ?? ''
const life = lab.startRestores()
const original = { kind: 'original' } as const

async function file(name: string): Promise<FileView> {
  const { items } = await searchFiles(db, lab.organizationId, {
    query: name.replaceAll(/[^a-z]+/g, ' '),
    limit: 200,
  })
  const found = items.find((item) => item.name === name)
  assert.ok(found, name)
  return found
}
async function restore(name: string, more: Partial<CreateRestore> = {}) {
  const { id } = await file(name)
  const view = await life.restore({ selection: { items: [id] }, folder: original, ...more })
  const [result] = await life.results(view.id)
  return { view, state: result?.state, reason: result?.reason ?? null }
}

test('folders that are gone come back where they were, byte for byte, with their dates; asked again, nothing is sent', async () => {
  await remove(['Plans'])
  const folder = (await file('empty.txt')).folderId ?? ''
  const request = {
    selection: { drive: driveOf('oneDrive'), folders: [folder] },
    folder: original,
  }
  const view = await life.restore(request)
  assert.deepEqual([view.state, view.counts.restored, view.counts.failed], ['succeeded', 6, 0])
  const now = await held()
  for (const path of [...before.keys()].filter((one) => one.startsWith('Plans/')))
    assert.deepEqual(factsOf(now.get(path)), factsOf(before.get(path)), path)
  assert.equal(now.size, before.size)
  lab.resetRequests()
  const again = await life.restore(request)
  assert.deepEqual([again.state, again.counts.alreadyThere], ['succeeded', 6])
  assert.equal(lab.requests(/createUploadSession|:\/content|\/upload\//), 0)
  assert.equal((await held()).size, before.size)
})

test('a name that is taken: left, put beside once, replaced only if newer, replaced', async () => {
  const path = ['Plans', 'taken.txt']
  await change(path, 'changed since')
  const changed = (await held()).get('Plans/taken.txt')
  for (const conflict of ['skip', 'replaceIfNewer'] as const) {
    const left = await restore('taken.txt', { conflict })
    assert.equal(left.state, 'already-there')
    assert.match(left.reason ?? '', /left as it is/)
    assert.equal((await held()).get('Plans/taken.txt')?.sha256, changed?.sha256)
  }
  assert.equal((await restore('taken.txt')).state, 'restored')
  assert.equal((await restore('taken.txt')).state, 'already-there')
  const beside = [...(await held()).entries()].filter(([name]) =>
    /^Plans\/taken \(restored \d{4}-\d\d-\d\d\)\.txt$/.test(name),
  )
  assert.deepEqual(
    beside.map(([, item]) => factsOf(item)),
    [factsOf(before.get('Plans/taken.txt'))],
  )
  assert.equal((await restore('taken.txt', { conflict: 'replace' })).state, 'restored')
  const replaced = (await held()).get('Plans/taken.txt')
  assert.deepEqual(factsOf(replaced), factsOf(before.get('Plans/taken.txt')))
  assert.equal(replaced?.id, changed?.id, 'the file keeps its id and its versions')
  await change(path, 'older by its date')
  await control('date', { drive: oneDrive, path, modified: '2001-01-01T00:00:00Z' })
  assert.equal((await restore('taken.txt', { conflict: 'replaceIfNewer' })).state, 'restored')
})

test('a chosen folder takes files with the folders they were in; what was there already keeps its date', async () => {
  await control('folder', { drive: oneDrive, path: ['Taken out'] })
  await control('date', { drive: oneDrive, path: ['Taken out'], modified: '2020-02-02T02:02:02Z' })
  const { view } = await restore('one.txt', { folder: { kind: 'named', name: 'Taken out' } })
  assert.equal(view.state, 'succeeded')
  const now = await held()
  assert.ok(now.has('Taken out/Plans/Deep/one.txt'))
  for (const path of ['Plans', 'Plans/Deep'])
    assert.deepEqual(factsOf(now.get(`Taken out/${path}`)), factsOf(before.get(path)), path)
  assert.equal(now.get('Taken out')?.modified, '2020-02-02T02:02:02.000Z')
})

test('an upload goes on where the line broke, and begins anew when its session has ended', async () => {
  for (const rules of [
    [
      { match: { method: 'PUT', path: '/upload/' }, nth: 2, reset: true },
      { match: { method: 'PUT', path: '/upload/' }, nth: 1, loseAnswer: true },
    ],
    [{ match: { method: 'PUT', path: '/upload/' }, nth: 2, respond: { status: 404, body: {} } }],
    // The answer to the last fragment.
    [{ match: { method: 'PUT', path: '/upload/' }, nth: 3, loseAnswer: true }],
  ]) {
    await remove(['Plans', 'large.bin'])
    await lab.faults(rules)
    const result = await restore('large.bin')
    await lab.faults([])
    assert.equal(result.state, 'restored', `${JSON.stringify(rules)} ${result.reason}`)
    assert.deepEqual(factsOf((await held()).get('Plans/large.bin')), factsOf(before.get('Plans/large.bin')))
  }
})

test('a restore that was cut off before it wrote down what it did finds the file and makes no second one', async () => {
  const { view } = await restore('one.txt')
  await db
    .updateTable('restore_items')
    .set({ state: 'creating', message_id: null })
    .where('restore_id', '=', view.id)
    .execute()
  await db
    .updateTable('restores')
    .set({ state: 'running', lease_owner: null })
    .where('id', '=', view.id)
    .execute()
  const count = (await held()).size
  await life.restores.resumeAll()
  const ended = await life.ended(view.id)
  assert.deepEqual([ended.state, ended.counts.restored], ['succeeded', 1])
  const now = await held()
  assert.equal(now.size, count)
  assert.deepEqual(factsOf(now.get('Plans/Deep/one.txt')), factsOf(before.get('Plans/Deep/one.txt')))
})

test('an Office file that SharePoint changes when it stores it counts as restored, and that is said', async () => {
  const stored = (await held(library)).get('Reports/report.docx')
  await remove(['Reports'], library)
  const result = await restore('report.docx')
  assert.equal(result.state, 'restored', result.reason ?? '')
  assert.match(result.reason ?? '', /SharePoint changed the Office file/)
  const now = (await held(library)).get('Reports/report.docx')
  assert.notEqual(now?.sha256, stored?.sha256)
  const count = (await held(library)).size
  assert.equal((await restore('report.docx')).state, 'already-there')
  assert.equal((await held(library)).size, count)
})

test('a file that Microsoft stored otherwise than it was sent has failed, and is said to differ', async () => {
  await remove(['Plans', 'Deep', 'one.txt'])
  await control('behaviour', { spoiledEnding: 'one.txt' })
  const result = await restore('one.txt')
  await control('behaviour', { spoiledEnding: '' })
  assert.deepEqual([result.view.state, result.state], ['failed', 'failed'])
  assert.match(result.reason ?? '', /What Microsoft stored of "one\.txt" is not what was sent/)
  assert.equal((await restore('one.txt', { conflict: 'replace' })).state, 'restored')
  assert.equal((await held()).get('Plans/Deep/one.txt')?.sha256, before.get('Plans/Deep/one.txt')?.sha256)
})

test('a folder in which nothing lies comes back for itself', async () => {
  const { id } = await db
    .selectFrom('folder_versions')
    .select('folder_id as id')
    .where('name', '=', 'Nothing in it')
    .executeTakeFirstOrThrow()
  await remove(['Plans', 'Nothing in it'])
  const selection = { drive: driveOf('oneDrive'), folders: [id] }
  const view = await life.restore({ selection, folder: original })
  assert.deepEqual([view.state, view.counts.restored], ['succeeded', 1])
  assert.equal((await held()).get('Plans/Nothing in it')?.kind, 'folder')
})

test('a drive without space fails the file by name, and later it goes', async () => {
  await remove(['Plans', 'Deep', 'one.txt'])
  await lab.faults([
    {
      match: { method: 'POST', path: 'createUploadSession' },
      respond: { status: 507, body: { error: { code: 'quotaLimitReached', message: 'The drive is full.' } } },
    },
  ])
  const result = await restore('one.txt')
  await lab.faults([])
  assert.deepEqual([result.view.state, result.state], ['failed', 'failed'])
  assert.ok((result.reason ?? '').length > 10)
  assert.equal((await restore('one.txt')).state, 'restored')
})

/** Older versions of files: taken on request alone and each once, beside their file in the repository; listed, saved and put back. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { listFileVersions, searchFiles } from '../../src/catalog/index.ts'
import type {
  CreateRestore,
  FileView,
  OlderVersionView,
  Page,
  SaveProtection,
} from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createFileDownloads } from '../../src/jobs/index.ts'
import { forgetRows } from '../../src/jobs/retention/forget-rows.ts'
import { registerFileRoutes } from '../../src/server/routes/files/file-routes.ts'
import type { TenantDrive, TenantItem } from '../jobs/drive-lab.ts'
import { createTestServer } from '../server.ts'
import { openRestoreLab } from './restore-lab.ts'

interface TenantVersion {
  readonly id: string
  readonly size: number
  readonly sha256: string
  readonly modified: string
}

const lab = await openRestoreLab({ users: 1, mails: 1, files: 2 })
const { db } = lab.database
const { repositories, protection } = lab.service
const server = await createTestServer({
  routes: (api) =>
    registerFileRoutes(api, {
      db,
      fileDownloads: createFileDownloads({ db, repositories }),
      organizations: { get: async () => undefined },
    }),
})
after(async () => {
  await server.stop()
  await lab.stop()
})
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'files']) })
  .execute()
const life = lab.startRestores()
const control = <T>(verb: string, body: object = {}): Promise<T> =>
  lab.tenant.control(`drives/${verb}`, body) as Promise<T>
const { drives } = await control<{ drives: TenantDrive[] }>('drives')
const drive = drives.find(({ userId }) => userId !== undefined)?.id ?? assert.fail('no OneDrive')
const report = ['Plans', 'report.txt']
const act = (verb: string, path: string[], body: object) => control(verb, { drive, path, ...body })
/** Versions differ by seconds, as those that people make. */
async function change(path: string[], text: string) {
  await lab.tenant.control('clock', { advanceSeconds: 5 })
  await act('change', path, { text })
}
const truth = async (path: string[]) =>
  (await control<{ versions: TenantVersion[] }>('versions', { drive, path })).versions
const choose = (changes: SaveProtection) =>
  protection.save(
    lab.organizationId,
    changes,
    'a4b4e3a0-0000-4000-8000-000000000001',
    AbortSignal.timeout(60_000),
  )
const asked = () => lab.requests(/\/versions$/)
const fetched = () => lab.requests(/\/versions\/.*content/)
async function backUp() {
  lab.resetRequests()
  const run = await lab.backUp()
  assert.equal(run.error, null)
  return run
}
async function find(name: string): Promise<FileView> {
  const { items } = await searchFiles(db, lab.organizationId, { query: name, limit: 200 })
  return items.find((item) => item.name === name) ?? assert.fail(name)
}
const listed = async (name: string) =>
  (await listFileVersions(db, (await find(name)).id, { limit: 200 })).items
const ids = async (name: string) => (await listed(name)).map(({ version }) => version)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** What stock restic restores beside a file: the lines of its versions, whose bytes are held against them. */
async function besideFile(name: string) {
  const target = mkdtempSync(join(tmpdir(), 'bdrcloud-versions-'))
  try {
    await lab.restic('restore', 'latest', '--target', target, '--include', '/drives')
    const place = readdirSync(target, { recursive: true, encoding: 'utf8' }).find((one) =>
      one.endsWith(join('_versions', name)),
    )
    if (place === undefined) return []
    assert.ok(readdirSync(join(target, dirname(dirname(place)))).includes(name), 'it lies beside its file')
    const lines = readFileSync(join(target, place, '_items.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
    const files = readdirSync(join(target, place)).filter((one) => !one.startsWith('_'))
    assert.equal(files.length, lines.length)
    return lines.map((line) => {
      const {
        file,
        size,
        sha256: hash,
        version,
      } = JSON.parse(line) as {
        file: string
        size: number
        sha256: string
        version: { id: string; modifiedAt: string }
      }
      assert.equal(sha256(readFileSync(join(target, place, file))), hash)
      return { id: version.id, size, sha256: hash, modified: version.modifiedAt }
    })
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

test('unless they are asked for, none is taken and nothing is asked', async () => {
  await act('add', ['Plans', 'before.txt'], { text: 'one' })
  await change(['Plans', 'before.txt'], 'two')
  assert.equal((await backUp()).state, 'succeeded')
  assert.deepEqual([asked(), fetched()], [0, 0])
  assert.deepEqual(await listed('before.txt'), [])
  assert.deepEqual(await besideFile('before.txt'), [])
})

test('asked for, the older versions of a new file lie beside it, byte for byte; an unchanged run asks for none', async () => {
  await choose({ files: { versions: 10 } })
  await act('add', report, { text: 'first' })
  await change(report, 'the second')
  await change(report, 'the third one')
  assert.equal((await backUp()).state, 'succeeded')
  assert.deepEqual([asked(), fetched()], [1, 2])
  const versions = await truth(report)
  assert.equal(versions.length, 2)
  assert.deepEqual(await besideFile('report.txt'), versions)
  assert.deepEqual(await ids('report.txt'), ['2.0', '1.0'])
  assert.match(await lab.restic('check'), /no errors were found/)
  const again = await backUp()
  assert.deepEqual([asked(), fetched(), again.counts.itemsUpdated], [0, 0, 0])
})

test('a changed file costs its new version alone, a renamed one nothing', async () => {
  await change(report, 'a fourth one')
  await backUp()
  assert.deepEqual([asked(), fetched()], [1, 1])
  await act('rename', report, { name: 'renamed.txt' })
  await backUp()
  assert.deepEqual([asked(), fetched()], [0, 0])
  assert.deepEqual(await ids('renamed.txt'), ['3.0', '2.0', '1.0'])
  assert.equal((await besideFile('renamed.txt')).length, 3)
  await act('rename', ['Plans', 'renamed.txt'], { name: 'report.txt' })
  await backUp()
  assert.deepEqual(await besideFile('report.txt'), await truth(report))
})

test('a version that cannot be had is named, fails nothing, and comes with the next run', async () => {
  await change(report, 'a fifth one')
  const respond = { status: 404, body: { error: { code: 'itemNotFound', message: 'Not there.' } } }
  await lab.faults([{ match: { path: '/versions/4.0/content' }, respond }])
  const run = await backUp()
  assert.deepEqual([run.state, run.counts.itemsStored], ['partial', 1])
  const { items } = await lab.service.runs.failures(run.id, {})
  assert.deepEqual(
    items.filter(({ subject }) => subject.startsWith('report.txt')).map((one) => [one.subject, one.outcome]),
    [['report.txt (version 4.0)', 'retry']],
  )
  assert.deepEqual(await ids('report.txt'), ['3.0', '2.0', '1.0'])
  await lab.faults([])
  assert.equal((await backUp()).state, 'succeeded')
  assert.deepEqual([asked(), fetched()], [1, 1])
  assert.deepEqual(await ids('report.txt'), ['4.0', '3.0', '2.0', '1.0'])
  assert.deepEqual(await besideFile('report.txt'), await truth(report))
  await backUp()
  assert.deepEqual([asked(), fetched()], [0, 0])
})

test('a version that is too large is left out until the settings let it in; no more are taken than asked for', async () => {
  const large = ['Plans', 'large.bin']
  const { exclusions } = await protection.read(lab.organizationId)
  await choose({ exclusions: { ...exclusions, largerThanMegabytes: 1 } })
  await act('add', large, { size: 1_500_000 })
  await change(large, 'small now')
  const run = await backUp()
  assert.equal(fetched(), 0)
  const { items } = await lab.service.runs.failures(run.id, {})
  assert.match(items.find(({ subject }) => subject === 'large.bin (version 1.0)')?.reason ?? '', /1 MB/)
  await choose({ exclusions })
  await backUp()
  assert.deepEqual(await besideFile('large.bin'), await truth(large))
  await choose({ files: { versions: 1 } })
  await change(report, 'a sixth one')
  await backUp()
  assert.deepEqual(await ids('report.txt'), ['5.0'])
})

test('versions are listed in pages and saved, whole and in parts', async () => {
  await choose({ files: { versions: 500 } })
  await change(report, 'a seventh one')
  await backUp()
  const { id } = await find('report.txt')
  const { headers } = await server.signIn()
  const get = (path: string, more: object = {}) =>
    server.app.inject({ url: `/api/v1/files/${id}${path}`, headers: { ...headers, ...more } })
  const pages: OlderVersionView[] = []
  for (let cursor = ''; ; ) {
    const page = (await get(`/versions?limit=4${cursor}`)).json<Page<OlderVersionView>>()
    pages.push(...page.items)
    if (page.nextCursor === null) break
    cursor = `&cursor=${page.nextCursor}`
  }
  const versions = await truth(report)
  assert.deepEqual(
    pages.map((one) => ({ id: one.version, size: one.size, modified: one.modifiedAt })),
    versions.map(({ id, size, modified }) => ({ id, size, modified })),
  )
  assert.equal((await get('')).json<{ olderVersions: number }>().olderVersions, versions.length)
  const first = await get('/versions/1.0/content')
  assert.deepEqual([first.statusCode, first.body], [200, 'first'])
  const disposition = String(first.headers['content-disposition'])
  assert.match(disposition, /report \(\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\)\.txt/)
  const part = await get('/versions/2.0/content', { range: 'bytes=4-' })
  assert.deepEqual([part.statusCode, part.body], [206, 'second'])
  const none = await get('/versions/99.0/content')
  assert.deepEqual([none.statusCode, none.json<{ code: string }>().code], [404, 'CAT_FILE_VERSION_UNKNOWN'])
})

test('a version comes back beside its file, once, and in its place where that is asked for', async () => {
  const { id } = await find('report.txt')
  const request: CreateRestore = {
    selection: { items: [id] },
    folder: { kind: 'original' },
    versions: ['1.0', '2.0'],
  }
  const held = async () => {
    const { items } = await control<{ items: (TenantItem & { versions: number })[] }>('list', { drive })
    return new Map(items.map((item) => [item.path.join('/'), item]))
  }
  const before = await held()
  const versions = await truth(report)
  const view = await life.restore(request)
  assert.deepEqual([view.state, view.counts.restored], ['succeeded', 2])
  assert.deepEqual(
    (await life.results(view.id)).map(({ subject }) => subject),
    ['report.txt (version 1.0)', 'report.txt (version 2.0)'],
  )
  const now = await held()
  const beside = [...now.values()].filter(({ path }) => /^report \(.*\)\.txt$/.test(path.at(-1) ?? ''))
  assert.deepEqual(
    new Set(beside.map((one) => one.sha256)),
    new Set(versions.slice(-2).map((one) => one.sha256)),
  )
  assert.equal(now.size, before.size + 2)
  assert.equal(now.get('Plans/report.txt')?.sha256, before.get('Plans/report.txt')?.sha256)
  assert.deepEqual((await life.restore(request)).counts.alreadyThere, 2)
  const replaced = await life.restore({ ...request, versions: ['1.0'], conflict: 'replace' })
  assert.equal(replaced.state, 'succeeded')
  const file = (await held()).get('Plans/report.txt')
  assert.deepEqual([file?.sha256, file?.versions], [versions.at(-1)?.sha256, versions.length + 2])
  assert.equal(file?.id, before.get('Plans/report.txt')?.id)
  const several = [id, (await find('before.txt')).id]
  await assert.rejects(
    life.restore({ ...request, selection: { items: several } }),
    (error) => isAppError(error) && error.code === 'JOB_RESTORE_VERSIONS',
  )
})

test('a version of another length than Microsoft lists is taken as it comes', async () => {
  const path = ['Plans', 'listed wrong.txt']
  await act('add', path, { text: 'as it was' })
  await change(path, 'as it is')
  await act('corrupt', path, { kind: 'wrong-size' })
  assert.equal((await backUp()).state, 'succeeded')
  assert.deepEqual(await besideFile('listed wrong.txt'), await truth(path))
})

test('what Microsoft lets go is not in the next restore point, and stays in those before', async () => {
  const { id } = await find('report.txt')
  const before = await listed('report.txt')
  await control('keepVersions', { drive, count: 2 })
  await change(report, 'a last one')
  await backUp()
  assert.deepEqual(await besideFile('report.txt'), await truth(report))
  assert.equal((await listed('report.txt')).length, 2)
  assert.deepEqual((await listFileVersions(db, id, { limit: 200 })).items, before)
})

test('versions of a file that is gone go with it, and stay in the restore points before', async () => {
  const { id } = await find('report.txt')
  await act('delete', report, {})
  await backUp()
  assert.deepEqual(await besideFile('report.txt'), [])
  assert.equal((await listFileVersions(db, id, { limit: 200 })).items.length, 2)
})

test('what no state of a file names is forgotten, and nothing else', async () => {
  const all = () =>
    db
      .selectFrom('file_versions')
      .select(['external_id', 'version_id'])
      .orderBy('external_id')
      .orderBy('version_id')
      .execute()
  const before = await all()
  const [row] = await db.selectFrom('file_versions').selectAll().limit(1).execute()
  assert.ok(row)
  await db
    .insertInto('file_versions')
    .values({ ...row, size: Number(row.size), version_id: 'of no file' })
    .execute()
  assert.equal(await forgetRows(db, lab.organizationId, AbortSignal.timeout(60_000)), 1)
  assert.deepEqual(await all(), before)
})

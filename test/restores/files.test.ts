/** Files at restore points: folders, search, versions, safe previews, downloads whole and in parts, folders as ZIP. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { after, test } from 'node:test'
import { openPromise } from 'yauzl'
import {
  findFile,
  listDrives,
  listFolderContent,
  requireWithin,
  searchFiles,
} from '../../src/catalog/index.ts'
import type { FileView, Selection } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { createDownloadService, createFileDownloads } from '../../src/jobs/index.ts'
import { byteRange } from '../../src/server/routes/files/byte-range.ts'
import { registerFileRoutes } from '../../src/server/routes/files/file-routes.ts'
import { systemClock } from '../../src/shared/index.ts'
import { openDriveLab, type TenantItem } from '../jobs/drive-lab.ts'
import { createTestServer } from '../server.ts'

const lab = await openDriveLab({ users: 1, sites: 1 })
const { db } = lab.database
const { repositories } = lab.service
const fileDownloads = createFileDownloads({ db, repositories })
const downloads = createDownloadService({ db, repositories, clock: systemClock })
const operatorId = '00000000-0000-4000-8000-00000000000a'
const [drive] = (await lab.drives()).filter(({ kind }) => kind !== 'documentLibrary')
const act = (verb: string, body: object) => lab.drive(verb, { drive: drive?.id, ...body })
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const page = '<!doctype html><script>parent.document.title = "owned"</script>'
await act('add', { path: ['Plans', 'Deep', 'grün "quoted"; x.txt'], text: 'first words' })
await act('add', { path: ['Plans', 'pixel.png'], base64: pixel.toString('base64') })
await act('add', { path: ['Plans', 'not-a-picture.png'], text: page })
await act('add', { path: ['Plans', 'page.html'], text: page })
await act('add', { path: ['Plans', 'large.bin'], size: 3_000_000 })
await act('folder', { path: ['Plans', 'Empty'] })
for (let number = 0; number < 7; number++) {
  await act('add', { path: ['Many', `file ${number}.txt`], text: `${number}` })
  await act('folder', { path: ['Many', `folder ${number}`] })
}
const first = await lab.backUp()
await act('change', { path: ['Plans', 'Deep', 'grün "quoted"; x.txt'], text: 'second words' })
await act('delete', { path: ['Many'] })
await act('share', { path: ['Plans', 'pixel.png'] })
assert.equal((await lab.backUp()).state, 'succeeded')
const drives = (await listDrives(db, lab.organizationId, {})).items
const driveId =
  drives.find(({ kind, error }) => kind === 'oneDrive' && error === null)?.id ?? assert.fail('no drive')
const at = first.sequence

const folder = await mkdtemp(join(tmpdir(), 'bdrcloud-files-'))
const server = await createTestServer({
  routes: (api) =>
    registerFileRoutes(api, { db, fileDownloads, organizations: { get: async () => undefined } }),
})
after(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
  await lab.stop()
})
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const code = (expected: string) => (error: unknown) => isAppError(error) && error.code === expected

/** By names from the top of the drive. */
async function find(path: readonly string[], point?: number): Promise<FileView> {
  let folderId: string | undefined
  let found: FileView | undefined
  for (const name of path) {
    const { items } = await listFolderContent(db, driveId, {
      limit: 500,
      ...(folderId === undefined ? {} : { folder: folderId }),
      ...(point === undefined ? {} : { at: point }),
    })
    found = items.find((item) => item.name === name)
    assert.ok(found, `${name} of ${path.join('/')}`)
    folderId = found.id
  }
  assert.ok(found)
  return found
}
const text = ['Plans', 'Deep', 'grün "quoted"; x.txt']

test('OneDrives and libraries are listed, and each folder holds what the tenant has in it', async () => {
  assert.deepEqual(new Set(drives.map(({ kind }) => kind)), new Set(['oneDrive', 'library']))
  const { items } = await lab.drive<{ items: TenantItem[] }>('list', { drive: drive?.id })
  const truth = items
    .filter(({ faults }) => !faults.includes('malware'))
    .map(({ path, size, modified, kind }) => `${path.join('/')} ${size ?? kind} ${modified}`)
  const seen: string[] = []
  const visit = async (folderId: string | undefined, names: readonly string[]) => {
    const { items: content } = await listFolderContent(db, driveId, {
      limit: 500,
      ...(folderId === undefined ? {} : { folder: folderId }),
    })
    for (const item of content) {
      const own = [...names, item.name]
      const kind = item.kind === 'notebook' ? 'oneNote' : item.kind
      seen.push(`${own.join('/')} ${item.size ?? kind} ${item.modifiedAt}`)
      if (item.kind !== 'file') await visit(item.id, own)
    }
  }
  await visit(undefined, [])
  assert.deepEqual(seen.sort(), truth.sort())
})

test('a folder comes in pages, folders first, and is what it was at its restore point', async () => {
  const many = await find(['Many'], at)
  const names: string[] = []
  let cursor: string | undefined
  do {
    const found = await listFolderContent(db, driveId, {
      folder: many.id,
      at,
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    })
    assert.equal(found.path.at(-1)?.name, 'Many')
    names.push(...found.items.map(({ name }) => name))
    cursor = found.nextCursor ?? undefined
  } while (cursor !== undefined)
  const seven = [0, 1, 2, 3, 4, 5, 6]
  assert.deepEqual(names, [...seven.map((n) => `folder ${n}`), ...seven.map((n) => `file ${n}.txt`)])
  await assert.rejects(listFolderContent(db, driveId, { folder: many.id }), code('CAT_FOLDER_UNKNOWN'))
  await assert.rejects(listFolderContent(db, driveId, { at: 999 }), code('CAT_RESTORE_POINT_UNKNOWN'))
  await assert.rejects(listFolderContent(db, lab.organizationId, {}), code('CAT_DRIVE_UNKNOWN'))
})

test('files are found by words of their name and folder, within a drive and at a restore point', async () => {
  const names = async (query: string, more: object = {}) =>
    (await searchFiles(db, lab.organizationId, { query, limit: 200, ...more })).items
      .map(({ name }) => name)
      .sort()
  assert.deepEqual(await names('pixel'), ['pixel.png'])
  assert.deepEqual(await names('plans pixel', { drive: driveId }), ['pixel.png'])
  assert.deepEqual(await names('many 3'), [])
  assert.deepEqual(await names('many 3', { at }), ['file 3.txt'])
  const other = drives.find(({ id }) => id !== driveId)?.id
  assert.deepEqual(await names('pixel', { drive: other }), [])
  const none = await searchFiles(db, lab.organizationId, { query: 'pixel' }, [other ?? ''])
  assert.deepEqual(none.items, [])
})

test('a file tells of its states that are kept, of sharing, and how Microsoft’s hash compared', async () => {
  const { id } = await find(text)
  const detail = await fileDownloads.detail(id)
  assert.deepEqual(detail.path.map(({ name }) => name).slice(1), ['Plans', 'Deep'])
  assert.equal(detail.hashCheck, 'verified')
  assert.equal(detail.preview, 'text')
  assert.deepEqual(
    detail.versions.map(({ size, fromRun, untilRun }) => [size, fromRun, untilRun]),
    [
      [12, at + 1, null],
      [11, at, at + 1],
    ],
  )
  const picture = await fileDownloads.detail((await find(['Plans', 'pixel.png'])).id)
  assert.deepEqual([picture.file.shared, picture.sharedWith], [true, 1])
  await assert.rejects(fileDownloads.detail(operatorId), code('CAT_FILE_UNKNOWN'))
})

test('a file comes whole or in parts, under its own name, and only to be saved', async () => {
  const { headers } = await server.signIn()
  const large = await find(['Plans', 'large.bin'])
  const ask = async (id: string, more: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    server.app.inject({ method, url: `/api/v1/files/${id}/content`, headers: { ...headers, ...more } })
  const whole = await ask(large.id)
  assert.equal(whole.statusCode, 200)
  const detail = await fileDownloads.detail(large.id)
  assert.equal(sha256(whole.rawPayload), detail.sha256)
  assert.equal(whole.headers['content-length'], '3000000')
  assert.equal(whole.headers['content-type'], 'application/octet-stream')
  assert.match(String(whole.headers['content-security-policy']), /sandbox/)
  assert.equal(whole.headers['x-content-type-options'], 'nosniff')
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=1000000-2000000', 1_000_000, 2_000_001],
    ['bytes=2999990-', 2_999_990, 3_000_000],
    ['bytes=-5', 2_999_995, 3_000_000],
  ] as const) {
    const part = await ask(large.id, { range })
    assert.equal(part.statusCode, 206, range)
    assert.equal(part.headers['content-range'], `bytes ${start}-${end - 1}/3000000`)
    assert.ok(part.rawPayload.equals(whole.rawPayload.subarray(start, end)), range)
  }
  const beyond = await ask(large.id, { range: 'bytes=3000000-' })
  assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, 'bytes */3000000'])
  const changed = await ask(large.id, { range: 'bytes=0-0', 'if-range': '"another"' })
  assert.equal(changed.statusCode, 200)
  const named = await ask((await find(text)).id)
  assert.equal(named.body, 'second words')
  assert.match(
    String(named.headers['content-disposition']),
    /^attachment; filename="[ -~]+"; filename\*=UTF-8''/,
  )
  assert.ok(!String(named.headers['content-disposition']).includes('gr%C3%BCn "'))
  const old = await ask((await find(text, at)).id)
  assert.equal(old.body, 'first words')
})

test('only pictures that are pictures and plain text are shown; a page shows as its text', async () => {
  const { headers } = await server.signIn()
  const ask = async (path: readonly string[]) =>
    server.app.inject({ url: `/api/v1/files/${(await find(path)).id}/preview`, headers })
  const picture = await ask(['Plans', 'pixel.png'])
  assert.deepEqual([picture.statusCode, picture.headers['content-type']], [200, 'image/png'])
  assert.ok(picture.rawPayload.equals(pixel))
  const html = await ask(['Plans', 'page.html'])
  assert.deepEqual([html.headers['content-type'], html.body], ['text/plain; charset=utf-8', page])
  for (const answer of [picture, html]) {
    assert.match(String(answer.headers['content-security-policy']), /^sandbox; default-src 'none'/)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  }
  for (const path of [
    ['Plans', 'not-a-picture.png'],
    ['Plans', 'large.bin'],
  ])
    assert.equal((await ask(path)).statusCode, 415)
})

test('folders and files of a drive come as one archive, byte for byte, with what was in them then', async () => {
  const many = await find(['Many'], at)
  const file = await find(text, at)
  const selection: Selection = { drive: driveId, folders: [many.id], files: [file.id], at }
  const view = await downloads.createExport(lab.organizationId, operatorId, selection)
  assert.equal(view.items, 8)
  const { name, content } = await downloads.openExport(view.id, operatorId)
  assert.match(name, /^files-/)
  const target = join(folder, 'many.zip')
  await pipeline(content, createWriteStream(target))
  const found = new Map<string, string>()
  const zip = await openPromise(target)
  for await (const entry of zip.eachEntry())
    found.set(
      entry.fileName.split('/').slice(2).join('/'),
      (await buffer(await zip.openReadStreamPromise(entry))).toString(),
    )
  assert.equal(found.get('Many/file 3.txt'), '3')
  assert.equal(found.size, 8)
  assert.ok([...found.values()].includes('first words'))
  const another = { drive: drives.find(({ id }) => id !== driveId)?.id ?? '', files: [file.id] }
  await assert.rejects(
    downloads.createExport(lab.organizationId, operatorId, another),
    code('CAT_FILE_UNKNOWN'),
  )
  await assert.rejects(requireWithin(db, selection, [another.drive]), code('CAT_DRIVE_UNKNOWN'))
})

test('a file that is not there is told from a question that the database cannot answer', async () => {
  await assert.rejects(findFile(db, operatorId), code('CAT_FILE_UNKNOWN'))
  await assert.rejects(findFile(db, 'no id'), (error) => !isAppError(error))
})

test('ranges are read as RFC 9110 says: malformed and several are ignored', () => {
  const of = (range: string) => byteRange(range, undefined, '"x"', 10)
  for (const range of ['', 'bytes=', 'bytes=-', 'bytes=5-4', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=a-b'])
    assert.equal(of(range), 'whole', range)
  assert.deepEqual(of('bytes=9-99'), { start: 9, end: 10 })
  assert.deepEqual(of('bytes=-99'), { start: 0, end: 10 })
  for (const range of ['bytes=10-', 'bytes=-0']) assert.equal(of(range), 'beyond', range)
  assert.equal(byteRange('bytes=0-0', undefined, '"x"', 0), 'beyond')
})

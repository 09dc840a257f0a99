import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fromBuffer } from 'yauzl'
import { ZipFile } from 'yazl'
import { type DriveClient, openDrives } from './drive-client.ts'
import { type Json, sha256 } from './mail-client.ts'

const fragment = 327_680

describe('writing into simulated drives', () => {
  let client: DriveClient
  before(async () => {
    client = await openDrives({ users: 1, files: 5, sites: 2, seed: 7 })
  })
  after(() => client.close())

  const at = (drive: string, path: string) =>
    `/drives/${drive}/root:/${path.split('/').map(encodeURIComponent).join('/')}:`
  const put = (path: string, raw: Buffer, query = '', drive = client.drive) =>
    client.call(`${at(drive, path)}/content${query}`, {
      method: 'PUT',
      raw,
      headers: { 'content-type': 'application/octet-stream' },
    })
  const codeOf = async (answer: { json(): Promise<unknown> }) =>
    ((await answer.json()) as { error: { code: string } }).error.code
  const session = async (path: string, item: Json = {}) =>
    (
      await client.json<{ uploadUrl: string }>(`${at(client.drive, path)}/createUploadSession`, {
        method: 'POST',
        body: { item },
      })
    ).uploadUrl
  const send = (url: string, bytes: Buffer, start: number, total: number) =>
    client.plain(url, {
      method: 'PUT',
      headers: { 'content-range': `bytes ${start}-${start + bytes.length - 1}/${total}` },
      body: bytes,
    })

  test('a small file is put, found by its path, replaced, renamed on a conflict, and gone', async () => {
    const first = await put('Projects/Größe & Maß/note #1.txt', Buffer.from('one'))
    assert.equal(first.status, 201)
    const { id } = (await first.json()) as { id: string }
    const again = await put('Projects/Größe & Maß/NOTE #1.txt', Buffer.from('two'))
    assert.equal(again.status, 200, 'names differ by more than their case')
    const refused = await put(
      'Projects/Größe & Maß/note #1.txt',
      Buffer.from('x'),
      '?@microsoft.graph.conflictBehavior=fail',
    )
    assert.equal(refused.status, 409)
    assert.equal(await codeOf(refused), 'nameAlreadyExists')
    const other = await put(
      'Projects/Größe & Maß/note #1.txt',
      Buffer.from('x'),
      '?@microsoft.graph.conflictBehavior=rename',
    )
    assert.equal(((await other.json()) as { name: string }).name, 'note #1 1.txt')
    const found = await client.json<{ id: string; size: number }>(
      at(client.drive, 'Projects/Größe & Maß/note #1.txt').slice(0, -1),
    )
    assert.deepEqual([found.id, found.size], [id, 3])
    const gone = await client.call(`/drives/${client.drive}/items/${id}`, { method: 'DELETE' })
    assert.equal(gone.status, 204)
    assert.equal((await client.call(`/drives/${client.drive}/items/${id}`)).status, 404)
  })

  test('names that SharePoint does not take are refused', async () => {
    for (const name of ['a*b', 'con', '~$x.docx', 'x.', '_vti_x', 'desktop.ini']) {
      const answer = await put(name, Buffer.from('x'))
      assert.equal(answer.status, 400, name)
    }
  })

  test('a session takes fragments in order, tells what it waits for, keeps dates and can be given up', async () => {
    const bytes = Buffer.alloc(2 * fragment + 100, 'content ')
    const dates = {
      createdDateTime: '2019-01-02T03:04:05.000Z',
      lastModifiedDateTime: '2020-02-03T04:05:06.000Z',
    }
    const url = await session('big.bin', { fileSystemInfo: dates })
    assert.equal(
      (await send(url, bytes.subarray(0, 1000), 0, bytes.length)).status,
      400,
      'not a multiple of 320 KiB',
    )
    const first = await send(url, bytes.subarray(0, fragment), 0, bytes.length)
    assert.equal(first.status, 202)
    assert.equal(
      (await send(url, bytes.subarray(0, fragment), 0, bytes.length)).status,
      416,
      'received already',
    )
    const progress = (await (await client.plain(url)).json()) as { nextExpectedRanges: string[] }
    assert.deepEqual(progress.nextExpectedRanges, [`${fragment}-`])
    await send(url, bytes.subarray(fragment, 2 * fragment), fragment, bytes.length)
    const last = await send(url, bytes.subarray(2 * fragment), 2 * fragment, bytes.length)
    assert.equal(last.status, 201)
    const item = (await last.json()) as { id: string; fileSystemInfo: unknown }
    assert.deepEqual(item.fileSystemInfo, dates)
    const truth = (await client.truth(client.drive)).find(({ id }) => id === item.id)
    assert.equal(truth?.sha256, sha256(bytes))
    assert.equal((await client.plain(url)).status, 404, 'the session has ended')
    const given = await session('never.bin')
    assert.equal((await client.plain(given, { method: 'DELETE' })).status, 204)
    assert.equal((await client.plain(given)).status, 404)
    const withToken = await client.call(await session('x.bin'), { method: 'GET' })
    assert.equal(withToken.status, 401)
  })

  test('a conflict comes at the end, and so does a full drive', async () => {
    const bytes = Buffer.from('again')
    const taken = await send(
      await session('big.bin', { '@microsoft.graph.conflictBehavior': 'fail' }),
      bytes,
      0,
      5,
    )
    assert.equal(taken.status, 409)
    await client.controlDrives('quota', { drive: client.drive, bytes: 10 })
    const full = await send(await session('more.bin'), bytes, 0, 5)
    assert.equal(full.status, 507)
    assert.equal(await codeOf(full), 'quotaLimitReached')
    await client.controlDrives('quota', { drive: client.drive, bytes: 1024 ** 4 })
  })

  test('an Office file in a library is stored with other bytes, and still is the same document', async () => {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from('<w/>'), 'word/document.xml')
    zip.end()
    const chunks: Buffer[] = []
    for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Buffer))
    const sent = Buffer.concat(chunks)
    const stored = (await (await put('letter.docx', sent, '', client.library)).json()) as {
      id: string
      size: number
    }
    assert.ok(stored.size > sent.length)
    const answer = await client.call(`/drives/${client.library}/items/${stored.id}/content`)
    const back = Buffer.from(await answer.arrayBuffer())
    const entries = await new Promise<number>((resolve, reject) =>
      fromBuffer(back, (error, opened) => (error ? reject(error) : resolve(opened.entryCount))),
    )
    assert.equal(entries, 1)
  })

  test('folders are made, moved and not put into themselves; permissions are given', async () => {
    const make = (parent: string, name: string, conflict = 'fail') =>
      client.call(`/drives/${client.drive}/items/${parent}/children`, {
        method: 'POST',
        body: { name, folder: {}, '@microsoft.graph.conflictBehavior': conflict },
      })
    const outer = (await (await make('root', 'outer')).json()) as { id: string }
    const inner = (await (await make(outer.id, 'inner')).json()) as { id: string }
    assert.equal((await make('root', 'OUTER')).status, 409)
    const patch = (id: string, body: Json) =>
      client.call(`/drives/${client.drive}/items/${id}`, { method: 'PATCH', body })
    assert.equal((await patch(outer.id, { parentReference: { id: inner.id } })).status, 400)
    assert.equal((await patch(inner.id, { name: 'renamed', parentReference: { id: 'nothing' } })).status, 404)
    assert.equal((await patch(inner.id, { name: 'renamed' })).status, 200)
    await client.json(`/drives/${client.drive}/items/${inner.id}/invite`, {
      method: 'POST',
      body: { roles: ['read'], recipients: [{ email: 'a@partner.example' }], sendInvitation: false },
    })
    const link = await client.call(`/drives/${client.drive}/items/${inner.id}/createLink`, {
      method: 'POST',
      body: { type: 'view', scope: 'organization' },
    })
    assert.equal(link.status, 201)
    const { value } = await client.json<{ value: unknown[] }>(
      `/drives/${client.drive}/items/${inner.id}/permissions`,
    )
    assert.equal(value.length, 2)
  })
})

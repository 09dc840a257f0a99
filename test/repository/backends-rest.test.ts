import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { fileNode, restBackend } from '../../src/repository/index.ts'
import { freePort } from '../free-port.ts'
import { backendContract } from './backend-contract.ts'
import { account, rcloneMissing, startRclone } from './rclone.ts'
import { findings, newRepository, resticOn } from './support.ts'

const quick = { ...account, attempts: 4, firstWait: 5, longestWait: 20 }
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/`
}

if (rcloneMissing) test('the REST backend against rclone', { skip: rcloneMissing }, () => undefined)
else {
  const open = async (context: TestContext, ...options: string[]) => {
    const { url, folder } = await startRclone(context, ...options)
    const backend = restBackend(url, quick)
    context.after(() => backend.close())
    return { backend, folder, url }
  }
  backendContract('REST server (rclone)', async (context) => (await open(context)).backend)

  test('a repository written over REST is sound, for us and for stock restic over REST', async (context) => {
    const { backend, folder, url } = await open(context)
    const repository = await newRepository(context, backend)
    const writer = repository.writer()
    const content = await writer.saveContent(randomBytes(5_000_000))
    const tree = await writer.saveTree([fileNode({ name: 'file', ...content, mtime: 0 })])
    await writer.saveSnapshot({ tree })
    assert.deepEqual(await findings(repository), [])
    await resticOn(folder)('check', '--read-data')
    const address = url.replace('//', `//${account.user}:${encodeURIComponent(account.password)}@`)
    await resticOn(`rest:${address}`)('check', '--read-data')
  })

  test('a wrong password is told at once, and is not in the message', async (context) => {
    const { url } = await open(context)
    const backend = restBackend(url, { ...quick, password: 'wrong-secret' })
    context.after(() => backend.close())
    await assert.rejects(backend.load('config', 'config'), (error) => {
      assert.ok(code('STO_STORAGE_DENIED')(error) && error instanceof Error)
      assert.doesNotMatch(error.message, /wrong-secret/)
      return true
    })
  })

  test('a server that only takes additions refuses to remove, and that is told', async (context) => {
    const { backend } = await open(context, '--append-only')
    const bytes = Buffer.from('kept')
    await backend.save('data', idOf(bytes), bytes)
    await assert.rejects(backend.remove('data', idOf(bytes)), code('STO_STORAGE_DENIED'))
    await assert.rejects(backend.save('data', idOf(bytes), bytes), code('STO_FILE_EXISTS'))
  })

  test('an upload that is cancelled in the middle leaves nothing that is listed', async (context) => {
    const { backend, folder } = await open(context, '--bwlimit', '4M')
    const bytes = randomBytes(8_000_000)
    const cancel = new AbortController()
    const saving = assert.rejects(
      backend.save('data', idOf(bytes), bytes, cancel.signal),
      /the caller has gone/,
    )
    const hasBegun = async () =>
      (await readdir(folder, { recursive: true })).some((path) => path.includes(idOf(bytes)))
    for (let i = 0; i < 3000 && !(await hasBegun()); i++) await sleep(10)
    cancel.abort(new Error('the caller has gone'))
    await saving
    for (let i = 0; i < 600 && (await Array.fromAsync(backend.list('data'))).length > 0; i++) await sleep(50)
    assert.deepEqual(await Array.fromAsync(backend.list('data')), [])
    await backend.save('data', idOf(bytes), bytes)
    assert.deepEqual(await backend.stat('data', idOf(bytes)), { size: bytes.length })
  })

  test('half a file that an interrupted upload of ours left is replaced', async (context) => {
    const { folder, url } = await open(context)
    const bytes = randomBytes(1000)
    const id = idOf(bytes)
    let uploads = 0
    const proxy = await serve(context, (request, response) => {
      const body: Buffer[] = []
      request.on('data', (part) => body.push(part))
      request.on('end', async () => {
        if (request.method === 'POST' && request.url?.startsWith('/data/') && ++uploads === 1) {
          await mkdir(join(folder, 'data', id.slice(0, 2)), { recursive: true })
          await writeFile(join(folder, 'data', id.slice(0, 2), id), bytes.subarray(0, 500))
          request.socket.destroy()
          return
        }
        const { authorization = '' } = request.headers
        const answer = await fetch(url + request.url?.slice(1), {
          method: request.method ?? 'GET',
          headers: { authorization },
          ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
        })
        const length = answer.headers.get('content-length')
        response.writeHead(answer.status, length ? { 'content-length': length } : {})
        response.end(Buffer.from(await answer.arrayBuffer()))
      })
    })
    const backend = restBackend(proxy, quick)
    context.after(() => backend.close())
    await backend.save('data', id, bytes)
    assert.deepEqual(await backend.load('data', id), bytes)
    assert.deepEqual(await readdir(join(folder, 'data', id.slice(0, 2))), [id])
  })
}

test('a server that fails for a while is asked again; one that stays broken is named', async (context) => {
  let requests = 0
  const url = await serve(context, (_, response) => {
    requests++
    if (requests === 1) response.socket?.destroy()
    else if (requests === 2) response.writeHead(503).end()
    else if (requests === 3) {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half ')
      setTimeout(() => response.destroy(), 20)
    } else if (requests === 4) response.end('0123456789')
    else response.writeHead(500).end()
  })
  const backend = restBackend(url, quick)
  context.after(() => backend.close())
  assert.equal(
    (await backend.load('data', 'a'.repeat(64), { offset: 0, length: 10 })).toString(),
    '0123456789',
  )
  await assert.rejects(backend.load('data', 'b'.repeat(64)), code('STO_STORAGE_FAILED'))
  assert.equal(requests, 8)
})

test('a server that never answers is given up after the time limit, at once by a caller who cancels', async (context) => {
  const url = await serve(context, () => undefined)
  const backend = restBackend(url, { ...quick, attempts: 2, timeLimit: 100 })
  context.after(() => backend.close())
  await assert.rejects(backend.stat('config', 'config'), /no answer within 0.1 seconds/)
  await assert.rejects(Array.fromAsync(backend.list('data')), /no answer within 0.1 seconds/)
  const patient = restBackend(url, quick)
  context.after(() => patient.close())
  await assert.rejects(patient.stat('config', 'config', AbortSignal.timeout(50)), { name: 'TimeoutError' })
})

test('a listing that breaks off is taken up again, names come once, and the first protocol works', async (context) => {
  let requests = 0
  const names = Array.from({ length: 50 }, (_, i) => idOf(Buffer.from(String(i))))
  const url = await serve(context, (request, response) => {
    if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': '7' }).end()
    const version2 = JSON.stringify(names.map((name) => ({ name, size: 7 })))
    requests++
    if (requests === 1) return response.end(version2.slice(0, 2000))
    return response.end(request.url === '/data/' ? version2 : JSON.stringify([...names, '../../evil']))
  })
  const backend = restBackend(url, quick)
  context.after(() => backend.close())
  const expected = names.map((name) => ({ name, size: 7 }))
  assert.deepEqual(await Array.fromAsync(backend.list('data')), expected)
  assert.deepEqual(await Array.fromAsync(backend.list('index')), expected)
})

test('a port where nobody listens is an error that says so', async (context) => {
  const backend = restBackend(`http://127.0.0.1:${await freePort()}/`, quick)
  context.after(() => backend.close())
  await assert.rejects(backend.stat('config', 'config'), /ECONNREFUSED/)
})

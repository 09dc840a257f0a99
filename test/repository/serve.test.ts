/** Our own endpoint of restic's REST protocol: for our client, for stock restic, and for those who mean harm. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { idOf } from '../../src/repository/format/blob-id.ts'
import {
  type Backend,
  createFailureThrottle,
  createRestServer,
  localBackend,
  memoryBackend,
  type RestAccess,
  type RestServerOptions,
  restBackend,
} from '../../src/repository/index.ts'
import { backendContract } from './backend-contract.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import { quick } from './s3.ts'
import { findings, localRepository, newRepository, resticOn, resticUntil, scratchFolder } from './support.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected
const account = { user: 'customer', password: 'pass:word é' }

async function serve(context: TestContext, backend: Backend, options: Partial<RestServerOptions> = {}) {
  const accesses: RestAccess[] = []
  const onAccess = (access: RestAccess) => void accesses.push(access)
  const server = createRestServer(backend, { mode: 'full', onAccess, ...options })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/`, port: address.port, accesses }
}

backendContract('own REST endpoint', async (context) => {
  const { url } = await serve(context, localBackend(await scratchFolder(context)), { credentials: account })
  const backend = restBackend(url, { ...quick, ...account })
  context.after(() => backend.close())
  return backend
})

test('stock restic does everything over it in full mode', async (context) => {
  const folder = await scratchFolder(context)
  const { url } = await serve(context, localBackend(folder), { credentials: account })
  const address = url.replace('//', `//${account.user}:${encodeURIComponent(account.password)}@`)
  const restic = resticOn(`rest:${address}`)
  await restic('init')
  await restic('backup', await scratchFolder(context))
  await restic('backup', await scratchFolder(context), '--tag', 'second')
  await restic('forget', '--keep-last', '1', '--group-by', '', '--prune')
  await restic('check', '--read-data')
  await resticOn(folder)('check', '--read-data')
})

for (const mode of ['read-only', 'append-only'] as const) {
  test(`stock restic reads in ${mode} mode, and what the mode forbids is refused without harm`, async (context) => {
    const { folder, repository } = await localRepository(context)
    const files = filesOf(0)
    const forgotten = await backUp(repository, filesOf(3))
    const id = await backUp(repository, files)
    await repository.removeSnapshot(forgotten)
    const { url, accesses } = await serve(context, localBackend(folder), { mode })
    const restic = resticOn(`rest:${url}`)
    const content = await scratchFolder(context)
    assert.match(await restic('snapshots', '--json'), new RegExp(id))
    assert.match(await restic('ls', 'latest'), /common\/always/)
    await restic('restore', 'latest', '--target', await scratchFolder(context))
    await restic('check', '--read-data')
    const refuses = async (...parameters: string[]) => {
      const before = accesses.length
      const isRefused = () => accesses.slice(before).some(({ status }) => status === 403)
      assert.ok(await resticUntil(`rest:${url}`, parameters, isRefused), parameters.join(' '))
      assert.ok(isRefused(), parameters.join(' '))
    }
    if (mode === 'append-only') await restic('backup', content)
    else await refuses('backup', content)
    await refuses('forget', id.slice(0, 8))
    await refuses('prune', '--max-unused', '0')
    assert.ok(accesses.every(({ status }) => status < 500))
    await repository.refreshIndex()
    // A prune that may only add leaves doubles behind.
    const found = await findings(repository)
    const damage = mode === 'read-only' ? found : found.filter(({ severity }) => severity === 'error')
    assert.deepEqual(damage, [])
    await assertHolds(repository, id, files)
    assert.deepEqual(
      await Array.fromAsync(localBackend(folder).list('locks')),
      [],
      'restic took its locks away',
    )
    assert.equal((await repository.listSnapshots()).length, mode === 'append-only' ? 2 : 1)
  })
}

test('an upload whose bytes do not have the hash of its name, and one over a file that is there, change nothing', async (context) => {
  const inner = memoryBackend()
  const { url } = await serve(context, inner)
  const bytes = Buffer.from('right')
  const post = (path: string, body: string | Buffer<ArrayBuffer>) =>
    fetch(url + path, { method: 'POST', body })
  assert.equal((await post(`data/${idOf(bytes)}`, 'wrong')).status, 400)
  assert.equal(await inner.stat('data', idOf(bytes)), undefined)
  assert.equal((await post(`data/${idOf(bytes)}`, bytes)).status, 200)
  assert.equal((await post(`data/${idOf(bytes)}`, bytes)).status, 403)
  assert.equal((await post('config', 'configuration')).status, 200)
  assert.equal((await post('config', 'other')).status, 403)
  assert.equal((await inner.load('config', 'config')).toString(), 'configuration')
})

test('bodies that are too large are refused, announced or not, and memory is shared by all uploads', async (context) => {
  const inner = memoryBackend()
  let most = 0
  let held = 0
  const counting: Backend = {
    ...inner,
    async save(type, name, bytes, signal) {
      held += bytes.length
      most = Math.max(most, held)
      await sleep(30)
      held -= bytes.length
      await inner.save(type, name, bytes, signal)
    },
  }
  const { url } = await serve(context, counting, { largestFile: 100_000, uploadMemory: 100_000 })
  const send = (path: string, bytes: Buffer, chunked = false) =>
    new Promise<number>((resolve, reject) => {
      const headers = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes.length }
      const sending = httpRequest(url + path, { method: 'POST', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      sending.on('error', reject)
      sending.end(bytes)
    })
  const large = randomBytes(100_001)
  assert.equal(await send(`data/${idOf(large)}`, large), 413)
  assert.equal(await send(`data/${idOf(large)}`, large, true), 413)
  const lock = randomBytes(70_000)
  assert.equal(await send(`locks/${idOf(lock)}`, lock), 413)
  const files = Array.from({ length: 8 }, () => randomBytes(60_000))
  const statuses = await Promise.all(files.map((bytes, i) => send(`data/${idOf(bytes)}`, bytes, i % 2 === 0)))
  assert.deepEqual(new Set(statuses), new Set([200]))
  assert.ok(most <= 200_000, `${most} bytes at once`)
})

test('paths outside of the protocol lead nowhere, however they are written', async (context) => {
  const folder = await scratchFolder(context)
  const { port, accesses } = await serve(context, localBackend(`${folder}/repository`))
  const name = 'a'.repeat(64)
  /** As it is, without a client that puts the path right. */
  const raw = async (method: string, path: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`)
    const parts = await Array.fromAsync(socket as AsyncIterable<Buffer>)
    return Number(/^HTTP\/1\.1 (\d+)/.exec(Buffer.concat(parts).toString())?.[1])
  }
  for (const path of [
    '/../../etc/passwd',
    '/data/../../../etc/passwd',
    '/data/..%2f..%2fconfig',
    `/data/${name}/..`,
    `/data/${name}.tmp`,
    `/DATA/${name}`,
    `/other/${name}`,
    `/data/${name.toUpperCase()}`,
    `/data//${name}`,
    '//config',
    '/config/',
    'http://x/config',
    '/%63onfig',
    `/data/${name}\u0000`,
    '/keys/a',
  ])
    for (const method of ['GET', 'POST', 'DELETE'])
      assert.ok([400, 404].includes(await raw(method, path)), `${method} ${path}`)
  assert.ok(accesses.every(({ target }) => target === 'unknown'))
  assert.equal((await fetch(`http://127.0.0.1:${port}/data/`, { method: 'DELETE' })).status, 405)
  assert.equal((await fetch(`http://127.0.0.1:${port}/config`, { method: 'PUT' })).status, 405)
})

test('ranges are answered as HTTP defines them', async (context) => {
  const inner = memoryBackend()
  const bytes = Buffer.from('0123456789')
  await inner.save('data', idOf(bytes), bytes)
  const { url } = await serve(context, inner)
  for (const [range, status, body] of [
    ['bytes=0-3', 206, '0123'],
    ['bytes=8-', 206, '89'],
    ['bytes=-3', 206, '789'],
    ['bytes=5-100', 206, '56789'],
    ['bytes=10-', 416, ''],
    ['bytes=-0', 416, ''],
    ['bytes=5-2', 200, '0123456789'],
    ['bytes=0-1,3-4', 200, '0123456789'],
    ['items=0-1', 200, '0123456789'],
  ] as const) {
    const answer = await fetch(`${url}data/${idOf(bytes)}`, { headers: { range } })
    assert.equal(answer.status, status, range)
    assert.equal(await answer.text(), body, range)
  }
  const head = await fetch(`${url}data/${idOf(bytes)}`, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), '10')
})

test('a reader that is slow is not read ahead of, and one that goes away ends the work', async (context) => {
  const inner = memoryBackend()
  const bytes = randomBytes(64 * 1024 * 1024)
  await inner.save('data', idOf(bytes), bytes)
  let loaded = 0
  const counting: Backend = {
    ...inner,
    async load(type, name, range, signal) {
      const part = await inner.load(type, name, range, signal)
      loaded += part.length
      return part
    },
  }
  const { port, accesses } = await serve(context, counting)
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /data/${idOf(bytes)} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await once(socket, 'readable')
  socket.pause()
  // Whatever buffers there are on the way (sockets, one piece): more than that is never loaded while nobody reads.
  for (let before = -1; before !== loaded; await sleep(200)) before = loaded
  assert.ok(loaded < bytes.length / 2, `${loaded} bytes were loaded`)
  socket.destroy()
  for (let i = 0; i < 100 && accesses.length === 0; i++) await sleep(50)
  assert.equal(accesses[0]?.complete, false)
  assert.ok(loaded < bytes.length / 2)
})

test('an upload that breaks off, or stands still, leaves nothing', async (context) => {
  const inner = memoryBackend()
  const { port, accesses } = await serve(context, inner, { idleLimit: 200 })
  const bytes = randomBytes(100_000)
  const header = `POST /data/${idOf(bytes)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length}\r\n\r\n`
  const broken = connect(port, '127.0.0.1')
  broken.write(header)
  broken.write(bytes.subarray(0, 50_000), () => broken.destroy())
  const still = connect(port, '127.0.0.1')
  still.on('error', () => undefined)
  still.write(header)
  still.write(bytes.subarray(0, 50_000))
  await once(still, 'close')
  for (let i = 0; i < 100 && accesses.length < 2; i++) await sleep(20)
  assert.deepEqual(
    accesses.map(({ complete }) => complete),
    [false, false],
  )
  assert.deepEqual(await Array.fromAsync(inner.list('data')), [])
})

test('who has no password, a wrong one or another’s is asked for it, and who keeps guessing has to wait', async (context) => {
  const { url, accesses } = await serve(context, memoryBackend(), { credentials: account })
  const ask = (credentials?: string) => {
    const headers = new Headers()
    if (credentials !== undefined)
      headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
    return fetch(`${url}config`, { headers })
  }
  const none = await ask()
  assert.equal(none.status, 401)
  assert.match(none.headers.get('www-authenticate') ?? '', /^Basic realm="restic"/)
  assert.equal((await ask(`${account.user}:${account.password}`)).status, 404)
  for (let i = 0; i < 10; i++) assert.equal((await ask(`${account.user}:guess ${i}`)).status, 401)
  const blocked = await ask(`${account.user}:${account.password}`)
  assert.equal(blocked.status, 429)
  assert.ok(Number(blocked.headers.get('retry-after')) > 0)
  assert.equal(accesses.length, 1, 'the protocol was never reached')
})

test('the throttle lets go after its wait, forgets after a success, and keeps a bounded number of callers', async () => {
  let now = 0
  const throttle = createFailureThrottle({ now: () => now, sleep: () => Promise.resolve() })
  for (let i = 0; i < 9; i++) throttle.failed('a')
  assert.equal(throttle.blockedFor('a'), 0)
  throttle.failed('a')
  assert.equal(throttle.blockedFor('a'), 5)
  now += 5000
  assert.equal(throttle.blockedFor('a'), 0)
  throttle.failed('a')
  assert.equal(throttle.blockedFor('a'), 10)
  for (let i = 0; i < 40; i++) throttle.failed('a')
  assert.equal(throttle.blockedFor('a'), 900)
  throttle.succeeded('a')
  assert.equal(throttle.blockedFor('a'), 0)
  for (let i = 0; i < 10; i++) throttle.failed('b')
  for (let i = 0; i < 10_000; i++) throttle.failed(`caller ${i}`)
  assert.equal(throttle.blockedFor('b'), 0)
})

test('what goes wrong in the place is told without its inside', async (context) => {
  const inner = memoryBackend()
  const failing: Backend = {
    ...inner,
    stat: () => Promise.reject(new Error('secret path /srv/x')),
    async *list() {
      yield { name: createHash('sha256').update('x').digest('hex'), size: 1 }
      throw new Error('secret path /srv/x')
    },
  }
  const { url, accesses } = await serve(context, failing)
  const answer = await fetch(`${url}config`)
  assert.equal(answer.status, 500)
  assert.equal(await answer.text(), '')
  // A listing that breaks off must not look like a whole one.
  await assert.rejects(fetch(`${url}data/`).then((listing) => listing.text()))
  for (let i = 0; i < 500 && accesses.length < 2; i++) await sleep(20)
  assert.equal(accesses.length, 2)
})

test('a repository is opened and written over our endpoint by our own client', async (context) => {
  const { url } = await serve(context, memoryBackend())
  const backend = restBackend(url, quick)
  const repository = await newRepository(context, backend)
  const id = await backUp(repository, filesOf(2))
  await assertHolds(repository, id, filesOf(2))
  assert.deepEqual(await findings(repository), [])
  await assert.rejects(
    restBackend(`${url}elsewhere/`, quick).save('keys', 'a'.repeat(64), Buffer.from('x')),
    code('STO_STORAGE_UNSUITABLE'),
  )
})

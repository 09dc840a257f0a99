/** Repositories in S3 buckets, on Ceph's gateway. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { type S3BackendOptions, s3Backend } from '../../src/repository/index.ts'
import { cephMissing, startCeph } from '../ceph.ts'
import { freePort } from '../free-port.ts'
import { backendContract } from './backend-contract.ts'
import { startCuttingProxy } from './cutting-proxy.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import { bucketsOf, quick } from './s3.ts'
import { findings, newRepository, openedRepository, resticOn, scratchFolder } from './support.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

function opened(context: TestContext, options: S3BackendOptions) {
  const backend = s3Backend(options)
  context.after(() => backend.close())
  return backend
}

if (cephMissing) test('the S3 backend against Ceph', { skip: cephMissing }, () => undefined)
else {
  const ceph = await startCeph()
  const buckets = bucketsOf(ceph)

  backendContract('S3 bucket', async (context) => opened(context, buckets.access(await buckets.make())))
  backendContract('S3 bucket with Object Lock', async (context) =>
    opened(context, {
      ...buckets.access(await buckets.make({ objectLock: true })),
      retention: { days: 1, mode: 'governance' },
    }),
  )

  test('a repository in a bucket is sound, for us and for stock restic, and theirs for us', async (context) => {
    const bucket = await buckets.make()
    const { location, variables } = buckets.restic(bucket, 'some/repository')
    const restic = resticOn(location, variables)
    const backend = opened(context, buckets.access(bucket))
    const repository = await newRepository(context, backend)
    const files = filesOf(1)
    const ours = await backUp(repository, files)
    assert.deepEqual(await findings(repository), [])
    await restic('check', '--read-data')
    assert.match(await restic('snapshots', '--json'), new RegExp(ours))
    const folder = await scratchFolder(context)
    await restic('backup', folder)
    await restic('forget', ours.slice(0, 8), '--prune')
    const again = await openedRepository(context, opened(context, buckets.access(bucket)))
    assert.equal((await again.listSnapshots()).length, 1)
    assert.deepEqual(await findings(again), [])
    await assertHolds(again, await backUp(again, files), files)
    await restic('check', '--read-data')
  })

  test('two repositories in one bucket do not see each other, nor what does not belong to them', async (context) => {
    const bucket = await buckets.make()
    const access = buckets.access(bucket)
    const inner = opened(context, { ...access, prefix: 'a' })
    const longer = opened(context, { ...access, prefix: 'ab/' })
    const whole = opened(context, { ...access, prefix: '' })
    const bytes = Buffer.from('x')
    await inner.save('snapshots', idOf(bytes), bytes)
    assert.deepEqual(await Array.fromAsync(longer.list('snapshots')), [])
    assert.deepEqual(await Array.fromAsync(whole.list('snapshots')), [])
    for (const Key of [
      'a/snapshots/readme.txt',
      `a/snapshots/deep/${'a'.repeat(64)}`,
      `a/data/${'b'.repeat(64)}`,
    ])
      await buckets.s3.putObject({ Bucket: bucket, Key, Body: 'x' })
    assert.equal((await Array.fromAsync(inner.list('snapshots'))).length, 1)
    assert.deepEqual(await Array.fromAsync(inner.list('data')), [])
  })

  test('of two programs that save the same name at once, one is refused', async (context) => {
    const access = buckets.access(await buckets.make())
    const name = 'c'.repeat(64)
    // Both have looked and seen nothing: only the condition of the upload itself tells the second one.
    for (const type of ['keys', 'index'] as const) {
      const both = await Promise.allSettled(
        ['one', 'two'].map((text) => opened(context, access).save(type, name, Buffer.from(text))),
      )
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    }
  })

  test('wrong keys and missing buckets are told at once and apart, without the secret', async (context) => {
    const bucket = await buckets.make()
    const access = buckets.access(bucket)
    const secretAccessKey = 'wrong-secret'
    const denied = opened(context, { ...access, credentials: { ...ceph.credentials, secretAccessKey } })
    for (const work of [
      () => denied.load('config', 'config'),
      () => denied.save('data', 'a'.repeat(64), Buffer.from('x')),
      () => Array.fromAsync(denied.list('data')),
    ]) {
      await assert.rejects(work, (error) => {
        assert.ok(code('STO_STORAGE_DENIED')(error) && error instanceof Error)
        assert.doesNotMatch(error.message, /wrong-secret/)
        return true
      })
    }
    const missing = opened(context, { ...access, bucket: 'not-there' })
    await assert.rejects(missing.save('config', 'config', Buffer.from('x')), /there is no bucket “not-there”/)
    await assert.rejects(missing.load('config', 'config'), code('STO_STORAGE_UNSUITABLE'))
    await assert.rejects(Array.fromAsync(missing.list('keys')), code('STO_STORAGE_UNSUITABLE'))
  })

  test('a connection that breaks during an upload leaves nothing that can be seen, and the upload is repeated', async (context) => {
    const access = buckets.access(await buckets.make())
    const proxy = await startCuttingProxy(context, ceph.endpoint)
    const direct = opened(context, access)
    const bytes = randomBytes(9_000_000)
    const once = opened(context, { ...access, endpoint: proxy.url, attempts: 1 })
    proxy.cut({ direction: 'up', after: 4_000_000 })
    await assert.rejects(once.save('data', idOf(bytes), bytes), code('STO_STORAGE_FAILED'))
    assert.equal(proxy.cuts, 1)
    assert.deepEqual(await Array.fromAsync(direct.list('data')), [])
    const patient = opened(context, { ...access, endpoint: proxy.url })
    proxy.cut({ direction: 'up', after: 1000 }, { direction: 'up', after: 8_000_000 })
    await patient.save('data', idOf(bytes), bytes)
    assert.equal(proxy.cuts, 3)
    assert.ok((await direct.load('data', idOf(bytes))).equals(bytes))
  })

  test('an upload whose answer is lost counts as done, and one in the way of other bytes is refused', async (context) => {
    const access = buckets.access(await buckets.make())
    const proxy = await startCuttingProxy(context, ceph.endpoint)
    const backend = opened(context, { ...access, endpoint: proxy.url, connections: 1 })
    const bytes = randomBytes(3000)
    // Teaches the backend that this server keeps the condition, so that the next upload is a single request.
    await backend.save('index', idOf(bytes), bytes)
    await assert.rejects(opened(context, access).save('index', idOf(bytes), bytes), code('STO_FILE_EXISTS'))
    proxy.cut({ direction: 'down', after: 0 }, { direction: 'down', after: 0 })
    await backend.save('data', idOf(bytes), bytes)
    assert.equal(proxy.cuts, 2)
    assert.deepEqual(await backend.load('data', idOf(bytes)), bytes)
  })

  test('a download that breaks off is repeated, whole and in ranges', async (context) => {
    const access = buckets.access(await buckets.make())
    const proxy = await startCuttingProxy(context, ceph.endpoint)
    const backend = opened(context, { ...access, endpoint: proxy.url })
    const bytes = randomBytes(5_000_000)
    await opened(context, access).save('data', idOf(bytes), bytes)
    proxy.cut({ direction: 'down', after: 2_000_000 }, { direction: 'down', after: 100 })
    assert.ok((await backend.load('data', idOf(bytes))).equals(bytes))
    proxy.cut({ direction: 'down', after: 1_000_000 })
    const range = { offset: 1_000_000, length: 3_000_000 }
    assert.ok((await backend.load('data', idOf(bytes), range)).equals(bytes.subarray(1_000_000, 4_000_000)))
    assert.equal(proxy.cuts, 3)
  })

  test('an upload that is cancelled in the middle leaves nothing that can be seen', async (context) => {
    const access = buckets.access(await buckets.make())
    const backend = opened(context, access)
    const bytes = randomBytes(20_000_000)
    const cancel = new AbortController()
    await backend.stat('config', 'config')
    const saving = backend.save('data', idOf(bytes), bytes, cancel.signal)
    setTimeout(() => cancel.abort(new Error('the caller has gone')), 5)
    await assert.rejects(saving, /the caller has gone/)
    assert.deepEqual(await Array.fromAsync(backend.list('data')), [])
    await backend.save('data', idOf(bytes), bytes)
    assert.deepEqual(await backend.stat('data', idOf(bytes)), { size: bytes.length })
  })
}

test('a port where nobody listens, and one that never answers, are errors that say so', async (context) => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const endpoint = `http://127.0.0.1:${await freePort()}`
  const closed = opened(context, { ...quick, endpoint, bucket: 'some-bucket', credentials })
  await assert.rejects(closed.stat('config', 'config'), /ECONNREFUSED/)
})

test('addresses that are none are refused before anything is asked', () => {
  for (const endpoint of [
    '',
    'ftp://host',
    'http://host/path',
    'https://user:secret@host',
    'http://host?x=y',
  ])
    assert.throws(
      () => s3Backend({ endpoint, bucket: 'bucket' }),
      (error) => {
        assert.ok(code('STO_LOCATION_INVALID')(error) && error instanceof Error)
        assert.doesNotMatch(error.message, /secret/)
        return true
      },
    )
  for (const bucket of ['', 'a/b', '../x'])
    assert.throws(() => s3Backend({ endpoint: 's3.amazonaws.com', bucket }), code('STO_LOCATION_INVALID'))
})

/** Buckets with Object Lock, on Ceph's gateway: what is saved cannot be destroyed before its time, by anybody. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { type Backend, type FileType, type Retention, s3Backend } from '../../src/repository/index.ts'
import { cephMissing, startCeph } from '../ceph.ts'
import { bucketsOf } from './s3.ts'

const day = 86_400_000
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

if (cephMissing) test('Object Lock on Ceph', { skip: cephMissing }, () => undefined)
else {
  const ceph = await startCeph()
  const buckets = bucketsOf(ceph)

  const lockedBackend = async (
    context: TestContext,
    retention: Retention = { days: 30, mode: 'compliance' },
  ): Promise<{ backend: Backend; bucket: string }> => {
    const bucket = await buckets.make({ objectLock: true })
    const backend = s3Backend({ ...buckets.access(bucket), retention })
    context.after(() => backend.close())
    return { backend, bucket }
  }
  const versionsOf = async (bucket: string, part: string) => {
    const { Versions = [], DeleteMarkers = [] } = await buckets.s3.listObjectVersions({ Bucket: bucket })
    const of = <Version extends { Key?: string | undefined }>(all: readonly Version[]) =>
      all.filter(({ Key }) => Key?.includes(part))
    return { versions: of(Versions), markers: of(DeleteMarkers) }
  }
  const saved = async (backend: Backend, type: FileType, text: string) => {
    const bytes = Buffer.from(text)
    await backend.save(type, idOf(bytes), bytes)
    return idOf(bytes)
  }

  test('everything is locked for the days that were asked for, but locks, which come and go', async (context) => {
    const { backend, bucket } = await lockedBackend(context)
    const least = Date.now() + 30 * day
    for (const type of ['data', 'index', 'snapshots', 'keys'] as const) {
      const name = await saved(backend, type, type)
      const until = (await backend.stat(type, name))?.retainedUntil ?? 0
      assert.ok(until >= least && until <= least + 2 * day, new Date(until).toISOString())
    }
    await backend.save('config', 'config', Buffer.from('x'))
    assert.ok((await backend.stat('config', 'config'))?.retainedUntil)
    const lock = await saved(backend, 'locks', 'lock')
    assert.equal((await backend.stat('locks', lock))?.retainedUntil, undefined)
    await backend.remove('locks', lock)
    const { versions } = await versionsOf(bucket, lock)
    await buckets.s3.deleteObject({
      Bucket: bucket,
      Key: versions[0]?.Key,
      VersionId: versions[0]?.VersionId,
    })
  })

  test('what is removed is hidden, and its bytes stay whoever tries to destroy them', async (context) => {
    const { backend, bucket } = await lockedBackend(context)
    const name = await saved(backend, 'data', 'precious')
    await backend.remove('data', name)
    assert.equal(await backend.stat('data', name), undefined)
    assert.deepEqual(await Array.fromAsync(backend.list('data')), [])
    await assert.rejects(backend.load('data', name), code('STO_FILE_MISSING'))
    await assert.rejects(backend.remove('data', name), code('STO_FILE_MISSING'))
    const { versions, markers } = await versionsOf(bucket, name)
    const [version] = versions
    const [marker] = markers
    const Key = version?.Key
    await assert.rejects(
      buckets.s3.deleteObject({
        Bucket: bucket,
        Key,
        VersionId: version?.VersionId,
        BypassGovernanceRetention: true,
      }),
      { name: 'AccessDenied' },
    )
    // Taking the marker away brings the file back.
    await buckets.s3.deleteObject({ Bucket: bucket, Key, VersionId: marker?.VersionId })
    assert.equal((await backend.load('data', name)).toString(), 'precious')
  })

  test('a retention is prolonged, and never shortened or made lenient', async (context) => {
    const { backend, bucket } = await lockedBackend(context, { days: 1, mode: 'compliance' })
    const lenient = s3Backend({ ...buckets.access(bucket), retention: { days: 1, mode: 'governance' } })
    context.after(() => lenient.close())
    const name = await saved(backend, 'data', 'kept')
    const untilOf = async () => (await backend.stat('data', name))?.retainedUntil
    const later = Math.ceil(Date.now() / day) * day + 10 * day
    await backend.extendRetention?.('data', name, later)
    assert.equal(await untilOf(), later)
    await backend.extendRetention?.('data', name, later - 5 * day)
    assert.equal(await untilOf(), later)
    await lenient.extendRetention?.('data', name, later + day)
    assert.equal(await untilOf(), later + day)
    const object = await buckets.s3.headObject({
      Bucket: bucket,
      Key: (await versionsOf(bucket, name)).versions[0]?.Key,
    })
    assert.equal(object.ObjectLockMode, 'COMPLIANCE')
    await assert.rejects(
      async () => backend.extendRetention?.('data', 'f'.repeat(64), later),
      code('STO_FILE_MISSING'),
    )
  })

  test('a bucket that cannot lock is refused before anything is written', async (context) => {
    const bucket = await buckets.make()
    const backend = s3Backend({ ...buckets.access(bucket), retention: { days: 1, mode: 'compliance' } })
    context.after(() => backend.close())
    await assert.rejects(saved(backend, 'locks', 'x'), /the bucket has no Object Lock/)
    assert.deepEqual(await Array.fromAsync(backend.list('locks')), [])
    assert.ok(!('extendRetention' in s3Backend(buckets.access(bucket))))
  })
}

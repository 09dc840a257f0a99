/** Buckets with Object Lock, on Ceph's gateway: what is saved cannot be destroyed before its time, by anybody. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { idOf } from '../../src/repository/format/blob-id.ts'
import {
  type Backend,
  extendRetention,
  type FileType,
  prune,
  type Retention,
  retentionUntil,
  s3Backend,
} from '../../src/repository/index.ts'
import { cephMissing, startCeph } from '../ceph.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import { bucketsOf } from './s3.ts'
import { findings, newRepository, openedRepository, resticOn, scratchFolder } from './support.ts'

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

  const retentions = async (backend: Backend, type: FileType): Promise<Map<string, number>> => {
    const found = new Map<string, number>()
    for await (const { name } of backend.list(type))
      found.set(name, (await backend.stat(type, name))?.retainedUntil ?? 0)
    return found
  }

  test('a run prolongs what its snapshot needs and nothing else; what is known to be kept is not looked at again', async (context) => {
    const { backend } = await lockedBackend(context, { days: 1, mode: 'compliance' })
    const repository = await newRepository(context, backend)
    const first = await backUp(repository, new Map([['other/file', Buffer.from('of no use to the second')]]))
    const packsOfFirst = [...(await retentions(backend, 'data')).keys()]
    const second = await backUp(repository, filesOf(8))
    const until = retentionUntil(20, Date.now())
    const steps = new Set<string>()
    const result = await extendRetention(repository, {
      snapshots: [second],
      until,
      onProgress: ({ step }) => steps.add(step),
    })
    assert.deepEqual([...steps], ['mark', 'extend'])
    const prolonged = (all: Map<string, number>) =>
      [...all].filter(([, at]) => at === until).map(([name]) => name)
    const data = await retentions(backend, 'data')
    assert.equal(prolonged(data).length, result.packs)
    for (const pack of packsOfFirst) assert.ok((data.get(pack) ?? 0) < until)
    assert.equal(data.size - packsOfFirst.length, result.packs)
    assert.deepEqual(prolonged(await retentions(backend, 'snapshots')), [second])
    for (const type of ['index', 'keys', 'config'] as const) {
      const all = await retentions(backend, type)
      assert.ok(all.size > 0)
      assert.equal(prolonged(all).length, all.size, type)
    }

    const changed = filesOf(8)
    changed.set('common/fresh', Buffer.from('fresh'))
    const third = await backUp(repository, changed)
    const next = await extendRetention(repository, { snapshots: [third], until, alreadyKept: [second] })
    assert.equal(next.packs, 2, 'one of data and one of trees')
    const all = await extendRetention(repository, { snapshots: [third], until })
    assert.ok(all.packs > next.packs)
    const after = await retentions(backend, 'data')
    assert.equal(prolonged(after).length, prolonged(data).length + 2)
    assert.ok((await retentions(backend, 'snapshots')).get(first) !== until)
  })

  test('a prune works as ever, tells what the bucket keeps, and all of it can be brought back', async (context) => {
    const { backend, bucket } = await lockedBackend(context)
    const repository = await newRepository(context, backend)
    const files = filesOf(0)
    const forgotten = await backUp(repository, filesOf(5))
    const stays = await backUp(repository, files)
    const before = await Array.fromAsync(backend.list('data'))
    await repository.removeSnapshot(forgotten)
    const { retained, packs } = await prune(repository, { maxUnusedPercent: 0 })
    assert.ok(packs.removed + packs.repacked > 0)
    assert.ok(retained.hidden.files >= packs.removed + packs.repacked)
    assert.ok(retained.hidden.bytes > 0)
    assert.ok((retained.hiddenUntil ?? 0) > Date.now() + 29 * day)
    assert.equal(retained.refused, 0)
    assert.deepEqual(await findings(repository), [])
    await assertHolds(repository, stays, files)
    const { location, variables } = buckets.restic(bucket, 'some/repository')
    await resticOn(location, variables)('check', '--read-data')

    const { versions, markers } = await versionsOf(bucket, 'some/repository')
    const gone = before.filter(({ name }) => markers.some(({ Key }) => Key?.endsWith(name)))
    assert.ok(gone.length > 0)
    for (const { name } of gone) assert.ok(versions.some(({ Key }) => Key?.endsWith(name)))
    for (const { Key, VersionId } of markers)
      if (!Key?.includes('/locks/')) await buckets.s3.deleteObject({ Bucket: bucket, Key, VersionId })
    const again = await openedRepository(context, s3Backend(buckets.access(bucket)))
    await assertHolds(again, forgotten, filesOf(5))
    await assertHolds(again, stays, files)
  })

  test('stock restic backs up, forgets and prunes in a bucket where everything of ours is locked', async (context) => {
    const { backend, bucket } = await lockedBackend(context)
    const repository = await newRepository(context, backend)
    const ours = await backUp(repository, filesOf(3))
    const { location, variables } = buckets.restic(bucket, 'some/repository')
    const restic = resticOn(location, variables)
    await restic('backup', await scratchFolder(context))
    await restic('forget', ours.slice(0, 8), '--prune')
    await restic('check', '--read-data')
    await repository.refreshIndex()
    assert.deepEqual(await findings(repository), [])
  })

  test('the rights that the documentation asks for are enough for everything, and destroy nothing', async (context) => {
    const { bucket } = await lockedBackend(context)
    const credentials = await ceph.addUser('backup')
    const Principal = { AWS: ['arn:aws:iam:::user/backup'] }
    const Resource = [`arn:aws:s3:::${bucket}/some/repository/*`]
    const objectRights = [
      'GetObject',
      'PutObject',
      'DeleteObject',
      'GetObjectRetention',
      'PutObjectRetention',
    ]
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal,
          Action: ['s3:ListBucket', 's3:GetBucketObjectLockConfiguration'],
          Resource: [`arn:aws:s3:::${bucket}`],
        },
        { Effect: 'Allow', Principal, Action: objectRights.map((right) => `s3:${right}`), Resource },
      ],
    }
    await buckets.s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify(policy) })
    const access = { ...buckets.access(bucket), credentials }
    const backend = s3Backend({ ...access, retention: { days: 30, mode: 'governance' } })
    const repository = await newRepository(context, backend)
    const forgotten = await backUp(repository, filesOf(5))
    const stays = await backUp(repository, filesOf(0))
    await extendRetention(repository, { snapshots: [stays], until: retentionUntil(40, Date.now()) })
    await repository.removeSnapshot(forgotten)
    await prune(repository, { maxUnusedPercent: 0 })
    assert.deepEqual(await findings(repository), [])
    await assertHolds(repository, stays, filesOf(0))

    const theirs = new S3({ ...buckets.settings, credentials })
    const { versions } = await versionsOf(bucket, 'some/repository/data')
    const [version] = versions
    await assert.rejects(
      theirs.deleteObject({
        Bucket: bucket,
        Key: version?.Key,
        VersionId: version?.VersionId,
        BypassGovernanceRetention: true,
      }),
      { name: 'AccessDenied' },
    )
    const elsewhere = s3Backend({ ...access, prefix: 'another/repository' })
    context.after(() => elsewhere.close())
    await assert.rejects(saved(elsewhere, 'data', 'x'), code('STO_STORAGE_DENIED'))
  })
}

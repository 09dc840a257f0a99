import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type Backend,
  backupDirectory,
  copySnapshots,
  localBackend,
  memoryBackend,
  openRepository,
} from '../../src/repository/index.ts'
import { backUp, filesOf } from './material.ts'
import { plantJson } from './planting.ts'
import { localRepository, newRepository, openedRepository, password, scratchFolder } from './support.ts'

const hasCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code
const lockCount = async (backend: Backend) => (await Array.fromAsync(backend.list('locks'))).length

test('shared locks live together, an exclusive one lives alone', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const other = await openedRepository(context, backend, 'other-instance')
  const first = await repository.lock('shared')
  const second = await other.lock('shared')
  await assert.rejects(other.lock('exclusive'), hasCode('STO_LOCKED'))
  assert.equal(await first.stillThere(), true)
  await first.release()
  await first.release()
  await second.release()
  const exclusive = await other.lock('exclusive')
  await assert.rejects(repository.lock('shared'), hasCode('STO_LOCKED'))
  await exclusive.release()
  assert.equal(await lockCount(backend), 0)
})

test('of two who want an exclusive lock at once, at most one gets it, and no file stays behind', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const both = await Promise.allSettled([repository.lock('exclusive'), repository.lock('exclusive')])
  const got = both.filter((result) => result.status === 'fulfilled')
  assert.ok(got.length <= 1)
  for (const { value } of got) await value.release()
  assert.equal(await lockCount(backend), 0)
})

test('stock restic honours our locks and we honour its', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const shared = await repository.lock('shared')
  await restic('snapshots')
  await assert.rejects(restic('prune'), /locked/)
  // Our host is a name of our own, so that restic on this machine cannot think our process dead.
  await restic('unlock')
  assert.equal(await shared.stillThere(), true)
  await shared.release()
  const exclusive = await repository.lock('exclusive')
  await assert.rejects(restic('snapshots'), /locked/)
  await exclusive.release()
  await restic('prune')
  assert.equal(await lockCount(localBackend(folder)), 0)
})

/** A clock that stands still until it is moved; sleepers wake in order. */
function handClock() {
  let now = Date.UTC(2024, 0, 1)
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  return {
    now: () => now,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { until: now + milliseconds, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    async move(milliseconds: number) {
      // Whoever is about to sleep gets there first.
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      now += milliseconds
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('a lock is refreshed every five minutes, and lost when that fails for too long', async (context) => {
  const memory = memoryBackend()
  await newRepository(context, memory)
  let broken = false
  const backend: Backend = {
    ...memory,
    save: (...parameters) => (broken ? Promise.reject(new Error('unplugged')) : memory.save(...parameters)),
  }
  const clock = handClock()
  const repository = await openRepository(backend, { password, host: 'test-instance', clock })
  const taking = repository.lock('shared')
  await clock.move(200)
  const lock = await taking
  const names = async () => (await Array.fromAsync(memory.list('locks'))).map(({ name }) => name)
  const [before] = await names()
  await clock.move(5 * 60_000)
  const [after, ...more] = await names()
  assert.notEqual(after, before)
  assert.deepEqual(more, [])
  broken = true
  for (let minute = 0; minute < 22; minute++) await clock.move(60_000)
  assert.equal(lock.lost.aborted, false)
  await clock.move(60_000)
  assert.equal(lock.lost.aborted, true)
  assert.ok(hasCode('STO_LOCK_LOST')(lock.lost.reason))
  assert.equal(await lock.stillThere(), false)
  await lock.release()
})

test('a refresh that never ends does not keep its holder from noticing, and leaves no lock when it ends after all', async (context) => {
  const memory = memoryBackend()
  await newRepository(context, memory)
  let hanging: PromiseWithResolvers<void> | undefined
  const backend: Backend = {
    ...memory,
    async save(...parameters) {
      await hanging?.promise
      return memory.save(...parameters)
    },
  }
  const clock = handClock()
  const repository = await openRepository(backend, { password, host: 'test-instance', clock })
  const taking = repository.lock('shared')
  await clock.move(200)
  const lock = await taking
  hanging = Promise.withResolvers()
  await clock.move(5 * 60_000)
  await clock.move(17 * 60_000)
  assert.equal(lock.lost.aborted, false)
  await clock.move(31_000)
  assert.ok(hasCode('STO_LOCK_LOST')(lock.lost.reason))
  await lock.release()
  hanging.resolve()
  await clock.move(1000)
  assert.equal(await lockCount(memory), 0)
})

test('whoever lost the lock publishes nothing: a writer, a copy, a backup of a folder', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const removeAll = () => restic('unlock', '--remove-all')
  const lock = await repository.lock('shared')
  const writer = repository.writer()
  const tree = await writer.saveTree([])
  await removeAll()
  await assert.rejects(writer.saveSnapshot({ tree, lock }), hasCode('STO_LOCK_LOST'))
  await lock.release()

  const source = await newRepository(context)
  await backUp(source, filesOf(1))
  const removing = (place: Backend): Backend => ({
    ...place,
    async save(type, name, bytes, signal) {
      await place.save(type, name, bytes, signal)
      if (type === 'index') await removeAll()
    },
  })
  const target = await openedRepository(context, removing(localBackend(folder)))
  await assert.rejects(copySnapshots(source, target), hasCode('STO_LOCK_LOST'))
  const files = await scratchFolder(context)
  await writeFile(join(files, 'file'), 'content')
  await assert.rejects(backupDirectory(target, files), hasCode('STO_LOCK_LOST'))
  assert.deepEqual(await repository.listSnapshots(), [])
  await restic('check', '--read-data')
})

test('a lock that somebody removed is noticed', async (context) => {
  const { repository, restic } = await localRepository(context)
  const lock = await repository.lock('shared')
  await restic('unlock', '--remove-all')
  assert.equal(await lock.stillThere(), false)
  await lock.release()
})

test('only dead locks of our own host are cleared away', async (context) => {
  const backend = memoryBackend()
  await newRepository(context, backend)
  const open = (host: string, processNonce: string) =>
    openRepository(backend, { password, host, processNonce })
  const predecessor = await open('test-instance', 'before the crash')
  const stranger = await open('somebody-else', 'before the crash')
  const repository = await open('test-instance', 'now')
  const locks = await Promise.all([predecessor, stranger, repository].map((one) => one.lock('shared')))
  assert.equal(await repository.removeOwnStaleLocks(), 1)
  assert.deepEqual(await Promise.all(locks.map((lock) => lock.stillThere())), [false, true, true])
  for (const lock of locks) await lock.release()
})

test('a lock that is not wholly understood is never taken for a dead or a harmless one', async (context) => {
  for (const odd of [
    { exclusive: 'true' },
    { pid: '1' },
    { pid: -1.5 },
    { hostname: 7 },
    { time: 'today' },
  ]) {
    const backend = memoryBackend()
    const repository = await newRepository(context, backend)
    const fields = {
      time: '2024-01-01T00:00:00Z',
      exclusive: true,
      hostname: 'test-instance',
      pid: 1,
      ...odd,
    }
    await plantJson(repository, 'locks', JSON.stringify(fields))
    await assert.rejects(repository.lock('shared'), hasCode('STO_LOCK_UNREADABLE'), JSON.stringify(odd))
    await assert.rejects(repository.removeOwnStaleLocks(), hasCode('STO_LOCK_UNREADABLE'))
    assert.equal(await lockCount(backend), 1)
  }
})

test('a lock that cannot be read protects the repository all the same', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  await backend.save(
    'locks',
    'a'.repeat(64),
    Buffer.from('garbage that is no lock at all, but longer than a seal'),
  )
  await assert.rejects(repository.lock('shared'), hasCode('STO_LOCK_UNREADABLE'))
})

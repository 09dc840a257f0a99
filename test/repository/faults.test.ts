/**
 * A place that loses, delays, cuts, doubles and reorders: every operation succeeds or fails with a coded error and leaves a valid
 * repository; with retries it succeeds.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import {
  addKey,
  type Backend,
  checkRepository,
  copySnapshots,
  editTree,
  fileNode,
  forget,
  initRepository,
  listKeys,
  memoryBackend,
  openRepository,
  prune,
  type Repository,
  removeKey,
  repairIndex,
  retryingBackend,
  systemClock,
  unlock,
  validateRepository,
} from '../../src/repository/index.ts'
import { type Faults, type FaultyBackend, faultyBackend, seeded } from './faulty-backend.ts'
import { assertHolds, backUp, type Files, filesOf } from './material.ts'
import { type Operation, recording, replay } from './recording.ts'
import {
  cheapScrypt,
  findings,
  newRepository,
  openedRepository,
  password,
  severeFindings,
} from './support.ts'

const size = 2000
const files = (version: number) => filesOf(version, size)
const hasty = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    systemClock.sleep(milliseconds <= 20_000 ? 0 : milliseconds, signal),
}

/** A small repository with some waste in it, as often as it is wanted, and what its snapshots hold. */
let original:
  | Promise<{ readonly operations: Operation[]; readonly kept: ReadonlyMap<string, Files> }>
  | undefined

async function prepared(context: TestContext) {
  original ??= makeOriginal(context)
  const { operations, kept } = await original
  const backend = memoryBackend()
  await replay(operations, backend)
  return { backend, kept }
}

async function makeOriginal(context: TestContext) {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const kept = new Map<string, Files>()
  for (let version = 0; version < 5; version++) {
    const id = await backUp(repository, files(version), { time: Date.UTC(2024, 0, 1 + version) })
    if (version % 2 === 0) kept.set(id, files(version))
    else await repository.removeSnapshot(id)
  }
  return { operations, kept }
}

interface Work {
  readonly name: string
  readonly run: (repository: Repository, backend: Backend, context: TestContext) => Promise<unknown>
  /** Snapshots it leaves when it succeeded; default: all. */
  readonly keeps?: number
}

const works: readonly Work[] = [
  { name: 'a backup', run: (repository) => backUp(repository, files(9)) },
  {
    name: 'a restore',
    async run(repository) {
      for (const { id } of await repository.listSnapshots()) {
        const { tree } = await repository.findSnapshot(id)
        for (const folder of await repository.loadTree(tree)) {
          for (const node of await repository.loadTree(folder.subtree ?? '')) {
            await Array.fromAsync(repository.readFile(node))
          }
        }
      }
    },
  },
  {
    name: 'an edit of a tree',
    async run(repository) {
      const writer = repository.writer()
      const { tree } = await repository.findSnapshot('latest')
      const content = await writer.saveContent(Buffer.from('edited'))
      const node = fileNode({ name: 'edited', ...content, mtime: 0 })
      const root = await editTree(repository, writer, tree, [{ kind: 'put', path: ['new', 'edited'], node }])
      await writer.saveSnapshot({ tree: root, time: Date.UTC(2023, 0, 1) })
    },
  },
  { name: 'a prune', run: (repository) => prune(repository, { maxUnusedPercent: 0 }) },
  { name: 'forgetting', run: (repository) => forget(repository, { last: 1 }), keeps: 1 },
  { name: 'a repair', run: (repository) => repairIndex(repository, { readAllPacks: true }) },
  { name: 'a check', run: (repository) => Array.fromAsync(checkRepository(repository, { readData: true })) },
  { name: 'a validation', run: (repository) => Array.fromAsync(validateRepository(repository)) },
  {
    name: 'a copy out of it',
    async run(repository) {
      const place = memoryBackend()
      await initRepository(place, { password, scrypt: cheapScrypt })
      const to = await openRepository(place, { password, host: 'there', clock: hasty })
      await copySnapshots(repository, to).finally(() => to.close())
    },
  },
  {
    name: 'a copy into it',
    async run(repository, _, context) {
      const from = await newRepository(context)
      await backUp(from, files(12), { time: Date.UTC(2022, 0, 1) })
      return copySnapshots(from, repository)
    },
  },
  {
    name: 'a change of keys',
    async run(repository, backend) {
      const id = await addKey(backend, { password, newPassword: 'second', scrypt: cheapScrypt })
      assert.ok((await listKeys(repository)).some((key) => key.id === id))
      await removeKey(repository, id)
    },
  },
]

async function attempt(
  backend: Backend,
  work: Work,
  context: TestContext,
): Promise<{ readonly failure: unknown }> {
  let repository: Repository | undefined
  try {
    repository = await openRepository(backend, { password, host: 'test-instance', clock: hasty })
    await work.run(repository, backend, context)
    return { failure: undefined }
  } catch (failure) {
    return { failure }
  } finally {
    await repository?.close()
  }
}

/** Judged in a place that works well: what was there is there, and what is damaged is what was torn. */
async function judge(
  context: TestContext,
  backend: Backend,
  faulty: FaultyBackend,
  kept: ReadonlyMap<string, Files>,
  message: string,
): Promise<void> {
  const survivor = await openRepository(backend, { password, host: 'judge', clock: hasty, readIndex: false })
  context.after(() => survivor.close())
  const harmless = ['STO_PACK_INDEXED_TWICE', 'STO_BLOB_STORED_TWICE']
  const severe = (await severeFindings(survivor, harmless)).filter(({ subject }) => !faulty.torn.has(subject))
  assert.deepEqual(severe, [], message)
  for (const file of faulty.torn) {
    const [type, name = ''] = file.split('/')
    if (type === 'snapshots' || type === 'keys') await backend.remove(type, name)
  }
  await unlock(survivor, { removeAll: true })
  if ([...faulty.torn].some((file) => file.startsWith('index/'))) await repairIndex(survivor)
  await survivor.refreshIndex()
  for (const [id, content] of kept) await assertHolds(survivor, id, content)
  await prune(survivor, { maxUnusedPercent: 0 })
  assert.deepEqual(await findings(survivor), [], message)
}

const rare: Faults = {
  ...{ dropRequest: 0.02, dropAnswer: 0.02, delay: 0.2, truncate: 0.02, corrupt: 0.02 },
  ...{ duplicate: 0.05, tear: 0.04, reorder: 0.3 },
}
for (const work of works) {
  test(`${work.name} in a faulty place succeeds or fails by a code, and leaves a valid repository`, async (context) => {
    let failures = 0
    let faults = 0
    for (let seed = 0; seed < 14; seed++) {
      const { backend, kept } = await prepared(context)
      const faulty = faultyBackend(backend, rare, seed * 7919)
      const { failure } = await attempt(faulty, work, context)
      const message = `seed ${seed}: ${failure instanceof Error ? failure.message : 'succeeded'}`
      if (failure !== undefined) {
        failures++
        assert.ok(isAppError(failure), `${message} ${failure instanceof Error ? failure.stack : ''}`)
      }
      const lasting = work.keeps === undefined ? kept : new Map([...kept].slice(-work.keeps))
      await judge(context, backend, faulty, lasting, message)
      for (const [kind, count] of faulty.counts) if (kind !== 'delay' && kind !== 'reorder') faults += count
    }
    assert.ok(faults > 10, `${faults} faults`)
    assert.ok(failures > 0, 'some of it fails')
  })
}

const often: Faults = {
  ...{ dropRequest: 0.08, dropAnswer: 0.08, hang: 0.004, delay: 0.2, truncate: 0.08, corrupt: 0.02 },
  ...{ duplicate: 0.1, tear: 0.1, reorder: 0.3 },
}
for (const work of works) {
  test(`${work.name} in a place that fails often succeeds with retries`, async (context) => {
    for (let seed = 0; seed < 6; seed++) {
      const { backend, kept } = await prepared(context)
      const faulty = faultyBackend(backend, often, seed * 104_729 + 1)
      const random = seeded(seed)
      const retries = { attempts: 12, firstWait: 1, longestWait: 2, timeLimit: 1000, clock: hasty, random }
      const { failure } = await attempt(retryingBackend(faulty, retries), work, context)
      assert.ifError(failure)
      assert.deepEqual([...faulty.torn], [])
      faulty.calm()
      const again = await openedRepository(context, backend)
      const lasting = work.keeps === undefined ? kept : new Map([...kept].slice(-work.keeps))
      for (const [id, content] of lasting) await assertHolds(again, id, content)
      assert.deepEqual(await severeFindings(again), [])
    }
  })
}

/**
 * Every operation in a place that loses, delays, cuts, doubles and reorders: it succeeds or fails with a coded error, what is left is valid for us
 * and for stock restic, and no snapshot loses a byte. With retries it succeeds. Few seeds run with every test, many with the deep ones.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import {
  type Backend,
  type FileType,
  initRepository,
  localBackend,
  memoryBackend,
  openRepository,
  prune,
  type Repository,
  repairIndex,
  retryingBackend,
  unlock,
} from '../../src/repository/index.ts'
import { changedPassword, hasty, smallFiles, type Work, works } from './fault-works.ts'
import { type Faults, type FaultyBackend, faultyBackend, seeded } from './faulty-backend.ts'
import { assertHolds, backUp, type Files } from './material.ts'
import { type Operation, recording, replay } from './recording.ts'
import {
  cheapScrypt,
  findings,
  newRepository,
  password,
  resticOn,
  scratchFolder,
  severeFindings,
} from './support.ts'

export interface FaultSeeds {
  /** How many places each operation meets without retries, and with them. */
  readonly bare: number
  readonly retried: number
}

const rare: Faults = {
  dropRequest: 0.02,
  dropAnswer: 0.02,
  delay: 0.2,
  truncate: 0.02,
  corrupt: 0.02,
  duplicate: 0.05,
  tear: 0.04,
  reorder: 0.3,
}
const often: Faults = {
  dropRequest: 0.08,
  dropAnswer: 0.08,
  hang: 0.004,
  delay: 0.2,
  truncate: 0.08,
  corrupt: 0.02,
  duplicate: 0.1,
  tear: 0.1,
  reorder: 0.3,
}
const retries = { attempts: 20, firstWait: 1, longestWait: 2, timeLimit: 300, clock: hasty }

interface Prepared {
  readonly operations: Operation[]
  readonly kept: ReadonlyMap<string, Files>
}

/** A small repository with some waste in it, and what its snapshots hold. */
async function makeOriginal(context: TestContext): Promise<Prepared> {
  const operations: Operation[] = []
  const repository = await newRepository(context, recording(memoryBackend(), operations))
  const kept = new Map<string, Files>()
  for (let version = 0; version < 5; version++) {
    const id = await backUp(repository, smallFiles(version), { time: Date.UTC(2024, 0, 1 + version) })
    if (version % 2 === 0) kept.set(id, smallFiles(version))
    else await repository.removeSnapshot(id)
  }
  return { operations, kept }
}

let original: Promise<Prepared> | undefined

async function prepared(context: TestContext) {
  original ??= makeOriginal(context)
  const { operations, kept } = await original
  const backend = memoryBackend()
  await replay(operations, backend)
  return { backend, kept }
}

async function attempt(backend: Backend, work: Work, context: TestContext): Promise<unknown> {
  let repository: Repository | undefined
  try {
    repository = await openRepository(backend, { password, host: 'test-instance', clock: hasty })
    await work.run(repository, backend, context)
    return undefined
  } catch (failure) {
    return failure
  } finally {
    await repository?.close()
  }
}

/** Opens it in a place that works well, by the password of before or the one it may have been changed to. */
async function survivorOf(context: TestContext, backend: Backend): Promise<Repository> {
  const options = { host: 'judge', clock: hasty, readIndex: false }
  const survivor = await openRepository(backend, { ...options, password }).catch(() =>
    openRepository(backend, { ...options, password: changedPassword }),
  )
  context.after(() => survivor.close())
  return survivor
}

/** What was there is there, and what is damaged is what was torn. */
async function judge(
  context: TestContext,
  backend: Backend,
  faulty: FaultyBackend,
  kept: ReadonlyMap<string, Files>,
  message: string,
): Promise<void> {
  for (const file of faulty.torn) {
    const [type, name = ''] = file.split('/')
    // A key that was torn is in the way of opening, as its message says: whoever sees it removes it.
    if (type === 'keys') await backend.remove(type, name)
  }
  const survivor = await survivorOf(context, backend)
  const harmless = ['STO_PACK_INDEXED_TWICE', 'STO_BLOB_STORED_TWICE']
  const severe = (await severeFindings(survivor, harmless)).filter(({ subject }) => !faulty.torn.has(subject))
  assert.deepEqual(severe, [], message)
  for (const file of faulty.torn) {
    const [type, name = ''] = file.split('/')
    if (type === 'snapshots') await backend.remove(type, name)
  }
  await unlock(survivor, { removeAll: true })
  if ([...faulty.torn].some((file) => file.startsWith('index/'))) await repairIndex(survivor)
  await survivor.refreshIndex()
  for (const [id, content] of kept) await assertHolds(survivor, id, content)
  await prune(survivor, { maxUnusedPercent: 0 })
  assert.deepEqual(await findings(survivor), [], message)
}

const types: readonly FileType[] = ['config', 'keys', 'data', 'index', 'snapshots', 'locks']

/** Stock restic's word on what is in a place of memory. */
async function assertResticPasses(context: TestContext, backend: Backend): Promise<void> {
  const folder = await scratchFolder(context)
  const disk = localBackend(folder)
  for (const type of types) {
    for await (const { name } of backend.list(type))
      await disk.save(type, name, await backend.load(type, name))
  }
  await disk.close()
  const check = (secret: string) =>
    resticOn(folder, { RESTIC_PASSWORD: secret })('check', '--read-data', '--no-lock')
  await check(password).catch(() => check(changedPassword))
}

function lastingOf(kept: ReadonlyMap<string, Files>, { keeps }: Work): ReadonlyMap<string, Files> {
  return keeps === undefined ? kept : new Map([...kept].slice(-keeps))
}

function wordsOf(failure: unknown): string {
  return failure instanceof Error ? `${failure.stack}` : 'succeeded'
}

export function faultTests(seeds: FaultSeeds): void {
  for (const work of works) {
    test(`${work.name} in a faulty place succeeds or fails by a code, and leaves a valid repository`, async (context) => {
      let last: Backend | undefined
      let [faults, successes] = [0, 0]
      for (let seed = 0; seed < seeds.bare || (successes === 0 && seed < 200); seed++) {
        const { backend, kept } = await prepared(context)
        const faulty = faultyBackend(backend, rare, seed * 7919)
        const failure = await attempt(faulty, work, context)
        const message = `seed ${seed}: ${wordsOf(failure)}`
        assert.ok(failure === undefined || isAppError(failure), message)
        if (failure === undefined) successes++
        await judge(context, backend, faulty, lastingOf(kept, work), message)
        for (const [kind, count] of faulty.counts) if (kind !== 'delay' && kind !== 'reorder') faults += count
        last = backend
      }
      assert.ok(faults > seeds.bare / 2, `${faults} faults`)
      if (last) await assertResticPasses(context, last)
    })
  }

  for (const work of works) {
    test(`${work.name} in a place that fails often succeeds with retries`, async (context) => {
      for (let seed = 0; seed < seeds.retried; seed++) {
        const { backend, kept } = await prepared(context)
        const faulty = faultyBackend(backend, often, seed * 104_729 + 1)
        const failure = await attempt(
          retryingBackend(faulty, { ...retries, random: seeded(seed) }),
          work,
          context,
        )
        assert.equal(failure, undefined, `seed ${seed}: ${wordsOf(failure)}`)
        assert.deepEqual([...faulty.torn], [])
        faulty.calm()
        const again = await survivorOf(context, backend)
        await again.refreshIndex()
        for (const [id, content] of lastingOf(kept, work)) await assertHolds(again, id, content)
        assert.deepEqual(await severeFindings(again), [])
      }
    })
  }

  test('making a repository in a faulty place gives one that opens, or an error by a code', async (context) => {
    let made = 0
    for (let seed = 0; seed < seeds.bare * 3; seed++) {
      const place = memoryBackend()
      const faulty = faultyBackend(place, { ...often, hang: 0 }, seed * 31 + 5)
      const options = { password, scrypt: cheapScrypt }
      const failure: unknown = await initRepository(faulty, options).then(
        () => undefined,
        (error: unknown) => error,
      )
      const torn = [...faulty.torn]
      const repository = await openRepository(place, { password, host: 'judge', clock: hasty }).catch(
        (error: unknown) => error,
      )
      if (
        failure === undefined ||
        (isAppError(failure) && torn.length === 0 && !(repository instanceof Error))
      ) {
        assert.ok(repository instanceof Object && 'writer' in repository, `seed ${seed}`)
        made++
      } else assert.ok(isAppError(failure) && isAppError(repository), `seed ${seed}: ${wordsOf(failure)}`)
      if (repository instanceof Object && 'close' in repository) await (repository as Repository).close()

      const another = memoryBackend()
      const patient = { ...retries, random: seeded(seed) }
      await initRepository(retryingBackend(faultyBackend(another, often, seed), patient), options)
      assert.deepEqual(await findings(await survivorOf(context, another)), [])
    }
    assert.ok(made > 0)
  })
}

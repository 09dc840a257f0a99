/**
 * A program that dies at any moment of a backup, a prune, a copy, a forget, a repair or a change of keys: whatever it had written or
 * removed by then, in whatever order the place did it, the repository is valid, no snapshot that was finished loses a byte, and the
 * operation done again completes. Stock restic judges some of the states, too.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  addKey,
  type Backend,
  changePassword,
  copySnapshots,
  editTree,
  fileNode,
  forget,
  listKeys,
  localBackend,
  memoryBackend,
  openRepository,
  prune,
  type Repository,
  removeKey,
  repairIndex,
  unlock,
  validateRepository,
} from '../../src/repository/index.ts'
import { type CrashState, crashStates, logging, stateAsBackend, survivorOf } from './crash-lab.ts'
import { assertHolds, backUp, type Files, filesOf, madeUp } from './material.ts'
import {
  cheapScrypt,
  findings,
  newRepository,
  openedRepository,
  password,
  resticOn,
  scratchFolder,
  severeFindings,
} from './support.ts'

const size = 3000
const files = (version: number) => filesOf(version, size)

interface CrashCase {
  /** Makes what is there before, and answers what must survive. */
  readonly prepare: (repository: Repository, backend: Backend) => Promise<ReadonlyMap<string, Files>>
  readonly operate: (repository: Repository) => Promise<unknown>
  /** Codes that a half-done operation may leave beside packs nobody needs. */
  readonly harmless?: readonly string[]
  /** Asked after the operation was done again. */
  readonly completed: (repository: Repository) => Promise<void>
  /** Snapshots of `prepare` that the operation removes. */
  readonly removes?: (position: number) => boolean
}

async function crashTest(context: TestContext, name: string, crashCase: CrashCase): Promise<void> {
  const { prepare, operate, harmless = [], completed, removes = () => false } = crashCase
  const events: Parameters<typeof logging>[1] = []
  const backend = logging(memoryBackend(), events)
  const original = await newRepository(context, backend)
  const kept = await prepare(original, backend)
  const begin = events.length
  await operate(original)
  const lasting = [...kept].filter((_, position) => !removes(position))
  const states = crashStates(events, begin)
  assert.ok(states.length > 10, `${states.length} states`)
  for (const [number, state] of states.entries()) {
    const message = `${name}: ${state.what}`
    const place = await stateAsBackend(state)
    await mend(place, state, message)
    const survivor = await survivorOf(place, true)
    try {
      assert.deepEqual(await severeFindings(survivor, harmless), [], message)
      for (const [id, content] of lasting) await assertHolds(survivor, id, content)
      if (number % 4 !== 0 && number !== states.length - 1) continue
      await survivor.removeOwnStaleLocks()
      await operate(survivor)
      await completed(survivor)
      for (const [id, content] of lasting) await assertHolds(survivor, id, content)
      await prune(survivor, { maxUnusedPercent: 0 })
      assert.deepEqual(await findings(survivor), [], `${message}, done again`)
    } finally {
      await survivor.close()
    }
  }
  const whole = states.filter(({ torn }) => torn === undefined)
  for (const state of [whole.at(1), whole.at(Math.floor(whole.length / 2)), whole.at(-2)]) {
    if (!state) continue
    const folder = await scratchFolder(context)
    await stateAsBackend(state, localBackend(folder))
    await resticOn(folder)('check', '--read-data', '--no-lock')
  }
}

/** In a place that leaves halves of files: they are named, and mended by what is there for it. */
async function mend(place: Backend, { torn }: CrashState, message: string): Promise<void> {
  if (!torn) return
  const { type, name } = torn
  const damaged = await survivorOf(place, false, 'mender')
  try {
    const found = await Array.fromAsync(validateRepository(damaged))
    if (type !== 'data') {
      assert.ok(
        found.some(({ subject }) => subject === `${type}/${name}`),
        `${message}: the half file is named`,
      )
    }
    if (type === 'locks') assert.equal(await unlock(damaged, { removeAll: true }), 1, message)
    if (type === 'index') {
      await assert.rejects(damaged.refreshIndex(), { code: /^STO_(FILE_DAMAGED|SEAL_BROKEN)$/ })
      await unlock(damaged, { removeAll: true })
      await repairIndex(damaged)
    }
    if (type === 'snapshots') await damaged.removeSnapshot(name)
    if (type === 'keys') await place.remove('keys', name)
  } finally {
    // Not closed: the place goes on.
  }
}

/** Backs `versions` up and answers what is in each snapshot. */
async function backedUp(repository: Repository, versions: number): Promise<Map<string, Files>> {
  const kept = new Map<string, Files>()
  for (let version = 0; version < versions; version++) {
    kept.set(
      await backUp(repository, files(version), { time: Date.UTC(2024, 0, 1 + version) }),
      files(version),
    )
  }
  return kept
}

test('a backup that dies at any moment', async (context) => {
  await crashTest(context, 'backup', {
    prepare: (repository) => backedUp(repository, 2),
    operate: (repository) => backUp(repository, files(5), { tags: ['again'] }),
    async completed(repository) {
      const last = (await repository.listSnapshots()).filter(({ tags }) => tags.includes('again')).at(-1)
      await assertHolds(repository, last?.id ?? '', files(5))
    },
  })
})

test('an edit of a tree that dies at any moment', async (context) => {
  const edit = async (repository: Repository) => {
    const lock = await repository.lock('shared')
    const writer = repository.writer()
    const { tree } = await repository.findSnapshot('latest')
    const content = await writer.saveContent(madeUp('edited', 50_000))
    const put = fileNode({ name: 'edited', ...content, mtime: 0 })
    const root = await editTree(repository, writer, tree, [
      { kind: 'put', path: ['common', 'edited'], node: put },
      { kind: 'move', from: ['common', 'always'], to: ['new', 'moved'] },
    ])
    await writer.flush()
    await writer.saveSnapshot({ tree: root, lock, time: Date.UTC(2023, 0, 1), tags: ['edited'] })
    await lock.release()
  }
  await crashTest(context, 'edit', {
    prepare: (repository) => backedUp(repository, 1),
    operate: edit,
    async completed(repository) {
      const [edited] = (await repository.listSnapshots()).filter(({ tags }) => tags.includes('edited'))
      assert.ok(edited)
    },
  })
})

test('a prune that dies at any moment', async (context) => {
  await crashTest(context, 'prune', {
    async prepare(repository) {
      const kept = await backedUp(repository, 8)
      for (const [position, id] of [...kept.keys()].entries()) {
        if (position % 2 === 0) continue
        await repository.removeSnapshot(id)
        kept.delete(id)
      }
      const writer = repository.writer()
      await writer.saveData(madeUp('nobody needs this', 5000))
      await writer.flush()
      writer.abort()
      return kept
    },
    operate: (repository) => prune(repository, { maxUnusedPercent: 0 }),
    harmless: ['STO_PACK_INDEXED_TWICE', 'STO_BLOB_STORED_TWICE'],
    completed: async () => undefined,
  })
})

test('a copy that dies at any moment', async (context) => {
  const from = await newRepository(context)
  const theirs = await backedUp(from, 3)
  await crashTest(context, 'copy', {
    prepare: async (repository) => new Map([[await backUp(repository, files(9)), files(9)]]),
    operate: (repository) => copySnapshots(from, repository),
    async completed(repository) {
      const copies = (await repository.listSnapshots()).filter(({ original }) => original !== undefined)
      assert.deepEqual(copies.map(({ original = '' }) => original).toSorted(), [...theirs.keys()].toSorted())
      for (const { id, original = '' } of copies) {
        await assertHolds(repository, id, theirs.get(original) ?? new Map())
      }
    },
  })
})

test('forgetting that dies at any moment', async (context) => {
  await crashTest(context, 'forget', {
    prepare: (repository) => backedUp(repository, 6),
    operate: (repository) => forget(repository, { last: 2 }),
    removes: (position) => position < 4,
    completed: async (repository) => assert.equal((await repository.listSnapshots()).length, 2),
  })
})

test('a repair of the index that dies at any moment', async (context) => {
  await crashTest(context, 'repair', {
    prepare: (repository) => backedUp(repository, 4),
    operate: (repository) => repairIndex(repository, { readAllPacks: true }),
    harmless: ['STO_PACK_INDEXED_TWICE'],
    completed: async () => undefined,
  })
})

test('keys that are added, changed and removed by a program that dies at any moment', async (context) => {
  const events: Parameters<typeof logging>[1] = []
  const backend = logging(memoryBackend(), events)
  const repository = await newRepository(context, backend)
  const kept = await backedUp(repository, 1)
  const begin = events.length
  const second = await addKey(backend, { password, newPassword: 'second', scrypt: cheapScrypt })
  await changePassword(repository, { newPassword: 'third', scrypt: cheapScrypt })
  await removeKey(repository, second)
  const opened = new Set<string>()
  for (const state of crashStates(events, begin)) {
    const place = await stateAsBackend(state)
    const passwords: string[] = []
    for (const word of [password, 'second', 'third']) {
      const survivor = await openRepository(place, { password: word, host: 'h' }).catch((cause: unknown) => {
        assert.ok(cause instanceof Error && 'code' in cause, state.what)
        return undefined
      })
      if (!survivor) continue
      passwords.push(word)
      for (const [id, content] of kept) await assertHolds(survivor, id, content)
      const keys = await listKeys(survivor)
      assert.ok(keys.some(({ current }) => current))
      const torn = state.torn?.type
      const named = (await findings(survivor)).filter(({ subject }) => subject.startsWith('keys/'))
      assert.equal(named.length, torn === 'keys' ? 1 : 0, state.what)
    }
    assert.ok(passwords.length > 0, `${state.what}: nobody could open it any more`)
    opened.add(passwords.join())
  }
  assert.ok(opened.has(password) && opened.has(`${password},second,third`) && opened.has('third'))
})

test('packs are written before the index that names them, and the index before the snapshot', async (context) => {
  const events: Parameters<typeof logging>[1] = []
  const repository = await newRepository(context, logging(memoryBackend(), events))
  const begin = events.length
  const writer = repository.writer()
  const content = await writer.saveContent(Buffer.from('content'))
  await writer.saveSnapshot({ tree: await writer.saveTree([fileNode({ name: 'a', ...content, mtime: 0 })]) })
  const order = events.slice(begin).map(({ phase, operation }) => `${phase} ${operation.type}`)
  assert.ok(order.lastIndexOf('end data') < order.indexOf('begin index'), order.join())
  assert.ok(order.lastIndexOf('end index') < order.indexOf('begin snapshots'), order.join())
})

test('a repository that is made by a program that dies at any moment is none or a whole one', async (context) => {
  const events: Parameters<typeof logging>[1] = []
  await newRepository(context, logging(memoryBackend(), events))
  for (const state of crashStates(events, 0)) {
    if (state.torn) continue
    const place = await stateAsBackend(state)
    const made = await place.stat('config', 'config')
    if (made) assert.deepEqual(await findings(await openedRepository(context, place)), [])
    else
      await assert.rejects(openRepository(place, { password, host: 'h' }), { code: 'STO_REPOSITORY_MISSING' })
  }
})

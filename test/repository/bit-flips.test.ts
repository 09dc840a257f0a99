/** One bit changed, in every kind of file and every region of it: found, with the name of the file; and what stock restic says of it. */
import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { internalsOf } from '../../src/repository/create-repository.ts'
import {
  addKey,
  checkRepository,
  type FileType,
  localBackend,
  openRepository,
  type Repository,
  restoreSnapshot,
  validateRepository,
} from '../../src/repository/index.ts'
import { assertHolds, backUp, type Files, madeUp } from './material.ts'
import { cheapScrypt, localRepository, password, resticOn, scratchFolder } from './support.ts'

/** Where in a file a bit is changed; bytes from its beginning, or from its end where negative. */
type Region = readonly [what: string, place: number]

interface Target {
  readonly what: string
  readonly type: FileType
  readonly name: string
  readonly regions: readonly Region[]
  /** What stock restic makes of it: `check --read-data` fails, it cannot be opened, or all passes. */
  readonly restic: 'finds it' | 'cannot open it' | 'lets it pass'
}

const files: Files = new Map([
  ['folder/first', madeUp('first', 5000)],
  ['folder/second', madeUp('second', 5000)],
])
/** The sealed construction: IV, ciphertext, tag. */
const sealed: readonly Region[] = [
  ['IV', 3],
  ['ciphertext', 20],
  ['tag', -16],
  ['last byte', -1],
]

async function makeTargets(context: TestContext) {
  const { folder, repository } = await localRepository(context)
  const backend = localBackend(folder)
  const snapshot = await backUp(repository, files)
  const other = await addKey(backend, { password, newPassword: 'other', scrypt: cheapScrypt })
  const lock = await repository.lock('shared')
  context.after(() => lock.release())
  const { currentKey } = internalsOf(repository)
  const index = internalsOf(repository).index()
  const { tree } = await repository.findSnapshot(snapshot)
  const [node] = await repository.loadTree((await repository.loadTree(tree))[0]?.subtree ?? '')
  const data = index.find('data', node?.content?.[0] ?? '')[0]
  const trees = index.find('tree', tree)[0]
  assert.ok(data && trees)
  const names = async (type: FileType) => (await Array.fromAsync(backend.list(type))).map(({ name }) => name)
  const only = async (type: FileType) => (await names(type))[0] ?? ''
  const pack = ({ offset, length }: { offset: number; length: number }): Region[] => [
    ['IV of a blob', offset + 3],
    ['a blob', offset + Math.floor(length / 2)],
    ['tag of a blob', offset + length - 5],
    ['IV of the header', -100],
    ['header', -40],
    ['tag of the header', -10],
    ['length of the header', -4],
  ]
  const targets: Target[] = [
    { what: 'the config', type: 'config', name: 'config', regions: sealed, restic: 'cannot open it' },
    {
      what: 'the key in use',
      type: 'keys',
      name: currentKey.name,
      regions: [
        ['beginning', 2],
        ['salt or cost', 150],
        ['data', -20],
      ],
      restic: 'cannot open it',
    },
    {
      what: 'another key',
      type: 'keys',
      name: other,
      regions: [
        ['beginning', 2],
        ['data', -20],
      ],
      restic: 'lets it pass',
    },
    { what: 'a snapshot', type: 'snapshots', name: snapshot, regions: sealed, restic: 'finds it' },
    { what: 'an index file', type: 'index', name: await only('index'), regions: sealed, restic: 'finds it' },
    { what: 'a lock', type: 'locks', name: await only('locks'), regions: sealed, restic: 'lets it pass' },
    { what: 'a data pack', type: 'data', name: data.pack, regions: pack(data), restic: 'finds it' },
    { what: 'a tree pack', type: 'data', name: trees.pack, regions: pack(trees), restic: 'finds it' },
  ]
  return { folder, snapshot, targets, currentKey: currentKey.name }
}

function pathOf(folder: string, { type, name }: Target): string {
  if (type === 'config') return join(folder, 'config')
  return type === 'data' ? join(folder, 'data', name.slice(0, 2), name) : join(folder, type, name)
}

async function opened(folder: string): Promise<Repository> {
  return openRepository(localBackend(folder), { password, host: 'judge', readIndex: false })
}

/** Everything that our validator and our check say, and the error of opening it. */
async function said(folder: string): Promise<{ strict: string[]; check: string[] }> {
  const words = (error: unknown): string[] => {
    assert.ok(isAppError(error), `${String(error)}`)
    return [`${error.code} ${error.message}`]
  }
  let repository: Repository
  try {
    repository = await opened(folder)
  } catch (error) {
    return { strict: words(error), check: words(error) }
  }
  try {
    const all = async (work: ReturnType<typeof validateRepository>) => {
      const found = await Array.fromAsync(work).catch(words)
      return found.map((one) =>
        typeof one === 'string' ? one : `${one.code} ${one.subject}: ${one.message}`,
      )
    }
    const strict = await all(validateRepository(repository))
    return { strict, check: await all(checkRepository(repository, { readData: true })) }
  } finally {
    await repository.close()
  }
}

/** What a restore gives: the bytes, or an error or a file that is named. */
async function restored(context: TestContext, folder: string, snapshot: string): Promise<string[]> {
  const told: string[] = []
  const target = await scratchFolder(context)
  const repository = await opened(folder)
  try {
    await repository.refreshIndex()
    const onError = (path: string, reason: string) => told.push(`${path}: ${reason}`)
    const { errors } = await restoreSnapshot(repository, snapshot, target, { onError })
    if (errors === 0) await assertHolds(repository, snapshot, files)
    for (const [path, bytes] of files) {
      const found = await readFile(join(target, path)).catch(() => undefined)
      // Where a directory cannot be read, that is named.
      const named = told.some((line) => `/${path}`.startsWith(line.slice(0, line.indexOf(': '))))
      assert.ok(found ? found.equals(bytes) : named, `${path}: ${told.join('; ')}`)
    }
  } catch (error) {
    if (!isAppError(error)) throw error
    told.push(error.message)
  } finally {
    await repository.close()
  }
  return told
}

async function stockRestic(folder: string, key: string): Promise<Target['restic']> {
  const restic = (...parameters: string[]) =>
    resticOn(folder)('--key-hint', key, '--no-lock', ...parameters).then(
      () => true,
      () => false,
    )
  if (!(await restic('cat', 'config'))) return 'cannot open it'
  return (await restic('check', '--read-data')) ? 'lets it pass' : 'finds it'
}

test('one bit changed anywhere in any kind of file is found and named; a restore gives the right bytes or says which are not', async (context) => {
  const { folder, snapshot, targets, currentKey } = await makeTargets(context)
  assert.deepEqual(await said(folder), { strict: [], check: [] })
  assert.deepEqual(await restored(context, folder, snapshot), [])
  const table: Record<string, Target['restic']> = {}
  for (const target of targets) {
    const path = pathOf(folder, target)
    const good = await readFile(path)
    await chmod(path, 0o600)
    for (const [region, place] of target.regions) {
      const bad = Buffer.from(good)
      const at = place < 0 ? bad.length + place : place
      bad[at] = (bad[at] ?? 0) ^ 0x10
      await writeFile(path, bad)
      const what = `${target.what}, ${region}`
      const { strict, check } = await said(folder)
      const named = (lines: readonly string[]) =>
        lines.some((line) => line.includes(target.type === 'config' ? 'config' : target.name))
      assert.ok(named(strict), `${what}: ${strict.join('; ')}`)
      // Keys are not what a check looks at, neither ours nor restic's.
      if (target.type !== 'keys') assert.ok(named(check), `${what}: ${check.join('; ')}`)
      if (target.type === 'data' || target.type === 'snapshots') await restored(context, folder, snapshot)
    }
    table[target.what] = await stockRestic(folder, currentKey)
    await writeFile(path, good)
  }
  assert.deepEqual(table, Object.fromEntries(targets.map(({ what, restic }) => [what, restic])))
  assert.deepEqual(await said(folder), { strict: [], check: [] })
})

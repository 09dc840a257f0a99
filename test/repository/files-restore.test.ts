/** Restoring to a disk: nothing outside of the target, nothing half, and what is there is treated as was said. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { encodeNode } from '../../src/repository/format/tree-encoder.ts'
import {
  type Backend,
  directoryNode,
  fileNode,
  localBackend,
  pathPatterns,
  type Repository,
  restoreSnapshot,
  type TreeNode,
} from '../../src/repository/index.ts'
import { backUp, madeUp } from './material.ts'
import { newRepository, openedRepository, scratchFolder } from './support.ts'

/** Stores a tree as it is given: unordered, with names no honest program writes. */
async function plantTree(repository: Repository, nodes: readonly TreeNode[]): Promise<string> {
  const bytes = Buffer.from(`{"nodes":[${nodes.map(encodeNode).join(',')}]}\n`)
  const writer = internalsOf(repository).writer()
  const id = idOf(bytes)
  await writer.saveBlob('tree', id, bytes)
  await writer.flush()
  return id
}

async function plantSnapshot(repository: Repository, nodes: readonly TreeNode[]): Promise<string> {
  return repository.writer().saveSnapshot({ tree: await plantTree(repository, nodes) })
}

async function evil(repository: Repository) {
  const writer = repository.writer()
  const content = await writer.saveContent(Buffer.from('evil'))
  await writer.flush()
  const file = (name: string) => fileNode({ name, ...content, mtime: 0 })
  const link = (name: string, target: string): TreeNode => {
    const { content: _, size: __, ...node } = file(name)
    return { ...node, type: 'symlink', mode: 0o777, linktarget: target }
  }
  const folder = async (name: string, nodes: readonly TreeNode[]) =>
    directoryNode({ name, subtree: await plantTree(repository, nodes), mtime: 0 })
  return { file, link, folder }
}

/** A folder with the target in it, and a place beside it that must stay as it is. */
async function places(context: TestContext) {
  const around = await scratchFolder(context)
  const [target, outside] = [join(around, 'target'), join(around, 'outside')]
  mkdirSync(outside)
  writeFileSync(join(outside, 'precious'), 'precious')
  const assertUntouched = () => {
    assert.deepEqual(readdirSync(outside), ['precious'])
    assert.equal(readFileSync(join(outside, 'precious'), 'utf8'), 'precious')
    assert.ok(readdirSync(around).every((name) => ['target', 'outside'].includes(name)))
  }
  return { target, outside, assertUntouched }
}

test('names that lead out of the target are refused, and the rest is restored', async (context) => {
  const repository = await newRepository(context)
  const { file, folder } = await evil(repository)
  const { target, assertUntouched } = await places(context)
  const id = await plantSnapshot(repository, [
    file('../outside/planted'),
    file('..'),
    file('.'),
    file('/tmp/planted'),
    file('a/b'),
    file('nul\0byte'),
    await folder('..', [file('planted')]),
    await folder('../outside', [file('precious')]),
    file('good'),
  ])
  const told: string[] = []
  const result = await restoreSnapshot(repository, id, target, { onError: (path) => told.push(path) })
  assert.equal(result.errors, 8)
  assert.equal(told.length, 8)
  assert.deepEqual(readdirSync(target), ['good'])
  assertUntouched()
})

test('a link never leads a restore out of the target, planted in the snapshot or there before', async (context) => {
  const repository = await newRepository(context)
  const { file, link, folder } = await evil(repository)
  const { target, outside, assertUntouched } = await places(context)
  const id = await plantSnapshot(repository, [
    link('way out', outside),
    await folder('way out', [file('precious'), file('planted')]),
    await folder('was a link', [file('precious'), file('planted')]),
    file('file link'),
    link('other', join(outside, 'precious')),
    file('other'),
  ])
  mkdirSync(target)
  symlinkSync(outside, join(target, 'was a link'))
  symlinkSync(join(outside, 'precious'), join(target, 'file link'))
  const result = await restoreSnapshot(repository, id, target)
  assertUntouched()
  // Of two entries with one name the first one counts.
  assert.equal(result.errors, 2)
  assert.equal(readlinkSync(join(target, 'way out')), outside)
  assert.ok(lstatSync(join(target, 'was a link')).isDirectory())
  assert.deepEqual(readdirSync(join(target, 'was a link')), ['planted', 'precious'])
  assert.ok(lstatSync(join(target, 'file link')).isFile())

  const kept = join(target, 'kept')
  mkdirSync(kept)
  symlinkSync(outside, join(kept, 'was a link'))
  const careful = await restoreSnapshot(repository, id, kept, { overwrite: 'never' })
  assertUntouched()
  assert.ok(lstatSync(join(kept, 'was a link')).isSymbolicLink())
  assert.ok(careful.errors >= 1)
})

test('files that are there are overwritten or kept as was said', async (context) => {
  const repository = await newRepository(context)
  const old = new Date('2020-01-01T00:00:00Z')
  const id = await backUp(
    repository,
    new Map([
      ['f/same', Buffer.from('stored')],
      ['f/changed', Buffer.from('stored')],
      ['f/new', Buffer.from('stored')],
    ]),
  )
  const expected = {
    always: ['stored', 'stored', 'stored'],
    'if-changed': ['STORED', 'stored', 'stored'],
    'if-newer': ['STORED', 'different', 'stored'],
    never: ['STORED', 'different', 'stored'],
  } as const
  for (const overwrite of ['always', 'if-changed', 'if-newer', 'never'] as const) {
    const target = await scratchFolder(context)
    mkdirSync(join(target, 'f'))
    // The same size and time as in the snapshot, other bytes: told apart by nothing but content.
    writeFileSync(join(target, 'f/same'), 'STORED')
    utimesSync(join(target, 'f/same'), 0, 0)
    writeFileSync(join(target, 'f/changed'), 'different')
    utimesSync(join(target, 'f/changed'), old, old)
    const { errors } = await restoreSnapshot(repository, id, target, { overwrite })
    assert.equal(errors, 0)
    const contents = ['same', 'changed', 'new'].map((name) => readFileSync(join(target, 'f', name), 'utf8'))
    assert.deepEqual(contents, expected[overwrite], overwrite)
  }
})

test('a file does not replace a folder with something in it, and an empty one makes way', async (context) => {
  const repository = await newRepository(context)
  const files = new Map([
    ['f/full', Buffer.from('x')],
    ['f/empty', Buffer.from('y')],
  ])
  const id = await backUp(repository, files)
  const target = await scratchFolder(context)
  mkdirSync(join(target, 'f/full/of'), { recursive: true })
  mkdirSync(join(target, 'f/empty'))
  const told: string[] = []
  await restoreSnapshot(repository, id, target, { onError: (path) => told.push(path) })
  assert.deepEqual(told, ['/f/full'])
  assert.equal(readFileSync(join(target, 'f/empty'), 'utf8'), 'y')
  assert.deepEqual(readdirSync(join(target, 'f')).toSorted(), ['empty', 'full'])
})

test('only what is selected is restored, with the folders on the way', async (context) => {
  const repository = await newRepository(context)
  const names = ['one/a.txt', 'one/b.log', 'two/c.txt', 'two/d.log', 'three/e.log']
  const id = await backUp(repository, new Map(names.map((name) => [name, Buffer.from(name)])))
  const target = await scratchFolder(context)
  const patterns = pathPatterns(['*.txt', '/three'])
  await restoreSnapshot(repository, id, target, {
    select: (path) => ({ selected: patterns.matches(path), below: patterns.mayMatchBelow(path) }),
  })
  const found = readdirSync(target, { recursive: true }).map(String).toSorted()
  assert.deepEqual(found, ['one', 'one/a.txt', 'three', 'three/e.log', 'two', 'two/c.txt'])
})

test('a file with a damaged blob is named and left out, and the rest is restored', async (context) => {
  const folder = await scratchFolder(context)
  const writing = await newRepository(context, localBackend(folder))
  const files = new Map([
    ['f/first', madeUp('first', 50_000)],
    ['f/damaged', madeUp('damaged', 9_000_000)],
    ['f/last', madeUp('last', 50_000)],
  ])
  const id = await backUp(writing, files)
  const node = (
    await writing.loadTree((await writing.loadTree((await writing.findSnapshot(id)).tree))[0]?.subtree ?? '')
  )[0]
  const [place] = await internalsOf(writing).locate('data', node?.content?.at(-1) ?? '')
  assert.ok(place)
  const path = join(folder, 'data', place.pack.slice(0, 2), place.pack)
  const bytes = readFileSync(path)
  bytes[place.offset + 100] = (bytes[place.offset + 100] ?? 0) ^ 1
  await writeFile(path, bytes, { mode: 0o600 })

  const repository = await openedRepository(context, localBackend(folder))
  const target = await scratchFolder(context)
  const told: string[] = []
  const result = await restoreSnapshot(repository, id, target, {
    onError: (file, reason) => told.push(`${file}: ${reason}`),
  })
  assert.equal(result.errors, 1)
  assert.match(told.join(), /^\/f\/damaged: The data blob [0-9a-f]+ in the pack [0-9a-f]+ is damaged/)
  assert.deepEqual(readdirSync(join(target, 'f')), ['first', 'last'])
  for (const name of ['first', 'last'])
    assert.ok(readFileSync(join(target, 'f', name)).equals(files.get(`f/${name}`) ?? Buffer.of()))
})

test('a cancelled restore leaves whole files only', async (context) => {
  const folder = await scratchFolder(context)
  const files = new Map<string, Buffer>()
  for (let file = 0; file < 6; file++) files.set(`f/${file}`, randomBytes(9_000_000))
  const id = await backUp(await newRepository(context, localBackend(folder)), files)
  const stop = new AbortController()
  const local = localBackend(folder)
  let loads = 0
  const backend: Backend = {
    ...local,
    load(type, name, range, signal) {
      if (type === 'data' && range && range.length > 1_000_000 && ++loads === 4)
        stop.abort(new Error('enough'))
      return local.load(type, name, range, signal)
    },
  }
  const repository = await openedRepository(context, backend)
  const target = await scratchFolder(context)
  await assert.rejects(restoreSnapshot(repository, id, target, { signal: stop.signal }), /enough/)
  for (const name of existsSync(join(target, 'f')) ? await readdir(join(target, 'f')) : []) {
    assert.ok(readFileSync(join(target, 'f', name)).equals(files.get(`f/${name}`) ?? Buffer.of()), name)
  }
  assert.equal((await Array.fromAsync(local.list('locks'))).length, 0)
})

test('the folder of a snapshot must be there, and the target must be a folder', async (context) => {
  const repository = await newRepository(context)
  const id = await backUp(repository, new Map([['f/a', Buffer.from('a')]]))
  const target = await scratchFolder(context)
  const hasCode = (code: string) => (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code
  await assert.rejects(restoreSnapshot(repository, `${id}:/g`, target), hasCode('STO_FOLDER_UNKNOWN'))
  await assert.rejects(restoreSnapshot(repository, `${id}:/f/a`, target), hasCode('STO_FOLDER_UNKNOWN'))
  writeFileSync(join(target, 'file'), '')
  await assert.rejects(restoreSnapshot(repository, id, join(target, 'file')), hasCode('STO_TARGET_UNUSABLE'))
})

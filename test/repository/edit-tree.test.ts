import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  directoryNode,
  editTree,
  fileNode,
  lookup,
  type Repository,
  type TreeChange,
  type TreeNode,
} from '../../src/repository/index.ts'
import { findingCodes, newRepository } from './support.ts'

const hasCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code
const file = (name: string, mtime = 0) => fileNode({ name, size: 0, content: [], mtime })
const put = (path: string, mtime = 0): TreeChange => {
  const names = path.split('/')
  return { kind: 'put', path: names, node: file(names.at(-1) ?? '', mtime) }
}
const remove = (path: string): TreeChange => ({ kind: 'remove', path: path.split('/') })
const move = (from: string, to: string): TreeChange => ({
  kind: 'move',
  from: from.split('/'),
  to: to.split('/'),
})

/** All files with their times, and all empty directories, by path. */
async function listing(repository: Repository, tree: string, prefix = ''): Promise<string[]> {
  const lines: string[] = []
  for (const node of await repository.loadTree(tree)) {
    const path = prefix + node.name
    if (node.type === 'file') lines.push(`${path}@${Date.parse(node.mtime)}`)
    else {
      const inside = await listing(repository, node.subtree ?? '', `${path}/`)
      lines.push(...(inside.length > 0 ? inside : [`${path}/`]))
    }
  }
  return lines.toSorted()
}

test('puts, moves and removals change what they name and nothing else', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const first = await editTree(repository, writer, undefined, [
    put('a/b/1'),
    put('a/b/2'),
    put('a/c/3'),
    put('d/4'),
  ])
  assert.deepEqual(await listing(repository, first), ['a/b/1@0', 'a/b/2@0', 'a/c/3@0', 'd/4@0'])
  const untouched = await lookup(repository, first, ['a', 'c'])

  const changes = [put('a/b/1', 5000), move('a/b/2', 'd/e/two'), remove('d/4'), remove('not/there')]
  const second = await editTree(repository, writer, first, changes)
  assert.deepEqual(await listing(repository, second), ['a/b/1@5000', 'a/c/3@0', 'd/e/two@0'])
  assert.deepEqual(await lookup(repository, second, ['a', 'c']), untouched)
  await writer.saveSnapshot({ tree: second })
  assert.deepEqual(await findingCodes(repository), [])
})

test('a directory moves with everything in it, changes of the same edit included, before and after', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const root = await editTree(repository, writer, undefined, [put('old/x/1'), put('old/2')])
  const changes = [
    put('old/x/new'),
    remove('old/2'),
    move('old', 'to/here'),
    put('to/here/x/late'),
    put('old'),
  ]
  const edited = await editTree(repository, writer, root, changes)
  assert.deepEqual(await listing(repository, edited), [
    'old@0',
    'to/here/x/1@0',
    'to/here/x/late@0',
    'to/here/x/new@0',
  ])
})

test('an edit without effect answers the same root and stores nothing', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const root = await editTree(repository, writer, undefined, [put('a/1')])
  await writer.flush()
  const before = writer.statistics.blobsNew
  assert.equal(await editTree(repository, writer, root, []), root)
  assert.equal(await editTree(repository, writer, root, [remove('a/2'), remove('b/c')]), root)
  assert.equal(await editTree(repository, writer, root, [put('a/1')]), root)
  assert.equal(writer.statistics.blobsNew, before)
})

test('directories that become empty stay or vanish as asked', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const root = await editTree(repository, writer, undefined, [put('a/b/1'), put('2')])
  assert.deepEqual(await listing(repository, await editTree(repository, writer, root, [remove('a/b/1')])), [
    '2@0',
    'a/b/',
  ])
  const without = await editTree(repository, writer, root, [remove('a/b/1')], {
    removeEmptyDirectories: true,
  })
  assert.deepEqual(await listing(repository, without), ['2@0'])
})

test('a whole directory can be put by its tree, and edited in the same go', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const subtree = await writer.saveTree([file('1'), file('2')])
  const node: TreeNode = directoryNode({ name: 'whatever', subtree, mtime: 9000 })
  const root = await editTree(repository, writer, undefined, [
    { kind: 'put', path: ['p', 'q'], node },
    remove('p/q/1'),
  ])
  assert.deepEqual(await listing(repository, root), ['p/q/2@0'])
  assert.equal((await lookup(repository, root, ['p', 'q']))?.mtime, '1970-01-01T00:00:09Z')
})

test('files hold no files, and what is not there cannot be moved', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const root = await editTree(repository, writer, undefined, [put('a')])
  await assert.rejects(editTree(repository, writer, root, [put('a/b')]), hasCode('STO_NOT_A_DIRECTORY'))
  await assert.rejects(editTree(repository, writer, root, [move('b', 'c')]), hasCode('STO_PATH_MISSING'))
  await assert.rejects(editTree(repository, writer, root, [put('x/..')]), hasCode('STO_NAME_INVALID'))
})

test('any series of edits gives the tree that a plain map of paths gives', async (context) => {
  const repository = await newRepository(context)
  const writer = repository.writer()
  const path = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('c', 'd'), fc.constantFrom('1', '2', '3'))
  const change = fc.oneof(
    fc.record({ kind: fc.constant('put'), path, time: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('remove'), path, time: fc.constant(0) }),
    fc.record({ kind: fc.constant('move'), path, to: path, time: fc.constant(0) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 4 }), async (rounds) => {
      const model = new Map<string, number>()
      let root: string | undefined
      for (const round of rounds) {
        const changes: TreeChange[] = []
        for (const step of round) {
          const from = step.path.join('/')
          if (step.kind === 'put') {
            model.set(from, step.time * 1000)
            changes.push(put(from, step.time * 1000))
          } else if (step.kind === 'remove') {
            model.delete(from)
            changes.push(remove(from))
          } else if ('to' in step && model.has(from)) {
            const time = model.get(from) ?? 0
            model.delete(from)
            model.set(step.to.join('/'), time)
            changes.push(move(from, step.to.join('/')))
          }
        }
        root = await editTree(repository, writer, root, changes, { removeEmptyDirectories: true })
        const expected = [...model].map(([name, time]) => `${name}@${time}`).toSorted()
        assert.deepEqual(await listing(repository, root), expected)
      }
    }),
    { numRuns: 60 },
  )
})

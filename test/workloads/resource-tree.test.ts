import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileNode, initRepository, memoryBackend, openRepository } from '../../src/repository/index.ts'
import {
  hashBucket,
  isHashBucket,
  type LayoutFolder,
  type LayoutItem,
  type LayoutRules,
  mailLayout,
  writeResourceTree,
} from '../../src/workloads/index.ts'

const backend = memoryBackend()
await initRepository(backend, { password: 'p', scrypt: { N: 16, r: 1, p: 1 } })
const repository = await openRepository(backend, { password: 'p', host: 'test' })
const writer = repository.writer()
after(() => repository.close())

const folder = (id: string, name: string, parent?: LayoutFolder): LayoutFolder => ({
  id,
  externalId: `x-${id}`,
  parentId: parent?.id ?? null,
  name,
  metadata: {},
  directory: parent ? `${parent.directory}/${name}~${id}` : `${name}~${id}`,
})
const byId = (...folders: LayoutFolder[]) => new Map(folders.map((one) => [one.id, one]))
const { content, size, sha256 } = await writer.saveContent(Buffer.from('Subject: one\r\n\r\n'))
const mail = (fileName: string): LayoutItem => ({
  externalId: fileName,
  fileName,
  size,
  sha256,
  content,
  receivedAt: 0,
  fingerprint: 'f',
  metadata: { subject: 'one' },
})
const mails = new Map<string, LayoutItem[]>()
let loaded: string[] = []

function write(
  previous: { tree: string; folders: Map<string, LayoutFolder> } | undefined,
  folders: Map<string, LayoutFolder>,
  dirty: Record<string, string[]>,
): Promise<string> {
  loaded = []
  return writeResourceTree(
    { repository, writer, time: 0, signal: new AbortController().signal },
    {
      rules: mailLayout,
      previousTree: previous?.tree,
      previousFolders: previous?.folders ?? new Map(),
      folders,
      dirtyBuckets: new Map(Object.entries(dirty).map(([id, buckets]) => [id, new Set(buckets)])),
      loadItems: async (id, bucket) => {
        loaded.push(`${id} ${bucket}`)
        return mails.get(`${id} ${bucket}`) ?? []
      },
      countItems: async () => new Map(),
      resource: { id: 'user' },
      resourceChanged: false,
    },
  )
}

async function paths(tree: string, prefix = ''): Promise<string[]> {
  const found: string[] = []
  for (const node of await repository.loadTree(tree)) {
    if (node.subtree === undefined) found.push(`${prefix}${node.name}`)
    else found.push(...(await paths(node.subtree, `${prefix}${node.name}/`)))
  }
  return found
}

const inbox = folder('1', 'Inbox')
const customers = folder('2', 'Customers', inbox)
const archive = folder('3', 'Archive')
const first = byId(inbox, customers, archive)
mails.set('1 2025-03', [mail('a.eml'), mail('b.eml')])
mails.set('2 2025-03', [mail('c.eml')])
const tree = await write(undefined, first, { '1': ['2025-03'], '2': ['2025-03'] })

test('a mailbox lies in folders, buckets, files and one description each', async () => {
  assert.deepEqual(await paths(tree), [
    'Archive~3/_folder.json',
    'Inbox~1/2025-03/_items.jsonl',
    'Inbox~1/2025-03/a.eml',
    'Inbox~1/2025-03/b.eml',
    'Inbox~1/Customers~2/2025-03/_items.jsonl',
    'Inbox~1/Customers~2/2025-03/c.eml',
    'Inbox~1/Customers~2/_folder.json',
    'Inbox~1/_folder.json',
    '_resource.json',
  ])
})

test('without changes the tree is the previous one', async () => {
  assert.equal(await write({ tree, folders: first }, first, {}), tree)
})

test('only the dirty bucket is read and written', async () => {
  mails.set('2 2025-04', [mail('d.eml')])
  const next = await write({ tree, folders: first }, first, { '2': ['2025-04'] })
  assert.deepEqual(loaded, ['2 2025-04'])
  assert.equal((await paths(next)).length, (await paths(tree)).length + 2)
})

test('a bucket without mails vanishes', async () => {
  mails.set('1 2025-03', [])
  const next = await write({ tree, folders: first }, first, { '1': ['2025-03'] })
  assert.ok(!(await paths(next)).some((path) => path.startsWith('Inbox~1/2025-03')))
  mails.set('1 2025-03', [mail('a.eml'), mail('b.eml')])
})

test('renamed and moved folders take their contents along unread', async () => {
  const renamed = folder('1', 'Posteingang')
  const moved = folder('2', 'Customers', archive)
  const next = await write({ tree, folders: first }, byId(renamed, moved, archive), {})
  assert.deepEqual(loaded, [])
  assert.deepEqual(await paths(next), [
    'Archive~3/Customers~2/2025-03/_items.jsonl',
    'Archive~3/Customers~2/2025-03/c.eml',
    'Archive~3/Customers~2/_folder.json',
    'Archive~3/_folder.json',
    'Posteingang~1/2025-03/_items.jsonl',
    'Posteingang~1/2025-03/a.eml',
    'Posteingang~1/2025-03/b.eml',
    'Posteingang~1/_folder.json',
    '_resource.json',
  ])
})

test('folders that change places, go to the top and disappear leave nothing behind', async () => {
  const top = folder('2', 'Customers')
  const below = folder('1', 'Inbox', top)
  const next = await write({ tree, folders: first }, byId(top, below), {})
  assert.deepEqual(loaded, [])
  assert.deepEqual(await paths(next), [
    'Customers~2/2025-03/_items.jsonl',
    'Customers~2/2025-03/c.eml',
    'Customers~2/Inbox~1/2025-03/_items.jsonl',
    'Customers~2/Inbox~1/2025-03/a.eml',
    'Customers~2/Inbox~1/2025-03/b.eml',
    'Customers~2/Inbox~1/_folder.json',
    'Customers~2/_folder.json',
    '_resource.json',
  ])
})

test('older versions lie beside their files, in a folder and in its buckets, and stay while something else changes', async () => {
  const versionsTree = await writer.saveTree([fileNode({ name: 'v1.0.txt', size, content, mtime: 0 })])
  const top = folder('9', 'Files')
  const lay = (
    rules: Pick<LayoutRules, 'inlineItems'>,
    folders: Map<string, LayoutFolder>,
    previousTree?: string,
  ) =>
    writeResourceTree(
      { repository, writer, time: 0, signal: new AbortController().signal },
      {
        rules: { key: 'item', isBucket: isHashBucket, ...rules },
        previousTree,
        previousFolders: previousTree === undefined ? new Map() : byId(top),
        folders,
        dirtyBuckets: previousTree === undefined ? new Map([[top.id, new Set(['_00'])]]) : new Map(),
        loadItems: async () => [{ ...mail('a.txt'), versionsTree }, mail('b.txt')],
        countItems: async () => new Map([['_00', 2]]),
        resource: {},
        resourceChanged: false,
      },
    )
  for (const [inlineItems, place] of [
    [5, 'Files~9/'],
    [0, 'Files~9/_00/'],
  ] as const) {
    const before = await lay({ inlineItems }, byId(top))
    const versions = (await paths(before)).filter((path) => path.includes('_versions'))
    assert.deepEqual(versions, [`${place}_versions/a.txt/v1.0.txt`])
    const next = await paths(await lay({ inlineItems }, byId(top, folder('8', 'New', top)), before))
    assert.deepEqual(
      next.filter((path) => !path.includes('New~8')),
      await paths(before),
    )
    assert.ok(next.includes('Files~9/New~8/_folder.json'))
  }
})

test('a small folder holds its items, a large one has them in buckets, and only changed buckets are written', async () => {
  const items = new Map<string, LayoutItem>()
  const own = (externalId: string) => items.set(externalId, { ...mail(`${externalId}.txt`), externalId })
  const bucketOf = (item: LayoutItem) => hashBucket(item.externalId)
  for (const id of ['one', 'two', 'three']) own(id)
  items.set('zwei', { ...mail('Two.txt'), externalId: 'zwei' })
  const top = folder('9', 'Files')
  const folders = byId(top)
  const lay = (previousTree: string | undefined, ...changed: string[]) =>
    writeResourceTree(
      { repository, writer, time: 0, signal: new AbortController().signal },
      {
        rules: { key: 'item', isBucket: isHashBucket, inlineItems: 4 },
        previousTree,
        previousFolders: previousTree === undefined ? new Map() : folders,
        folders,
        dirtyBuckets: new Map([[top.id, new Set(changed.map((id) => hashBucket(id)))]]),
        loadItems: async (_id, bucket) => {
          loaded.push(bucket ?? 'all')
          return [...items.values()].filter((item) => bucket === null || bucketOf(item) === bucket)
        },
        countItems: async () => {
          const counts = new Map<string, number>()
          for (const item of items.values()) counts.set(bucketOf(item), (counts.get(bucketOf(item)) ?? 0) + 1)
          return counts
        },
        resource: {},
        resourceChanged: false,
      },
    )
  const small = await lay(undefined, ...items.keys())
  const names = (await paths(small)).map((path) => path.replace(/~[0-9a-f]{16}/, '~…'))
  assert.deepEqual(names.sort(), [
    'Files~9/Two~….txt',
    'Files~9/_folder.json',
    'Files~9/_items.jsonl',
    'Files~9/one.txt',
    'Files~9/three.txt',
    'Files~9/two.txt',
    '_resource.json',
  ])
  own('four')
  const large = await lay(small, 'four')
  const inBuckets = (id: string) => `Files~9/${hashBucket(id)}/${id}.txt`
  const found = await paths(large)
  for (const id of ['one', 'two', 'three', 'four']) assert.ok(found.includes(inBuckets(id)), id)
  loaded = []
  own('five')
  const more = await lay(large, 'five')
  assert.deepEqual(loaded, [hashBucket('five')])
  assert.ok((await paths(more)).includes(inBuckets('five')))
  for (const id of ['three', 'four', 'five']) items.delete(id)
  const still = await lay(more, 'three', 'four', 'five')
  assert.ok((await paths(still)).includes(inBuckets('one')), 'it does not go back and forth at the limit')
  items.delete('zwei')
  assert.ok((await paths(await lay(still, 'zwei'))).includes('Files~9/one.txt'))
})
